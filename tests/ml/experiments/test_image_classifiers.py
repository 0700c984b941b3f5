import json
from io import BytesIO

import pytest
from PIL import Image

from ml.cli import main
from ml.errors import ExperimentSettingsError, RecipeRefusedError
from ml.experiments import image_classifiers
from ml.experiments.image_classifiers import classifier_table, plot_lengths, run_image_classifiers

SMALL = {"phantoms": 6, "epochs": 1, "rows": 64}


@pytest.fixture(scope="module")
def result():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            image_classifiers, "PHANTOM_SIZE", {"rows": 300, "columns": 260, "pixel_spacing_mm": 0.3}
        )
        yield run_image_classifiers(["mobilenet"], **SMALL)


def test_each_network_has_a_row_and_each_calcified_test_image_a_point(result):
    (row,) = result["networks"]

    assert row["network"] == "mobilenet"
    assert 0 <= row["auc"] <= 1
    assert len(result["lengths"]) == row["measured_lengths"] > 0
    assert all(point["measured_mm"] > 0 <= point["estimated_mm"] for point in result["lengths"])
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_table_and_figure_show_them(result):
    table = classifier_table(result)

    assert table.rows[0][0] == "mobilenet"
    assert table.rows[0][1] == "3.86"
    assert len(table.header) == len(table.rows[0])
    with Image.open(BytesIO(plot_lengths(result))) as picture:
        assert picture.format == "PNG"


def test_experiment_without_networks_or_with_one_twice_is_refused():
    for networks in ([], ["mobilenet", "mobilenet"]):
        with pytest.raises(ExperimentSettingsError):
            run_image_classifiers(networks, **SMALL)
    with pytest.raises(RecipeRefusedError, match="network"):
        run_image_classifiers(["scunet"], **SMALL)


def test_command_refuses_in_plain_words(capsys):
    assert main(["experiment", "image-classifiers", "--networks", "unet"]) == 2
    assert "vgg16" in json.loads(capsys.readouterr().err.splitlines()[-1])["message"]
