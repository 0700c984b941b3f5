import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.normalise import normalise
from ml.types import Acquisition

ROW, COLUMN = np.mgrid[:400, :300]
GREY = np.where(
    ((ROW - 200) / 150) ** 2 + (COLUMN / 180) ** 2 < 1, 90 + (COLUMN % 37) + (ROW % 11), 5
).astype(np.uint8)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(GREY).save(path)
    return path


def ask(capsys, *arguments):
    assert main(["normalise", *(str(argument) for argument in arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *arguments):
    assert main(["normalise", *(str(argument) for argument in arguments)]) == 2
    return json.loads(capsys.readouterr().err.splitlines()[-1])["code"]


@pytest.mark.parametrize("method", ["raw", "simple_gamma", "auto_gamma"])
def test_picture_holds_the_values_to_half_a_level(capsys, tmp_path, image, method):
    picture, array = tmp_path / "out.png", tmp_path / "out.npy"

    answer = ask(capsys, image, "--method", method, "--out", picture)
    exact = ask(capsys, image, "--method", method, "--out", array)

    values = normalise(GREY.astype(np.uint16), Acquisition(bits_stored=8), method=method).values
    scaling = answer["value_of_level"]
    levels = np.asarray(Image.open(picture)).astype(np.float64)
    assert np.array_equal(np.load(array), values)
    assert np.abs(scaling["lowest"] + scaling["step"] * levels - values).max() < 0.51 * scaling["step"]
    assert levels.max() == 2**16 - 1
    assert exact["value_of_level"] is None
    assert answer["mean"] == exact["mean"]


def test_options_reach_the_library(capsys, tmp_path, image):
    answer = ask(
        capsys, image, "--method", "auto_gamma", "--out", tmp_path / "out.npy", "--target", 0.3,
        "--percentiles", 1, 99,
    )  # fmt: skip

    assert answer["target"] == 0.3
    assert answer["percentiles"] == [1, 99]
    assert answer["mean"] == pytest.approx(0.3, abs=1e-6)


def test_refusals_have_a_code(capsys, tmp_path, image):
    out = tmp_path / "out.npy"
    grey = tmp_path / "grey.png"
    Image.fromarray(np.random.default_rng(2).normal(120, 20, (300, 260)).astype(np.uint8)).save(grey)

    codes = [
        refusal(capsys, image, "--method", "density", "--out", out),
        refusal(capsys, grey, "--method", "raw", "--out", out),
        refusal(capsys, image, "--method", "raw", "--out", tmp_path / "out.jpg"),
        refusal(capsys, image, "--method", "raw", "--out", image),
        refusal(capsys, image, "--method", "auto_gamma", "--target", "2", "--out", out),
        refusal(capsys, image, "--method", "bright", "--out", out),
    ]

    assert codes == [
        "not_raw",
        "breast_not_found",
        "bad_arguments",
        "bad_arguments",
        "normalisation_parameter",
        "bad_arguments",
    ]
    assert not out.exists()
