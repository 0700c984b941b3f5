import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.masks import to_dense, to_png
from ml.quantify import quantify
from ml.types import Acquisition
from tests.factories.calcified_scene import draw_scene
from tests.factories.dicom_files import make_dataset, write_dicom

SCENE = draw_scene(thickness_mm=0.3)
GREY = ((2**14 - 1 - SCENE.pixels) >> 6).astype(np.uint8)


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "image.png"
    Image.fromarray(GREY).save(path)
    return path


def save(path, array):
    Image.fromarray(array).save(path)
    return path


def ask(capsys, *arguments):
    assert main(["quantify", *(str(argument) for argument in arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys, *arguments):
    assert main(["quantify", *(str(argument) for argument in arguments)]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    return json.loads(answer.err.splitlines()[-1])["code"]


def test_mask_is_measured_as_the_library_does(capsys, tmp_path, image):
    mask = tmp_path / "mask.png"
    mask.write_bytes(to_png(SCENE.mask))

    answer = ask(capsys, image, mask, "--pixel-spacing-mm", "0.1")

    library = quantify(
        GREY.astype(np.uint16), Acquisition(bits_stored=8, pixel_spacing_mm=(0.1, 0.1)), mask=SCENE.mask
    )
    assert answer["taken_for"] == "mask"
    names = ("pm", "am", "sim", "tam", "tsim", "length_mm", "area_mm2", "breast_area_mm2", "mass_mg")
    assert [answer[name] for name in names] == [getattr(library, name) for name in names]
    assert answer["mass_mg"] is None
    assert answer["undefined"]["mass_mg"] == "presentation_intent_unknown"
    assert answer["definition"]["version"] == 1


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_many_levels_are_a_probability_map(capsys, tmp_path, image, dtype):
    largest = np.iinfo(dtype).max
    levels = np.zeros(SCENE.pixels.shape, dtype=dtype)
    levels[300:310, 100:120], levels[310:320, 100:120] = largest // 5 * 2, largest // 5 * 4
    path = save(tmp_path / "map.png", levels)

    answer, lower = ask(capsys, image, path), ask(capsys, image, path, "--cutoff", "0.3")

    assert answer["taken_for"] == "probability"
    assert answer["pm"] == pytest.approx(200 * 0.4 + 200 * 0.8)
    assert (answer["am"], lower["am"]) == (200, 400)


@pytest.mark.parametrize(
    ("levels", "kind"),
    [
        (np.array([0, 255]), "mask"),
        (np.array([0, 0]), "mask"),
        (np.array([7, 7]), "probability"),
        (np.array([1, 255]), "probability"),
    ],
)
def test_what_the_png_is_taken_for(capsys, tmp_path, image, levels, kind):
    array = np.full(SCENE.pixels.shape, levels[0], dtype=np.uint8)
    array[320:325, 100:130] = levels[1]

    assert ask(capsys, image, save(tmp_path / "png.png", array))["taken_for"] == kind


@pytest.mark.parametrize("level", [1, 51, 254])
def test_black_and_a_grey_may_be_a_faint_map_and_need_to_be_told(capsys, tmp_path, image, level):
    array = np.zeros(SCENE.pixels.shape, dtype=np.uint8)
    array[320:325, 100:130] = level
    path = save(tmp_path / "png.png", array)

    assert main(["quantify", str(image), str(path)]) == 2

    error = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert error["code"] == "bad_arguments"
    assert f"0 and {level}" in error["message"]
    assert "--as mask" in error["message"]
    assert ask(capsys, image, path, "--as", "mask")["area_px"] == 150
    assert ask(capsys, image, path, "--as", "probability")["pm"] == pytest.approx(150 * level / 255)


def test_mask_of_16_bits_is_a_mask(capsys, tmp_path, image):
    array = np.zeros(SCENE.pixels.shape, dtype=np.uint16)
    array[320:325, 100:130] = 65535

    assert ask(capsys, image, save(tmp_path / "png.png", array))["taken_for"] == "mask"


def test_words_about_a_file_that_is_no_picture_name_the_file(capsys, tmp_path, image):
    path = tmp_path / "text.png"
    path.write_text("no picture")

    assert main(["quantify", str(image), str(path)]) == 2

    message = json.loads(capsys.readouterr().err.splitlines()[-1])["message"]
    assert message.startswith(f"{path} is not a PNG that can be read")
    assert "BytesIO" not in message


@pytest.mark.parametrize(("option", "name"), [("--cutoff", "cutoff"), ("--least-probability", "least")])
def test_words_about_a_share_say_which_and_what_came(capsys, tmp_path, image, option, name):
    mask = tmp_path / "mask.png"
    mask.write_bytes(to_png(SCENE.mask))

    assert main(["quantify", str(image), str(mask), option, "nan"]) == 2

    message = json.loads(capsys.readouterr().err.splitlines()[-1])["message"]
    assert name in message
    assert "nan" in message
    assert "None" not in message


def test_told_kind_is_taken(capsys, tmp_path, image):
    path = save(tmp_path / "png.png", to_dense(SCENE.mask).astype(np.uint8) * np.uint8(51))

    as_mask, as_map = (
        ask(capsys, image, path, "--as", "mask"),
        ask(capsys, image, path, "--as", "probability"),
    )

    assert (as_mask["pm"], as_mask["am"]) == (1000, 1000)
    assert (as_map["pm"], as_map["am"]) == (pytest.approx(200), 0)


def test_threshold_and_its_edge_are_told(capsys, tmp_path, image):
    dense = np.zeros(GREY.shape, dtype=np.uint8)
    dense[200:220, :300] = 255  # along the slope of brightness
    mask = save(tmp_path / "strip.png", dense)
    edge = int(np.median(GREY[dense > 0]))

    above = ask(capsys, image, mask, "--threshold", edge)
    included = ask(capsys, image, mask, "--threshold", edge, "--include-threshold")

    assert 0 < above["tam"] < included["tam"] < 6000
    assert included["definition"]["is_threshold_included"] is True


def test_pixels_need_not_be_square(capsys, tmp_path, image):
    mask = tmp_path / "mask.png"
    mask.write_bytes(to_png(SCENE.mask))

    answer = ask(capsys, image, mask, "--pixel-spacing-mm", "0.1,0.2")

    assert answer["area_mm2"] == pytest.approx(1000 * 0.02)
    assert answer["definition"]["pixel_spacing_mm"] == [0.1, 0.2]


def test_table_for_people_says_what_is_missing_and_why(capsys, tmp_path, image):
    mask = tmp_path / "mask.png"
    mask.write_bytes(to_png(SCENE.mask))

    assert main(["quantify", str(image), str(mask)]) == 0

    table = capsys.readouterr().out
    assert "taken for a mask" in table
    assert "The size of a pixel is not known" in table
    assert "Research use only" in table


def test_what_cannot_be_measured_is_refused(capsys, tmp_path, image):
    mask, other = tmp_path / "mask.png", tmp_path / "other.png"
    mask.write_bytes(to_png(SCENE.mask))
    save(other, np.zeros((10, 10), dtype=np.uint8))
    colour = save(tmp_path / "colour.png", np.zeros((*SCENE.pixels.shape, 3), dtype=np.uint8))
    text = tmp_path / "text.png"
    text.write_text("no picture")

    assert [
        refusal(capsys, image, tmp_path / "no.png"),
        refusal(capsys, image, text),
        refusal(capsys, image, colour),
        refusal(capsys, image, other),
        refusal(capsys, image, mask, "--pixel-spacing-mm", "wide"),
        refusal(capsys, image, mask, "--pixel-spacing-mm", "9"),
        refusal(capsys, image, mask, "--cutoff", "1"),
        refusal(capsys, image, mask, "--threshold", "300"),
        refusal(capsys, image, mask, "--as", "guess"),
    ] == [
        "missing_file",
        "not_a_mask_or_map",
        "not_a_mask_or_map",
        "mask_size_mismatch",
        "bad_arguments",
        "pixel_spacing_invalid",
        "parameter_invalid",
        "parameter_invalid",
        "bad_arguments",
    ]


def test_raw_dicom_is_weighed(capsys, tmp_path):
    facts = SCENE.acquisition
    dataset = make_dataset(
        SCENE.pixels,
        bits_stored=14,
        PresentationIntentType="FOR PROCESSING",
        PixelIntensityRelationship="LIN",
        PixelIntensityRelationshipSign=1,
        PhotometricInterpretation="MONOCHROME1",
        AnodeTargetMaterial=facts.anode,
        FilterMaterial=facts.filter_material,
        KVP=facts.kvp,
        BodyPartThickness=facts.body_part_thickness_mm,
        Grid=facts.grid,
    )
    path, mask = write_dicom(tmp_path / "raw.dcm", dataset), tmp_path / "mask.png"
    mask.write_bytes(to_png(SCENE.mask))

    answer = ask(capsys, path, mask, "--detector-offset", "0")
    assert main(["quantify", str(path), str(mask)]) == 0

    low, high = answer["mass_interval_mg"]
    assert low < SCENE.calcium_mg < high
    assert answer["mass_mg"] == pytest.approx(SCENE.calcium_mg, rel=0.03)
    assert (answer["calibration"], answer["mass_category"]) == ("physics", "(0, 20]")
    assert "detector_offset" not in answer["mass_terms_mg"]
    assert "Standard deviation of the mass from each source" in capsys.readouterr().out
