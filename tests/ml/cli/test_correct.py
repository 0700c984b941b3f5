import json

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.masks import digest, from_dense, from_png, to_png
from ml.phantom import make_phantom, third_party_mask, write_phantom_dicom
from tests.factories.painted_image import ALL, BRIGHT, SIZE, displayed_image


@pytest.fixture
def files(tmp_path):
    grey = (displayed_image() / 16).astype(np.uint8)
    Image.fromarray(grey).save(tmp_path / "image.png")
    (tmp_path / "mask.png").write_bytes(to_png(ALL))
    return tmp_path


def arguments(folder, *more):
    names = [folder / "image.png", folder / "mask.png"]
    outputs = ["--out", folder / "corrected.png", "--audit", folder / "audit.jsonl"]
    return ["correct", *map(str, [*names, *outputs, *more])]


def refusal(capsys, *words):
    assert main([str(word) for word in words]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    return json.loads(answer.err.splitlines()[-1])


def test_correct_writes_mask_audit_and_summary(capsys, files):
    status = main(arguments(files, "--pixel-spacing-mm", 0.1, "--json"))

    answer = json.loads(capsys.readouterr().out)
    corrected = from_png((files / "corrected.png").read_bytes())
    rows = [json.loads(line) for line in (files / "audit.jsonl").read_text().splitlines()]
    assert status == 0
    assert corrected == BRIGHT
    with Image.open(files / "corrected.png") as picture:
        assert (picture.mode, set(np.unique(picture))) == ("L", {0, 255})
    assert answer["decisions"] == {"keep": 1, "remove": 3, "borderline": 0}
    assert answer["mode"] == "relative"
    assert 0 < answer["dice_before_after"] < 1
    assert [row["decision"] for row in rows] == ["keep", "remove", "remove", "remove"]
    assert rows[0]["annotation_version_in"] == digest(ALL)
    assert rows[0]["annotation_version_out"] == digest(corrected)
    assert len(rows[0]["image_uid"]) == 64
    assert sorted(path.name for path in files.iterdir()) == [
        "audit.jsonl",
        "corrected.png",
        "image.png",
        "mask.png",
    ]


def test_people_get_a_summary_in_words(capsys, files):
    main(arguments(files, "--pixel-spacing-mm", "0.1"))

    text = capsys.readouterr().out
    assert "keep 1, remove 3, borderline 0" in text
    assert "The correction only removes." in text


def test_raw_dicom_needs_no_spacing_and_takes_the_rules(capsys, tmp_path):
    phantom = make_phantom(5)
    write_phantom_dicom(phantom, tmp_path / "image.dcm", patient_id="p", study_uid="1.2.3", form="raw")
    (tmp_path / "mask.png").write_bytes(to_png(from_dense(third_party_mask(phantom, 1))))

    outputs = ["--out", str(tmp_path / "corrected.png"), "--audit", str(tmp_path / "audit.jsonl")]
    names = [str(tmp_path / "image.dcm"), str(tmp_path / "mask.png")]
    more = ["--rule", "paper", "--no-branch-split", "--minimum-mean-um", "15", "--image-uid", "1.2.3.4"]
    assert main(["correct", *names, *outputs, *more, "--json"]) == 0

    answer = json.loads(capsys.readouterr().out)
    rows = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert answer["mode"] == "physical"
    assert answer["components"] == len(rows) > 0
    assert {row["image_uid"] for row in rows} == {"1.2.3.4"}
    assert {(row["rule"], row["t_min_um"]) for row in rows} == {("paper", 15.0)}
    assert all(row["parent_component_id"] is None for row in rows)
    assert all(row["t_mean_um"] is not None for row in rows)


def test_empty_mask_gives_an_empty_mask_and_no_rows(capsys, files):
    Image.fromarray(np.zeros(SIZE, dtype=np.uint8)).save(files / "mask.png")

    assert main(arguments(files, "--pixel-spacing-mm", "0.1", "--json")) == 0

    assert json.loads(capsys.readouterr().out)["dice_before_after"] is None
    assert (files / "audit.jsonl").read_text() == ""
    assert not np.asarray(Image.open(files / "corrected.png")).any()


def test_unknown_spacing_tells_which_option_to_give(capsys, files):
    error = refusal(capsys, *arguments(files))

    assert error["code"] == "pixel_spacing_missing"
    assert "--pixel-spacing-mm" in error["message"]
    assert not (files / "corrected.png").exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--pixel-spacing-mm", "nan"], "pixel_spacing_invalid"),
        (["--pixel-spacing-mm", "3"], "pixel_spacing_invalid"),
        (["--pixel-spacing-mm", "0.1,0.2"], "pixel_spacing_not_square"),
        (["--pixel-spacing-mm", "0.1", "--minimum-length-mm", "nan"], "correction_parameter"),
        (["--pixel-spacing-mm", "0.1", "--element-mm", "0"], "correction_parameter"),
        (["--pixel-spacing-mm", "0.1", "--rule", "median"], "bad_arguments"),
    ],
)
def test_numbers_that_measure_nothing_are_refused(capsys, files, more, code):
    assert refusal(capsys, *arguments(files, *more))["code"] == code


def test_mask_of_another_size_is_refused(capsys, files):
    Image.fromarray(np.zeros((500, 701), dtype=np.uint8)).save(files / "mask.png")

    assert refusal(capsys, *arguments(files, "--pixel-spacing-mm", "0.1"))["code"] == "mask_size_mismatch"


def test_original_mask_is_never_overwritten(capsys, files):
    before = (files / "mask.png").read_bytes()
    words = ["--out", files / "mask.png", "--audit", files / "audit.jsonl", "--pixel-spacing-mm", 0.1]

    error = refusal(capsys, "correct", files / "image.png", files / "mask.png", *words)

    assert error["code"] == "bad_arguments"
    assert (files / "mask.png").read_bytes() == before


def test_nothing_is_left_behind_where_one_file_cannot_be_written(capsys, files):
    before = sorted(files.iterdir())
    words = ["--out", files / "corrected.png", "--audit", files / f"{'a' * 250}.json"]

    error = refusal(
        capsys, "correct", files / "image.png", files / "mask.png", *words, "--pixel-spacing-mm", 0.1
    )

    assert error["code"] == "output_not_writable"
    assert sorted(files.iterdir()) == before
