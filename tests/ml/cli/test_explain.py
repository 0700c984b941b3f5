import json

import numpy as np
import pytest
import torch
from PIL import Image

from ml.cli import main
from ml.networks import build_network, pack_weights
from tests.factories.model_card import make_model_card

ROW, COLUMN = np.mgrid[:400, :300]
BREAST = ((ROW - 200) / 150) ** 2 + (COLUMN / 180) ** 2 < 1
GREY = np.where(BREAST, 120 + 60 * ((ROW // 20 + COLUMN // 20) % 2), 5).astype(np.uint8)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(GREY).save(path)
    return path


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Give the file of an untrained network."""
    folder = tmp_path_factory.mktemp("models")

    def written(name, **facts):
        torch.manual_seed(6)
        path = folder / f"{name}.safetensors"
        if not path.exists():
            weights = pack_weights(build_network(name), make_model_card(architecture=name, **facts))
            path.write_bytes(weights.bytes_of_safetensors)
        return path

    return written


def classifier(model):
    facts = {"task": "image_classification", "input": "whole", "input_rows": 64, "input_columns": 32}
    return model("mobilenet", cutoff=0.01, **facts)


def patches(model):
    return model("resnet18", task="patch_classification", label="microcalcification")


def ask(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    return json.loads(capsys.readouterr().err.splitlines()[-1])


def test_image_is_answered_for_and_its_heatmap_written(capsys, tmp_path, image, model):
    out = tmp_path / "heatmap.png"

    answer = ask(
        capsys, "explain", image, "--model", classifier(model), "--out", out, "--pixel-spacing-mm", "0.3"
    )

    assert 0 < answer["probability"] < 1
    assert answer["is_positive"] == (answer["probability"] >= 0.01)
    assert answer["estimated_length_mm"] > 0
    assert "research use only" in answer["remark"].lower()
    assert not answer["out_of_domain"]
    with Image.open(out) as picture:
        assert "Research use only" in picture.text["Comment"]
        colours = np.asarray(picture)
    assert colours.shape == (400, 300, 3)
    assert (np.ptp(colours[BREAST], axis=1) > 0).any()
    assert not np.ptp(colours[:380, 200:], axis=2).any()


def test_length_is_not_estimated_without_a_spacing(capsys, tmp_path, image, model):
    answer = ask(capsys, "explain", image, "--model", classifier(model), "--out", tmp_path / "heatmap.png")

    assert answer["estimated_length_mm"] is None


def test_network_for_patches_is_slid_over_the_image(capsys, tmp_path, image, model):
    asked = ("explain", image, "--model", patches(model), "--pixel-spacing-mm", "0.1")
    answer = ask(capsys, *asked, "--out", tmp_path / "heatmap.png")
    finer = ask(capsys, *asked, "--out", tmp_path / "finer.png", "--stride-px", "32")

    assert (answer["cell_rows"], answer["cell_columns"]) == (7, 5)
    assert (finer["cell_rows"], finer["cell_columns"]) == (13, 10)
    assert 0 < answer["largest_probability"] <= 1
    with Image.open(tmp_path / "heatmap.png") as picture:
        assert picture.size == (300, 400)


def test_what_cannot_be_explained_is_refused_in_plain_words(capsys, tmp_path, image, model):
    out = tmp_path / "heatmap.png"
    segmenter = refusal(capsys, "explain", image, "--model", model("scunet"), "--out", out)
    no_spacing = refusal(capsys, "explain", image, "--model", patches(model), "--out", out)
    text = tmp_path / "text.pt"
    text.write_text("no weights")

    assert segmenter["code"] == "wrong_task"
    assert "python -m ml predict" in segmenter["message"]
    assert no_spacing["code"] == "pixel_spacing_missing"
    assert refusal(capsys, "explain", image, "--model", text, "--out", out)["code"] == "not_a_checkpoint"
    assert not out.exists()


@pytest.mark.parametrize("network", [classifier, patches])
def test_predict_refuses_a_classifier_and_names_the_command(capsys, tmp_path, image, model, network):
    out = tmp_path / "map.png"

    found = refusal(capsys, "predict", image, "--weights", network(model), "--out", out)

    assert found["code"] == "wrong_task"
    assert "python -m ml explain" in found["message"]
    assert not out.exists()
