import csv
import json

import cv2
import numpy as np
import pytest

from ml.cli import main
from ml.correction import DEFAULT_PARAMETERS, parameters_sha256
from ml.correction.thresholds_file import read_parameters
from ml.masks import capsule, to_dense, to_png, union

SIZE = (280, 300)
BRIGHT = capsule(*SIZE, (50.0, 30.0), (50.0, 170.0), 8.0)
FAINT = capsule(*SIZE, (110.0, 30.0), (110.0, 170.0), 8.0)


def grey(seed):
    chance = np.random.default_rng(seed)
    pixels = chance.normal(90, 4, SIZE)
    pixels[to_dense(BRIGHT)] += 80
    return pixels.clip(0, 255).round().astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("pairs")
    for number in range(30):
        cv2.imwrite(str(path / f"{number}.png"), grey(number))
    (path / "label.png").write_bytes(to_png(union(BRIGHT, FAINT)))
    (path / "expert.png").write_bytes(to_png(BRIGHT))
    (path / "other.png").write_bytes(to_png(capsule(50, 50, (20.0, 20.0), (20.0, 30.0), 3.0)))
    return path


def row(number, **change):
    return {
        "image": f"{number}.png",
        "third_party_mask": "label.png",
        "expert_mask": "expert.png",
        "patient": f"p{number}",
        "pixel_spacing_mm": "0.1",
    } | change


def write_table(folder, rows, name="pairs.csv"):
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, fieldnames=list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    return path


def calibrate(capsys, table, out, *options):
    status = main(["calibrate", str(table), "--out", str(out), *options])
    answer = capsys.readouterr()
    return json.loads(answer.err.splitlines()[-1]) if status else json.loads(answer.out)


@pytest.fixture(scope="module")
def out(folder):
    """Thirty pairs, calibrated once."""
    table = write_table(folder, [row(number) for number in range(30)], name="thirty.csv")
    assert main(["calibrate", str(table), "--out", str(folder / "out"), "--json"]) == 0
    return folder / "out"


def test_pairs_give_thresholds_a_surface_and_a_row_per_component(out):
    written = json.loads((out / "thresholds.json").read_text())
    found = written["calibration"]

    assert found["mode"] == "relative"
    assert found["limit_name"] == "minimum_contrast_z"
    assert found["dice_chosen"] == pytest.approx(1.0)
    assert found["dice_uncorrected"] < 0.8
    assert read_parameters(out / "thresholds.json").minimum_contrast_z == found["limit"]
    assert written["hint"]["valley"] is not None
    assert (out / "surface.png").read_bytes().startswith(b"\x89PNG")
    with (out / "components.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 60
    assert [one["is_kept"] for one in rows] == [one["is_true"] for one in rows] == ["True", "False"] * 30
    assert (rows[2]["line"], rows[2]["patient"]) == ("3", "p1")


def test_correction_uses_the_thresholds_and_options_go_before_them(capsys, folder, tmp_path, out):
    found = json.loads((out / "thresholds.json").read_text())
    outputs = ["--out", str(tmp_path / "corrected.png"), "--audit", str(tmp_path / "audit.jsonl")]
    files = [str(folder / "0.png"), str(folder / "label.png"), *outputs, "--pixel-spacing-mm", "0.1"]
    thresholds = ["--parameters", str(out / "thresholds.json")]

    main(["correct", *files, *thresholds, "--json"])
    by_file = json.loads(capsys.readouterr().out)
    main(["correct", *files, *thresholds, "--minimum-contrast-z", "900", "--json"])
    by_option = json.loads(capsys.readouterr().out)

    assert by_file["parameters_hash"] == found["parameters_sha256"] != by_option["parameters_hash"]
    assert by_file["decisions"] == {"keep": 1, "remove": 1, "borderline": 0}
    assert by_option["decisions"] == {"keep": 0, "remove": 2, "borderline": 0}
    audit = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert {one["L_min_mm"] for one in audit} == {found["calibration"]["length_mm"]}


def test_without_experts_the_defaults_and_a_hint_are_written(capsys, folder, tmp_path):
    table = write_table(folder, [row(number, expert_mask="") for number in range(4)])

    answer = calibrate(capsys, table, tmp_path / "out", "--json")

    assert answer["limit"] is None
    assert answer["parameters_sha256"] == parameters_sha256(DEFAULT_PARAMETERS)
    written = json.loads((tmp_path / "out" / "thresholds.json").read_text())
    assert written["calibration"] is None
    assert written["hint"]["pieces"] == 8
    assert written["parameters"]["minimum_length_mm"] == 3.0
    assert not (tmp_path / "out" / "surface.png").exists()
    assert (tmp_path / "out" / "histograms.png").exists()


def test_people_read_what_to_expect(capsys, folder, tmp_path):
    table = write_table(folder, [row(number, expert_mask="") for number in range(2)])

    assert main(["calibrate", str(table), "--out", str(tmp_path / "out")]) == 0

    assert "nothing was chosen" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"image": "none.png"}, "missing_file"),
        ({"patient": " "}, "pairs_table"),
        ({"pixel_spacing_mm": "0,1"}, "pairs_table"),
        ({"pixel_spacing_mm": "7"}, "pixel_spacing_invalid"),
        ({"pixel_spacing_mm": ""}, "pixel_spacing_missing"),
        ({"expert_mask": "other.png"}, "mask_size_mismatch"),
        ({"third_party_mask": "pairs.csv"}, "not_a_mask"),
    ],
)
def test_bad_row_is_named_by_its_line(capsys, folder, tmp_path, change, code):
    table = write_table(folder, [row(0), row(1, **change)])

    refused = calibrate(capsys, table, tmp_path / "out")

    assert (refused["code"], refused["message"][:6]) == (code, "Line 3")


@pytest.mark.parametrize(
    "content",
    [
        "image,third_party_mask,patient\n",
        "image,third_party_mask,expert_mask,patient,colour\n",
        "image,third_party_mask,expert_mask,patient\n",
        "image,third_party_mask,expert_mask,patient\n0.png,label.png,expert.png,p,0.1\n",
        "",
    ],
)
def test_tables_of_another_form_are_refused(capsys, folder, tmp_path, content):
    (folder / "odd.csv").write_text(content)

    assert calibrate(capsys, folder / "odd.csv", tmp_path / "out")["code"] == "pairs_table"


def test_bytes_that_are_no_table_are_refused(capsys, folder, tmp_path):
    assert calibrate(capsys, folder / "0.png", tmp_path / "out")["code"] == "pairs_table"
    assert calibrate(capsys, folder / "none.csv", tmp_path / "out")["code"] == "missing_file"


def test_too_few_pairs_are_refused_and_nothing_is_written(capsys, folder, tmp_path):
    table = write_table(folder, [row(number) for number in range(3)])

    assert calibrate(capsys, table, tmp_path / "out")["code"] == "too_few_images"
    assert list((tmp_path / "out").iterdir()) == []


def test_folder_in_a_folder_that_is_not_there_is_refused(capsys, folder, tmp_path):
    table = write_table(folder, [row(0)])

    assert calibrate(capsys, table, tmp_path / "no" / "out")["code"] == "output_not_writable"
    assert calibrate(capsys, table, table)["code"] == "output_not_writable"
