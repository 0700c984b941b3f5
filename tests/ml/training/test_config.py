import pytest
import yaml

from ml.errors import RecipeRefusedError
from ml.training import read_recipe


@pytest.fixture
def shipped(repository):
    return yaml.safe_load((repository / "ml/training/recipes/scunet_phantom.yaml").read_text())


def test_shipped_recipe_is_read(repository):
    recipe = read_recipe(repository / "ml/training/recipes/scunet_phantom.yaml")

    assert recipe.name == "Tramline SCU-Net phantom"
    assert recipe.phantoms.pixel_spacing_mm == 0.1
    assert recipe.optimisation.steps > 100


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        (None, "seed", "one"),
        (None, "seed", True),
        (None, "name", ""),
        (None, "surprise", 1),
        ("phantoms", "train", 0),
        ("phantoms", "rows", 10.5),
        ("optimisation", "learning_rate", -1),
        ("optimisation", "learning_rate", float("nan")),
        (None, "preparation", 3),
    ],
)
def test_recipe_with_a_wrong_field_is_refused_by_name(shipped, tmp_path, section, field, value):
    (shipped[section] if section else shipped)[field] = value
    path = tmp_path / "recipe.yaml"
    path.write_text(yaml.safe_dump(shipped))

    with pytest.raises(RecipeRefusedError, match=field):
        read_recipe(path)


@pytest.mark.parametrize("content", ["", "[1, 2]", "a: [", "\x00"])
def test_file_that_is_no_recipe_is_refused(tmp_path, content):
    path = tmp_path / "recipe.yaml"
    path.write_text(content)

    with pytest.raises(RecipeRefusedError):
        read_recipe(path)


def test_missing_recipe_is_refused(tmp_path):
    with pytest.raises(RecipeRefusedError):
        read_recipe(tmp_path / "nothing.yaml")
