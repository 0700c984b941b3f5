import json

import numpy as np
import pydicom
import pytest
from PIL import Image

from ml.cli import main
from ml.images import read_image
from ml.phantom import TruthClass, make_exam
from ml.phantom.exam_folder import write_exam

SMALL = ["--rows", "300", "--columns", "260", "--pixel-spacing-mm", "0.4"]


def run(folder, *arguments):
    return main(["phantom", "--out", str(folder), *SMALL, *[str(argument) for argument in arguments]])


@pytest.fixture(scope="module")
def exams(tmp_path_factory):
    folder = tmp_path_factory.mktemp("phantoms") / "new" / "exams"
    assert run(folder, "--count", 2, "--seed", 3, "--form", "raw", "--annotators", 2) == 0
    return folder


def grey(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


def test_exams_have_a_folder_each_with_all_views(exams):
    assert sorted(path.name for path in exams.iterdir()) == ["exam-000003", "exam-000004"]
    for exam in exams.iterdir():
        assert {path.stem for path in exam.glob("*.dcm")} == {"LCC", "LMLO", "RCC", "RMLO"}


def test_files_hold_the_truth_of_the_phantoms(exams):
    views = json.loads((exams / "exam-000003" / "truth.json").read_text())["views"]
    phantoms = make_exam(3, rows=300, columns=260, pixel_spacing_mm=0.4)

    for phantom, view in zip(phantoms, views, strict=True):
        stem = exams / "exam-000003" / view["name"]
        assert np.array_equal(read_image(f"{stem}.dcm").pixels, phantom.raw)
        assert np.array_equal(grey(f"{stem}_bac.png") > 0, phantom.bac)
        assert np.array_equal(grey(f"{stem}_classes.png"), phantom.classes)
        micrometres = grey(f"{stem}_bac_um.png")
        assert np.abs(micrometres - phantom.bac_thickness_mm * 1000).max() <= 0.51
        assert view["mass_mg"] == pytest.approx(phantom.mass_mg, abs=1e-4)
        assert len(view["bac_lines"]) == len(phantom.bac_lines)
        assert grey(f"{stem}_annotator1.png").shape == grey(f"{stem}_expert.png").shape == (300, 260)
        assert len(view["annotators"]) == 2


def test_truth_names_the_classes(exams):
    truth = json.loads((exams / "exam-000004" / "truth.json").read_text())

    assert truth["classes"]["bac"] == TruthClass.BAC
    assert truth["synthetic"] is True
    uids = {pydicom.dcmread(path).SOPInstanceUID for path in (exams / "exam-000004").glob("*.dcm")}
    assert uids == {view["sop_instance_uid"] for view in truth["views"]}


def test_same_seed_gives_the_same_bytes(exams, tmp_path):
    run(tmp_path / "again", "--count", 1, "--seed", 4, "--form", "raw", "--annotators", 2)

    first = {path.name: path.read_bytes() for path in (exams / "exam-000004").iterdir()}
    again = {path.name: path.read_bytes() for path in (tmp_path / "again" / "exam-000004").iterdir()}
    assert first == again


def test_answer_counts_and_the_bar_goes_to_standard_error(capsys, tmp_path):
    assert run(tmp_path / "out", "--count", 1, "--views", 1, "--untidy", "--annotators", 1, "--json") == 0

    output = capsys.readouterr()
    answer = json.loads(output.out)
    assert (answer["exams"], answer["images"], answer["form"]) == (1, 1, "presentation")
    assert "1/1" in output.err
    assert (tmp_path / "out" / "exam-000000" / "LCC_annotator1.png").is_file()


def test_folder_that_holds_something_is_refused_and_left_alone(capsys, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")

    assert run(tmp_path, "--count", 1) == 2

    refusal = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert refusal["code"] == "output_not_writable"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--count", 0], "bad_arguments"),
        (["--count", 1, "--form", "polaroid"], "bad_arguments"),
        (["--count", 1, "--pixel-spacing-mm", "5"], "phantom_request"),
    ],
)
def test_nonsense_is_refused(capsys, tmp_path, arguments, code):
    assert run(tmp_path / "out", *arguments) == 2

    assert json.loads(capsys.readouterr().err.splitlines()[-1])["code"] == code


def test_exam_that_cannot_be_finished_leaves_nothing_behind(tmp_path):
    folder = tmp_path / "out"
    assert run(folder, "--count", 1, "--views", 1) == 0

    with pytest.raises(OSError, match="exam-000000"):
        write_exam(
            folder / "exam-000000",
            make_exam(0, views=["LCC"], rows=300, columns=260, pixel_spacing_mm=0.4),
            form="raw",
        )
    assert [path.name for path in folder.iterdir()] == ["exam-000000"]
