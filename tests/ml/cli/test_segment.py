import json

import numpy as np
import pytest
from PIL import Image

from ml.breast import find_regions
from ml.cli import main
from ml.types import Acquisition

ROW, COLUMN = np.mgrid[:400, :300]
GREY = np.where(((ROW - 200) / 150) ** 2 + (COLUMN / 180) ** 2 < 1, 120 + (COLUMN % 7), 5).astype(np.uint8)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(GREY).save(path)
    return path


def ask(capsys, *arguments):
    assert main(["segment", *(str(argument) for argument in arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *arguments):
    assert main(["segment", *(str(argument) for argument in arguments)]) == 2
    return json.loads(capsys.readouterr().err.splitlines()[-1])["code"]


def test_regions_are_written_and_measured(capsys, tmp_path, image):
    out = tmp_path / "regions.png"

    answer = ask(capsys, image, "--out", out, "--pixel-spacing-mm", "0.3")

    regions = find_regions(GREY, Acquisition(bits_stored=8, pixel_spacing_mm=(0.3, 0.3)))
    with Image.open(out) as picture:
        assert picture.mode == "L"
        assert np.array_equal(np.asarray(picture), regions.labels)
    assert answer["is_found"] is True
    assert answer["chest_wall_side"] == "left"
    assert answer["breast_area_mm2"] == pytest.approx(answer["breast_area_px"] * 0.09)
    assert sum(answer["area_px"].values()) == np.count_nonzero(regions.labels)
    assert sum(answer["area_mm2"].values()) == pytest.approx(regions.breast_area_mm2())
    assert answer["pectoral_polygon"] is None
    assert "pixel_spacing_unknown" not in answer["flags"]


def test_areas_are_those_of_pixels_that_are_not_square(capsys, tmp_path, image):
    answer = ask(capsys, image, "--out", tmp_path / "regions.png", "--pixel-spacing-mm", "0.3,0.2")

    assert answer["pixel_spacing_mm"] == [0.3, 0.2]
    assert answer["breast_area_mm2"] == pytest.approx(answer["breast_area_px"] * 0.06)


def test_without_spacing_there_are_no_millimetres(capsys, tmp_path, image):
    answer = ask(capsys, image, "--out", tmp_path / "regions.png")

    assert answer["area_mm2"] is None
    assert answer["breast_area_mm2"] is None
    assert "pixel_spacing_unknown" in answer["flags"]


def test_image_without_breast_is_an_answer(capsys, tmp_path):
    path, out = tmp_path / "grey.png", tmp_path / "regions.png"
    Image.fromarray(np.random.default_rng(2).normal(120, 20, (300, 260)).astype(np.uint8)).save(path)

    answer = ask(capsys, path, "--out", out)

    assert answer["is_found"] is False
    assert answer["flags"] == ["breast_not_found", "pixel_spacing_unknown"]
    assert not np.asarray(Image.open(out)).any()


def test_people_get_a_table(capsys, tmp_path, image):
    main(["segment", str(image), "--out", str(tmp_path / "regions.png"), "--pixel-spacing-mm", "0.3"])

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["compressed", "periphery", "pectoral", "chest", "flags"]
    assert lines[0].endswith("cm2")
    assert lines[3].endswith("left")


def test_refusals_have_a_code(capsys, tmp_path, image):
    out = tmp_path / "regions.png"

    codes = [
        refusal(capsys, image, "--out", image),
        refusal(capsys, image, "--out", tmp_path / "no" / "regions.png"),
        refusal(capsys, image, "--out", out, "--pixel-spacing-mm", "9"),
        refusal(capsys, tmp_path / "no.png", "--out", out),
        refusal(capsys, image),
    ]

    assert codes == [
        "bad_arguments",
        "output_not_writable",
        "pixel_spacing_invalid",
        "unreadable_file",
        "bad_arguments",
    ]
    assert not out.exists()
    assert np.array_equal(np.asarray(Image.open(image)), GREY)
