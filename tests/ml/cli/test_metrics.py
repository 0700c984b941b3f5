import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.masks import Runs, empty, to_png
from ml.metrics import DEFINITIONS, compare_masks

REFERENCE = Runs.checked(60, 140, [[30, 20, 120]])
CANDIDATE = Runs.checked(60, 140, [[30, 20, 70]])
FIXED_NAMES = {
    "dice",
    "jaccard",
    "precision",
    "recall",
    "dice_l",
    "dice_l_sym",
    "length_precision",
    "length_recall",
    "cl_dice",
    "hd95_mm",
    "assd_mm",
    "length_reference_mm",
    "length_candidate_mm",
}


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "reference.png", tmp_path / "candidate.png"]
    for path, mask in zip(paths, (REFERENCE, CANDIDATE), strict=True):
        path.write_bytes(to_png(mask))
    return [str(path) for path in paths]


def answer_to(capsys, *arguments):
    assert main(["metrics", *map(str, arguments), "--json"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    return json.loads(printed)


def refusal(capsys, *arguments):
    assert main(["metrics", *map(str, arguments), "--json"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return json.loads(printed.err)["code"]


def test_one_object_with_every_measure_of_the_library(capsys, files):
    answer = answer_to(capsys, *files, "--pixel-spacing-mm", "0.1")

    compared = compare_masks(REFERENCE, CANDIDATE, pixel_spacing_mm=(0.1, 0.1))
    assert set(answer) >= FIXED_NAMES
    assert set(answer) == {*DEFINITIONS, "undefined", "definition"}
    assert {name: answer[name] for name in DEFINITIONS} == {
        name: getattr(compared, name) for name in DEFINITIONS
    }
    assert (answer["dice_l"], answer["undefined"]) == (pytest.approx(2 / 3), {})
    assert answer["definition"]["pixel_spacing_mm"] == [0.1, 0.1]


def test_spacing_may_stand_before_the_files_and_differ_by_direction(capsys, files):
    answer = answer_to(capsys, "--pixel-spacing-mm", "0.2,0.1", *files)

    assert answer["definition"]["pixel_spacing_mm"] == [0.2, 0.1]
    assert answer["length_reference_mm"] == pytest.approx(99 * 0.948 * 0.1)


def test_without_spacing_millimetres_are_null_with_the_reason(capsys, files):
    answer = answer_to(capsys, *files)

    assert (answer["dice_l"], answer["hd95_mm"], answer["length_reference_mm"]) == (None, None, None)
    assert answer["undefined"]["dice_l"] == answer["undefined"]["hd95_mm"] == "pixel_spacing_missing"
    assert answer["length_reference_px"] == pytest.approx(99 * 0.948)


def test_choices_of_tolerance_and_tracks_are_passed_on(capsys, files):
    in_pixels = answer_to(capsys, *files, "--tolerance-px", "0")
    merged = answer_to(capsys, *files, "--pixel-spacing-mm", "0.1", "--tolerance-mm", "0.5", "--merge-tracks")

    assert (in_pixels["length_recall"], in_pixels["definition"]["tolerance_px"]) == (0.5, 0)
    assert merged["definition"]["tolerance_mm"] == 0.5
    assert merged["definition"]["merge_tracks"] is True


def test_two_empty_masks_are_null_not_nan(capsys, tmp_path):
    path = tmp_path / "empty.png"
    path.write_bytes(to_png(empty(20, 30)))

    answer = answer_to(capsys, path, path, "--pixel-spacing-mm", "0.1")

    assert answer["dice"] is answer["cl_dice"] is answer["assd_mm"] is None
    assert answer["undefined"]["dice"] == "both_empty"


def test_table_for_people_has_values_units_and_meaning(capsys, files):
    assert main(["metrics", *files, "--pixel-spacing-mm", "0.1"]) == 0
    with_spacing = capsys.readouterr().out
    assert main(["metrics", *files]) == 0
    without = capsys.readouterr().out

    row = next(line for line in with_spacing.splitlines() if line.startswith("length_reference_mm"))
    assert "9.3852 mm  Length of the reference's centre line" in row
    assert all(f"\n{name} " in with_spacing for name in DEFINITIONS)
    assert "match within 1.05 mm" in with_spacing
    assert "lengths are in pixels" in without
    assert "-  Not defined. The size of a pixel" in without


def test_table_says_what_lengths_of_oblong_pixels_are_worth(capsys, files):
    assert main(["metrics", *files, "--pixel-spacing-mm", "0.1,0.2", "--merge-tracks"]) == 0
    oblong = capsys.readouterr().out
    assert main(["metrics", *files, "--pixel-spacing-mm", "0.1", "--merge-tracks"]) == 0
    square = capsys.readouterr().out

    assert "Lengths: the Kulpa weights were made for square pixels" in oblong
    assert "Kulpa weights were made for" not in square
    assert "joined before the centre lines are taken, and their spurs dropped." in square


def test_bad_input_is_refused_with_a_named_error(capsys, tmp_path, files):
    colour, other_size, text = tmp_path / "colour.png", tmp_path / "other.png", tmp_path / "text.png"
    Image.fromarray(np.zeros((60, 140, 3), dtype=np.uint8)).save(colour)
    other_size.write_bytes(to_png(empty(60, 141)))
    text.write_text("no picture")
    reference = files[0]

    codes = [
        refusal(capsys, reference, other_size),
        refusal(capsys, reference, colour),
        refusal(capsys, reference, text),
        refusal(capsys, reference, tmp_path / "missing.png"),
        refusal(capsys, reference),
    ]

    assert codes == ["mask_size_mismatch", "not_a_mask", "not_a_mask", "missing_file", "bad_arguments"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--pixel-spacing-mm", "0"], "metric_parameter"),
        (["--pixel-spacing-mm", "nan"], "metric_parameter"),
        (["--pixel-spacing-mm", "inf"], "metric_parameter"),
        (["--pixel-spacing-mm", "-0.1"], "metric_parameter"),
        (["--pixel-spacing-mm", "0.1,0"], "metric_parameter"),
        (["--pixel-spacing-mm", "0.1,0.1,0.1"], "bad_arguments"),
        (["--pixel-spacing-mm", "small"], "bad_arguments"),
        (["--pixel-spacing-mm", "1e-300"], "metric_parameter"),
        (["--pixel-spacing-mm", "1e300", "--merge-tracks"], "metric_parameter"),
        (["--pixel-spacing-mm", "0.001", "--merge-tracks"], "metric_parameter"),
        (["--pixel-spacing-mm", "0.1", "--tolerance-mm", "1e308"], "metric_parameter"),
        (["--tolerance-px", "1e308"], "metric_parameter"),
        (["--tolerance-mm", "-1"], "metric_parameter"),
        (["--tolerance-px", "nan"], "metric_parameter"),
        (["--tolerance-mm", "1", "--tolerance-px", "1"], "bad_arguments"),
        (["--merge-tracks"], "pixel_spacing_missing"),
    ],
)
def test_choices_that_are_no_lengths_are_refused(capsys, files, arguments, code):
    assert refusal(capsys, *files, *arguments) == code


RUN_AND_LIST_HEAVY = """
import sys
from ml.cli import main
assert main(sys.argv[1:]) == 0
heavy = {"torch", "pandas", "sklearn", "statsmodels", "pingouin", "matplotlib", "django"}
print(sorted(heavy & set(sys.modules)), file=sys.stderr)
"""


def test_command_loads_nothing_heavy(repository, files):
    command = [sys.executable, "-c", RUN_AND_LIST_HEAVY, "metrics", *files, "--json"]

    run = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)

    assert json.loads(run.stdout)["dice"] == pytest.approx(2 / 3)
    assert run.stderr.splitlines()[-1] == "[]"
