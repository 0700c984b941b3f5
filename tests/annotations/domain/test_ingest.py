import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from annotations.domain import ingest
from annotations.domain.content import content_path, read_content
from annotations.domain.ingest import ingest_paths
from annotations.models import AuditEntry, Mammogram, Patient, Study
from ml.images import read_clean_png
from tests.factories.dicom_files import (
    CANARY,
    JPEG_LOSSLESS_SV1,
    make_dataset,
    make_grey_levels,
    write_dicom,
    write_jpeg2000_bomb,
    write_truncated,
)
from tests.factories.intake import write_picture, write_table, write_zip
from tests.factories.reader import make_reader

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:Invalid value:UserWarning")]


def everything_stored(content_root: Path) -> tuple[int, int, int, int, int]:
    files = [path for path in content_root.rglob("*") if path.is_file()] if content_root.exists() else []
    counts = [model.objects.count() for model in (Patient, Study, Mammogram, AuditEntry)]
    return len(files), *counts


def take_in(*paths: Path) -> list[tuple[str, str | None]]:
    return [(str(outcome.outcome), outcome.reason) for outcome in ingest_paths(paths)]


@pytest.mark.parametrize("photometric_interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("bits_stored", [8, 10, 12, 14, 16])
def test_stored_png_holds_the_grey_levels_that_pydicom_decodes(
    tmp_path, bits_stored, photometric_interpretation
):
    dataset = make_dataset(bits_stored=bits_stored, PhotometricInterpretation=photometric_interpretation)
    path = write_dicom(tmp_path / "image.dcm", dataset, JPEG_LOSSLESS_SV1)

    (outcome,) = ingest_paths([path])

    mammogram = Mammogram.objects.get(id=outcome.mammogram)
    content = read_content(mammogram.pixels_sha256)
    np.testing.assert_array_equal(read_clean_png(content), dcmread(path).pixel_array)
    assert hashlib.sha256(content).hexdigest() == mammogram.pixels_sha256
    assert (mammogram.bits_stored, mammogram.photometric_interpretation) == (
        bits_stored,
        photometric_interpretation,
    )


def test_real_mammogram_is_stored_with_its_facts(shared_data):
    path = shared_data / "fo-dicom-mg" / "GH133.dcm"

    (outcome,) = ingest_paths([path])

    assert (outcome.outcome, outcome.reason) == ("stored", None)
    mammogram = Mammogram.objects.get()
    np.testing.assert_array_equal(
        read_clean_png(read_content(mammogram.pixels_sha256)), dcmread(path).pixel_array
    )
    assert (mammogram.rows, mammogram.columns, mammogram.bits_stored) == (3062, 2394, 12)
    assert mammogram.view == "RMLO"
    assert mammogram.pixel_spacing_source == "ImagerPixelSpacing"
    assert mammogram.pixel_spacing_mm == pytest.approx((0.0940909, 0.0940909))
    assert mammogram.attributes["WindowCenterWidthExplanation"] == ["NORMAL", "HARDER", "SOFTER"]
    assert mammogram.attributes["Grid"] == "RECIPROCATING\\FOCUSED"


def test_nothing_identifying_reaches_the_database_or_the_store(tmp_path, content_root):
    (outcome,) = ingest_paths([write_dicom(tmp_path / f"{CANARY}.dcm", make_dataset())], actor=make_reader())

    mammogram = Mammogram.objects.get(id=outcome.mammogram)
    rows = [mammogram.__dict__, mammogram.study.__dict__, mammogram.study.patient.__dict__]
    rows += [entry.__dict__ for entry in AuditEntry.objects.all()]
    assert CANARY not in json.dumps(rows, default=str)
    assert CANARY.encode() not in content_path(mammogram.pixels_sha256).read_bytes()
    assert mammogram.study.patient.code.startswith("P-")
    assert mammogram.sop_instance_uid.startswith("2.25.")


def test_images_of_one_exam_share_patient_and_study(tmp_path):
    study_uid = generate_uid()
    for seed in (1, 2):
        dataset = make_dataset(make_grey_levels(seed=seed), StudyInstanceUID=study_uid)
        write_dicom(tmp_path / f"{seed}.dcm", dataset)

    assert take_in(tmp_path) == [("stored", None), ("stored", None)]
    assert (Patient.objects.count(), Study.objects.count()) == (1, 1)


def test_same_file_twice_is_a_duplicate_with_the_known_id(tmp_path, content_root):
    path = write_dicom(tmp_path / "image.dcm", make_dataset())
    (first,) = ingest_paths([path])
    before = everything_stored(content_root)

    (second,) = ingest_paths([path])

    assert (second.outcome, second.reason, second.mammogram) == ("duplicate", "duplicate", first.mammogram)
    assert everything_stored(content_root) == before


def test_same_pixels_in_another_file_are_a_duplicate(tmp_path, content_root):
    native, jpeg = (make_dataset(StudyInstanceUID="1.2.3") for _ in range(2))
    (first,) = ingest_paths([write_dicom(tmp_path / "native.dcm", native)])
    before = everything_stored(content_root)

    (second,) = ingest_paths([write_dicom(tmp_path / "jpeg.dcm", jpeg, JPEG_LOSSLESS_SV1)])

    assert (second.outcome, second.mammogram) == ("duplicate", first.mammogram)
    assert everything_stored(content_root) == before


@pytest.mark.parametrize(
    ("make_attributes", "reason"),
    [
        (lambda known: {"SOPInstanceUID": known.SOPInstanceUID}, "sop_instance_conflict"),
        (
            lambda known: {"StudyInstanceUID": known.StudyInstanceUID, "PatientID": "another"},
            "study_of_another_patient",
        ),
    ],
)
def test_image_that_contradicts_a_known_one_is_refused(tmp_path, content_root, make_attributes, reason):
    known = make_dataset()
    take_in(write_dicom(tmp_path / "known.dcm", known))
    before = everything_stored(content_root)
    contradicting = make_dataset(make_grey_levels(seed=2), **make_attributes(known))

    assert take_in(write_dicom(tmp_path / "other.dcm", contradicting)) == [("refused", reason)]
    assert everything_stored(content_root) == before


BAD_FILES = {
    "not_dicom": lambda path: path.write_bytes(b"hello" * 100),
    "truncated": lambda path: write_truncated(path, kept_share=0.5),
    "wrong_sop_class": lambda path: write_dicom(path, make_dataset(SOPClassUID="1.2.840.10008.5.1.4.1.1.2")),
    "size_mismatch": lambda path: write_dicom(path, make_dataset(Rows=300)),
    "pixel_spacing_invalid": lambda path: write_dicom(path, make_dataset(ImagerPixelSpacing=["nan", "nan"])),
    "multi_frame": lambda path: write_dicom(path, make_dataset(NumberOfFrames=3)),
}


@pytest.mark.parametrize("reason", BAD_FILES)
def test_refused_file_leaves_no_row_and_no_file(tmp_path, content_root, reason):
    BAD_FILES[reason](tmp_path / "image.dcm")

    (outcome,) = ingest_paths([tmp_path / "image.dcm"])

    assert (outcome.outcome, outcome.reason, outcome.mammogram) == ("refused", reason, None)
    assert outcome.message.endswith("Nothing was stored.")
    assert everything_stored(content_root) == (0, 0, 0, 0, 0)


def test_zero_spacing_and_the_jpeg2000_bomb_are_refused(tmp_path, content_root):
    zero = write_dicom(tmp_path / "zero.dcm", make_dataset(ImagerPixelSpacing=[0, 0]))
    bomb = write_jpeg2000_bomb(tmp_path / "bomb.dcm")

    assert take_in(zero, bomb) == [("refused", "pixel_spacing_invalid"), ("refused", "size_mismatch")]
    assert everything_stored(content_root) == (0, 0, 0, 0, 0)


def test_row_that_the_database_refuses_takes_its_file_along(tmp_path, content_root, monkeypatch):
    def fail(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(ingest, "record_act", fail)

    assert take_in(write_dicom(tmp_path / "image.dcm", make_dataset())) == [("refused", "internal_fault")]
    assert everything_stored(content_root) == (0, 0, 0, 0, 0)


def test_one_bad_file_does_not_hold_up_the_others(tmp_path):
    write_dicom(tmp_path / "a.dcm", make_dataset())
    (tmp_path / "b.txt").write_text("notes")
    write_dicom(tmp_path / "c.dcm", make_dataset(make_grey_levels(seed=2)))
    (tmp_path / ".DS_Store").write_text("left lying about")
    (tmp_path / "link.dcm").symlink_to(tmp_path / "a.dcm")

    assert take_in(tmp_path) == [("stored", None), ("refused", "not_dicom"), ("stored", None)]


def test_path_that_does_not_exist_and_empty_folder_are_refused(tmp_path):
    (tmp_path / "empty").mkdir()

    outcomes = take_in(tmp_path / "nowhere.dcm", tmp_path / "empty")

    assert outcomes == [("refused", "unreadable_file"), ("refused", "folder_empty")]


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("bits", [8, 16])
def test_picture_is_stored_with_what_its_table_says(tmp_path, suffix, bits):
    write_picture(tmp_path / f"rcc.{suffix}", bits=bits)
    write_table(tmp_path / "images.csv", f"rcc.{suffix},P1,exam 1,R,CC,0.05,MONOCHROME1")

    assert take_in(tmp_path) == [("stored", None)]
    mammogram = Mammogram.objects.get()
    assert mammogram.view == "RCC"
    assert mammogram.bits_stored == bits
    assert mammogram.photometric_interpretation == "MONOCHROME1"
    assert (mammogram.pixel_spacing_mm, mammogram.pixel_spacing_source) == ((0.05, 0.05), "sidecar")
    np.testing.assert_array_equal(
        read_clean_png(read_content(mammogram.pixels_sha256)), make_grey_levels(bits=bits)
    )


def test_picture_and_dicom_of_one_patient_meet(tmp_path):
    write_dicom(tmp_path / "a.dcm", make_dataset(make_grey_levels(seed=5), PatientID="P1"))
    write_picture(tmp_path / "b.png")
    write_table(tmp_path / "images.csv", "b.png,P1,exam 1,,,,")

    assert take_in(tmp_path) == [("stored", None), ("stored", None)]
    assert Patient.objects.count() == 1
    assert Mammogram.objects.get(pixel_spacing_source="").pixel_spacing_mm is None


def test_table_of_a_folder_speaks_for_its_subfolders(tmp_path):
    (tmp_path / "right").mkdir()
    write_picture(tmp_path / "right" / "cc.png")
    write_table(tmp_path / "images.csv", "right/cc.png,P1,exam 1,R,CC,0.05,")

    assert take_in(tmp_path) == [("stored", None)]


def test_table_given_as_a_file_of_its_own_speaks_for_the_pictures_given_with_it(tmp_path):
    picture = write_picture(tmp_path / "cc.png")
    (tmp_path / "tables").mkdir()
    table = write_table(tmp_path / "tables" / "images.csv", "cc.png,P1,exam 1,R,CC,0.05,")

    assert take_in(picture, table) == [("stored", None)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("cc.png,P1,exam 1,R,CC,nan,", "pixel_spacing_invalid"),
        ("cc.png,P1,exam 1,R,CC,0,", "pixel_spacing_invalid"),
        ("cc.png,P1,exam 1,R,CC,wide,", "sidecar_value_invalid"),
        ("cc.png,P1,exam 1,X,CC,0.05,", "sidecar_value_invalid"),
        ("cc.png,,exam 1,R,CC,0.05,", "sidecar_value_invalid"),
        ("cc.png,P1,exam 1,R,CC,0.05,RGB", "sidecar_value_invalid"),
        ("mlo.png,P1,exam 1,R,CC,0.05,", "sidecar_row_missing"),
    ],
)
def test_picture_with_a_wrong_row_is_refused(tmp_path, content_root, row, reason):
    write_picture(tmp_path / "cc.png")
    write_table(tmp_path / "images.csv", row)

    assert take_in(tmp_path) == [("refused", reason)]
    assert everything_stored(content_root) == (0, 0, 0, 0, 0)


def test_table_with_a_missing_column_is_refused_by_the_name_of_the_column(tmp_path, content_root):
    write_picture(tmp_path / "cc.png")
    write_table(tmp_path / "images.csv", "cc.png,P1,R,CC", header="file,patient,laterality,view")

    outcomes = list(ingest_paths([tmp_path]))

    assert [outcome.reason for outcome in outcomes] == ["sidecar_column_missing"] * 2
    assert "study, pixel_spacing_mm, photometric_interpretation" in outcomes[0].message
    assert everything_stored(content_root) == (0, 0, 0, 0, 0)


def test_zip_with_images_and_table_is_taken_in(tmp_path):
    picture = write_picture(tmp_path / "cc.png").read_bytes()
    image = write_dicom(tmp_path / "image.dcm", make_dataset(make_grey_levels(seed=2))).read_bytes()
    table = write_table(tmp_path / "images.csv", "cc.png,P1,exam 1,R,CC,0.05,").read_bytes()
    files = {
        "exam/cc.png": picture,
        "exam/images.csv": table,
        "image.dcm": image,
        "__MACOSX/._image.dcm": b"fork",
    }
    archive = write_zip(tmp_path / "exam.zip", files)

    outcomes = list(ingest_paths([archive]))

    assert [(Path(outcome.path).name, str(outcome.outcome)) for outcome in outcomes] == [
        ("cc.png", "stored"),
        ("image.dcm", "stored"),
    ]
    assert outcomes[0].path == f"{archive}/exam/cc.png"


def test_table_without_a_picture_is_refused_by_name(tmp_path):
    table = write_table(tmp_path / "alone.csv")

    assert take_in(tmp_path) == [("refused", "sidecar_without_pictures")]
    assert take_in(table) == [("refused", "sidecar_without_pictures")]
