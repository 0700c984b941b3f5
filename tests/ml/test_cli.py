import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image

from ml.cli import main
from ml.networks import build_network, pack_weights
from tests.factories.model_card import make_model_card

CARD = make_model_card(version="7", overlap_px=32)


@pytest.fixture
def weights(tmp_path):
    torch.manual_seed(4)
    path = tmp_path / "weights.safetensors"
    path.write_bytes(pack_weights(build_network("scunet"), CARD).bytes_of_safetensors)
    return path


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    grey = np.random.default_rng(3).integers(0, 256, (260, 300)).astype(np.uint8)
    Image.fromarray(grey).save(path)
    return path


def refusal(capsys, *arguments):
    assert main([str(argument) for argument in arguments]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    # Progress may stand before it on a slow machine.
    return json.loads(answer.err.splitlines()[-1])


def test_predict_writes_a_map_and_one_line_about_it(capsys, tmp_path, image, weights):
    out = tmp_path / "probability.png"

    status = main(["predict", str(image), "--weights", str(weights), "--out", str(out)])

    answer = json.loads(capsys.readouterr().out)
    assert status == 0
    assert answer["model"] == "untrained 7"
    assert answer["digest"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    assert 0 < answer["seconds"] < 60
    assert answer["pixel_spacing_mm"] is None
    with Image.open(out) as picture:
        assert picture.mode == "L"
        assert picture.size == (300, 260)
        assert np.asarray(picture).any()


def test_predict_takes_the_pixel_spacing_it_is_told(capsys, tmp_path, image, weights):
    maps = []
    for spacing in ("0.1", "0.2"):
        out = tmp_path / f"{spacing}.png"
        main(
            [
                "predict",
                str(image),
                "--weights",
                str(weights),
                "--out",
                str(out),
                "--pixel-spacing-mm",
                spacing,
            ]
        )
        maps.append(np.asarray(Image.open(out)))

    assert [json.loads(line)["pixel_spacing_mm"] for line in capsys.readouterr().out.splitlines()] == [
        0.1,
        0.2,
    ]
    assert maps[0].shape == maps[1].shape
    assert not np.array_equal(*maps)


def test_predict_runs_as_a_module_without_the_web_app(repository, tmp_path, image, weights):
    out = tmp_path / "probability.png"
    command = [sys.executable, "-m", "ml", "predict", image, "--weights", weights, "--out", out]

    run = subprocess.run(command, cwd=repository, capture_output=True, check=False)

    assert run.returncode == 0
    assert json.loads(run.stdout)["model"] == "untrained 7"
    assert out.is_file()


def test_predict_refuses_in_one_line_with_a_code(capsys, tmp_path, image, weights):
    out = tmp_path / "probability.png"
    text = tmp_path / "text.txt"
    text.write_text("nothing to see")

    asked = ("predict", image, "--weights", weights, "--out", out)
    codes = [
        refusal(capsys, "predict", image, "--weights", text, "--out", out)["code"],
        refusal(capsys, "predict", image, "--weights", tmp_path / "no.pt", "--out", out)["code"],
        refusal(capsys, "predict", image, "--weights", weights, "--out", tmp_path / "no" / "map.png")["code"],
        refusal(capsys, "predict", image, "--weights", weights, "--out", tmp_path)["code"],
        refusal(capsys, *asked, "--pixel-spacing-mm", 9)["code"],
        refusal(capsys, *asked, "--pixel-spacing-mm", "0.1,0.2")["code"],
        refusal(capsys, "predict", image)["code"],
        refusal(capsys, "foretell")["code"],
    ]

    assert codes == [
        "not_a_checkpoint",
        "missing_file",
        "output_not_writable",
        "output_not_writable",
        "pixel_spacing_invalid",
        "pixel_spacing_not_square",
        "bad_arguments",
        "bad_arguments",
    ]
    assert not out.exists()


def test_predict_refuses_an_image_that_cannot_be_read(capsys, tmp_path, weights):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n and no more")

    answer = refusal(capsys, "predict", broken, "--weights", weights, "--out", tmp_path / "map.png")

    assert answer["code"] == "decode_failed"
    assert answer["message"]


TINY_RECIPE = """
name: tiny
version: "1"
seed: 1
threads: 1
phantoms: {train: 1, validation: 1, test: 1, rows: 300, columns: 260, pixel_spacing_mm: 0.3,
           bac_share: 1.0, grid_share: 1.0}
preparation: {pixel_spacing_mm: 0.4, tile_px: 64, overlap_px: 16, median_px: 3, mean: 0.35,
              standard_deviation: 0.25}
optimisation: {steps: 1, batch: 2, learning_rate: 0.003, weight_decay: 0.01}
"""


def test_train_writes_weights_that_predict_takes(capsys, tmp_path, image):
    recipe, out = tmp_path / "recipe.yaml", tmp_path / "trained.safetensors"
    recipe.write_text(TINY_RECIPE)

    status = main(["train", str(recipe), "--out", str(out)])
    trained = json.loads(capsys.readouterr().out)
    main(["predict", str(image), "--weights", str(out), "--out", str(tmp_path / "map.png")])
    predicted = json.loads(capsys.readouterr().out)

    assert status == 0
    assert trained["model"] == predicted["model"] == "tiny 1"
    assert trained["digest"] == predicted["digest"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert predicted["synthetic_only"] is True


def test_train_refuses_a_recipe_that_cannot_be_read(capsys, tmp_path):
    answer = refusal(capsys, "train", tmp_path / "no.yaml", "--out", tmp_path / "out.safetensors")

    assert answer["code"] == "recipe_refused"
