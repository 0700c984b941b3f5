import json

import numpy as np
import pytest
import torch
import yaml

from ml.errors import RecipeRefusedError, TrainingDataRefusedError
from ml.inference import PatchScorer
from ml.networks import build_network, import_checkpoint, load_network
from ml.training import run_recipe
from ml.training.answers import Answered, training_batches
from ml.training.classify_config import patch_recipe
from ml.training.classify_patches import showing_of
from ml.training.config_file import read_config
from ml.training.patches import PatchSet, add_present
from ml.training.source import DatasetSource
from ml.training.world import ALONE
from tests.ml.training.dataset_folder import write_dataset

PARTS = ["train"] * 3 + ["validation", "test"]


def specks(random):
    """Return a breast of noise with a bright speck, and the mask of the speck."""
    pixels = random.integers(900, 1100, (256, 256)).astype(np.uint16)
    pixels[:, 200:] = 0
    mask = np.zeros(pixels.shape, dtype=bool)
    row, column = random.integers(40, 160, 2)
    mask[row : row + 4, column : column + 4] = True
    pixels[mask] = 3000
    return pixels, mask


def some_images():
    random = np.random.default_rng(2)
    return [(f"patient-{k}", part, *specks(random)) for k, part in enumerate(PARTS)]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "tiny-1"
    return write_dataset(folder, some_images(), label="microcalcification")


def small(repository, **changes):
    content, _ = read_config(repository / "ml" / "training" / "recipes" / "classify_patches.yaml")
    content |= {"threads": 1}
    content["split"]["how"] = "as-frozen"
    content["patches"] |= {
        "side_px": 64,
        "pixel_spacing_mm": 0.1,
        "input_px": 32,
        "negatives_per_image": 1,
    }
    content["optimisation"] |= {"batch": 4, "epochs": 1}
    return content | changes


def written(folder, content):
    path = folder / "recipe.yaml"
    path.write_text(yaml.safe_dump(content))
    return path


def curve_of(folder):
    return [json.loads(line) for line in (folder / "curve.jsonl").read_text().splitlines()]


def patches_of(recipe, data, part):
    """Cut the patches of a part by hand, as the recipe should."""
    source, patches = DatasetSource(data), PatchSet()
    for one in source.listings:
        if one.split == part:
            random = np.random.default_rng([recipe.seed, *one.image_id.encode()])
            add_present(patches, source.read(one), (), recipe, random)
    return patches


def test_recipe_that_ships_is_complete_and_explains_every_line(repository):
    path = repository / "ml" / "training" / "recipes" / "classify_patches.yaml"
    patch_recipe(read_config(path)[0])

    assert [line for line in path.read_text().splitlines() if line and "#" not in line] == []


def test_training_gives_weights_with_a_card_that_says_how_they_answer(repository, data, tmp_path):
    recipe = written(tmp_path, small(repository))
    weights = run_recipe(recipe, data=data)
    path = tmp_path / "out.safetensors"
    path.write_bytes(weights.bytes_of_safetensors)
    card = import_checkpoint(path).card

    assert card == weights.card
    assert (card.task, card.label) == ("patch_classification", "microcalcification")
    assert (card.tile_px, card.input_rows, card.input_columns) == (64, 32, 32)
    assert (card.evaluation["positives"], card.evaluation["negatives"]) == (1, 1)
    assert sum(point[2] for point in card.calibration) == 2
    assert run_recipe(recipe, data=data).sha256 == weights.sha256


def test_first_loss_is_the_cross_entropy_of_a_fresh_network(repository, data, tmp_path):
    content = small(repository)
    content["optimisation"] |= {"batch": 6}
    recipe = patch_recipe(content)
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)
    patches = patches_of(recipe, data, "train")
    torch.manual_seed(recipe.seed)
    network = build_network("resnet18").train()
    answered = Answered(patches.images, patches.truth)
    (batch,) = training_batches(answered, showing_of(recipe), 6, (recipe.seed, 0), ALONE)

    logits = network(batch.images).detach().double().numpy()
    labels = batch.labels[:, 0].long().numpy()
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    assert sorted(labels) == [0, 0, 0, 1, 1, 1]
    assert curve_of(tmp_path)[0]["training_loss"] == pytest.approx(
        -np.log(shares[np.arange(6), labels]).mean(), abs=1e-5
    )


def test_patches_enter_in_use_as_in_training(repository, data, tmp_path):
    content = small(repository)
    recipe = patch_recipe(content)
    weights = run_recipe(written(tmp_path, content), data=data)
    patches = patches_of(recipe, data, "test")
    batch = showing_of(recipe).batch([patch.astype(np.float32) for patch in patches.images], patches.truth)
    with torch.no_grad():
        expected = torch.softmax(load_network(weights)(batch.images), dim=1)[:, 1].numpy()

    found = PatchScorer(weights).probabilities(np.stack(patches.images).astype(np.float32))

    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_network_learns_the_bright_speck(repository, data, tmp_path):
    content = small(repository)
    content["optimisation"] |= {"epochs": 4, "batch": 6, "learning_rate": 0.001}
    run_recipe(written(tmp_path, content), data=data, folder=tmp_path)

    curve = curve_of(tmp_path)
    assert curve[-1]["training_loss"] < 0.5 * curve[0]["training_loss"]


def test_recipe_without_data_trains_on_its_phantoms(repository, tmp_path):
    content = small(repository)
    sizes = {"rows": 300, "columns": 260, "pixel_spacing_mm": 0.3}
    content["phantoms"] |= {"train": 2, "validation": 3, "test": 1, **sizes}
    content["patches"]["pixel_spacing_mm"] = 0.3

    assert run_recipe(written(tmp_path, content)).card.synthetic_only


def test_benign_or_malignant_is_refused_without_histology(repository, data, tmp_path):
    with pytest.raises(TrainingDataRefusedError, match="Record the histology") as refused:
        run_recipe(written(tmp_path, small(repository, task="malignant")), data=data)
    assert refused.value.code == "histology_missing"


def test_benign_or_malignant_is_refused_on_phantoms(repository, tmp_path):
    with pytest.raises(TrainingDataRefusedError, match="phantoms have none"):
        run_recipe(written(tmp_path, small(repository, task="malignant")))


def named(histology):
    return {"id": "f", "label": "microcalcification", "shape": "dot", "points": [[90.0, 80.0]]} | {
        "assessment": "unknown",
        "histology": histology,
    }


def test_benign_or_malignant_is_learnt_from_histology(repository, tmp_path):
    findings = [[named("benign"), named("dcis")]] * len(PARTS)
    data = write_dataset(tmp_path / "tiny-1", some_images(), findings=findings)

    card = run_recipe(written(tmp_path, small(repository, task="malignant")), data=data).card

    assert card.label == "malignant"
    assert (card.evaluation["positives"], card.evaluation["negatives"]) == (1, 1)


def test_histology_of_one_kind_alone_is_refused(repository, tmp_path):
    findings = [[named("benign")]] * len(PARTS)
    data = write_dataset(tmp_path / "tiny-1", some_images(), findings=findings)

    with pytest.raises(TrainingDataRefusedError, match="malignant is on none of the 3 patches") as refused:
        run_recipe(written(tmp_path, small(repository, task="malignant")), data=data)
    assert refused.value.code == "one_class"


def test_images_without_a_speck_are_refused(repository, tmp_path):
    images = [(patient, part, pixels, mask & False) for patient, part, pixels, mask in some_images()]
    data = write_dataset(tmp_path / "tiny-1", images, label="microcalcification")

    with pytest.raises(TrainingDataRefusedError, match="on none of the 3 patches") as refused:
        run_recipe(written(tmp_path, small(repository)), data=data)
    assert refused.value.code == "one_class"


def test_image_of_unknown_pixel_size_is_refused_by_name(repository, tmp_path):
    data = write_dataset(
        tmp_path / "tiny-1", some_images(), label="microcalcification", pixel_spacing_mm=None
    )

    with pytest.raises(TrainingDataRefusedError, match="No patch can be cut from image") as refused:
        run_recipe(written(tmp_path, small(repository)), data=data)
    assert refused.value.code == "pixel_spacing_missing"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "vgg16"}, "network"),
        ({"task": "guess"}, "task"),
        ({"patches": {"side_px": 60}}, "multiple of 8"),
        ({"patches": {"side_px": 56}}, "from 64"),
        ({"patches": {"input_px": 16}}, "32..8192"),
        ({"patches": {"pixel_spacing_mm": 0.0}}, r"0\.01\.\.1\.0"),
        ({"values": {"median_px": 7}}, "median_px"),
    ],
)
def test_recipe_with_a_wrong_choice_is_refused_by_name(repository, data, tmp_path, change, message):
    content = small(repository)
    for name, value in change.items():
        content[name] = content[name] | value if isinstance(value, dict) else value

    with pytest.raises(RecipeRefusedError, match=message):
        run_recipe(written(tmp_path, content), data=data)
