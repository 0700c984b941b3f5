from pathlib import Path

import pytest

from annotations.domain.ingest import ingest_paths
from annotations.models import AuditEntry, Mammogram
from tests.factories.dicom_files import CANARY, make_dataset, write_dicom
from tests.factories.intake import write_picture, write_table
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def take_in(*paths: Path) -> list[tuple[str, str | None]]:
    return [(str(outcome.outcome), outcome.reason) for outcome in ingest_paths(paths)]


def everything_stored() -> list[object]:
    return [*Mammogram.objects.values(), *AuditEntry.objects.values()]


@pytest.mark.parametrize(
    ("keyword", "came", "words"),
    [
        ("PatientID", "another", "patient: P-"),
        ("StudyInstanceUID", "1.2.4", "exam: …"),
        (
            "PhotometricInterpretation",
            "MONOCHROME1",
            "photometric interpretation: MONOCHROME2 is stored, MONOCHROME1 came",
        ),
        ("ImageLaterality", "L", "laterality: R is stored, L came"),
        ("ImagerPixelSpacing", [0.2, 0.2], "pixel spacing in mm: 0.1 x 0.1 is stored, 0.2 x 0.2 came"),
        ("KVP", 31, "KVP: 29.0 is stored, 31.0 came"),
        ("Grid", "NONE", "Grid: nothing is stored, NONE came"),
    ],
)
def test_known_pixels_with_another_fact_are_refused_by_its_name(tmp_path, keyword, came, words):
    take_in(write_dicom(tmp_path / "known.dcm", make_dataset(StudyInstanceUID="1.2.3")))
    before = everything_stored()
    other = make_dataset(**{"StudyInstanceUID": "1.2.3", keyword: came})

    (outcome,) = ingest_paths([write_dicom(tmp_path / "other.dcm", other)])

    assert (outcome.outcome, outcome.reason, outcome.mammogram) == ("refused", "facts_differ", None)
    assert f"with other facts. {words}" in outcome.message
    assert CANARY not in outcome.message
    assert everything_stored() == before


@pytest.mark.parametrize("keyword", ["ImageLaterality", "ImagerPixelSpacing", "KVP"])
def test_known_pixels_with_a_fact_less_are_a_duplicate(tmp_path, keyword):
    take_in(write_dicom(tmp_path / "known.dcm", make_dataset(StudyInstanceUID="1.2.3")))
    silent = make_dataset(**{"StudyInstanceUID": "1.2.3", keyword: None})

    assert take_in(write_dicom(tmp_path / "silent.dcm", silent)) == [("duplicate", "duplicate")]


def test_missing_pixel_spacing_is_supplied_by_taking_the_dicom_file_in_again(tmp_path):
    without = make_dataset(StudyInstanceUID="1.2.3", ImagerPixelSpacing=None)
    (first,) = ingest_paths([write_dicom(tmp_path / "without.dcm", without)])

    (second,) = ingest_paths([write_dicom(tmp_path / "with.dcm", make_dataset(StudyInstanceUID="1.2.3"))])

    assert (second.outcome, second.reason) == ("duplicate", "pixel_spacing_added")
    assert second.message == "Here already; its pixel spacing, missing until now, was added."
    mammogram = Mammogram.objects.get(id=first.mammogram)
    assert (mammogram.pixel_spacing_mm, mammogram.pixel_spacing_source) == (
        (0.1, 0.1),
        "ImagerPixelSpacing",
    )
    assert mammogram.attributes["ImagerPixelSpacing"] == [0.1, 0.1]


def test_missing_pixel_spacing_is_supplied_by_the_table_of_the_same_picture(tmp_path):
    actor = make_reader("data_scientist")
    picture = write_picture(tmp_path / "cc.png")
    without = write_table(tmp_path / "without.csv", "cc.png,P1,exam 1,R,CC,,")
    table = write_table(tmp_path / "with.csv", "cc.png,P1,exam 1,R,CC,0.05,")

    reasons = [
        outcome.reason
        for csv in (without, table, table, without)
        for outcome in ingest_paths([picture, csv], actor=actor)
    ]

    assert reasons == [None, "pixel_spacing_added", "duplicate", "duplicate"]
    mammogram = Mammogram.objects.get()
    assert (mammogram.pixel_spacing_mm, mammogram.pixel_spacing_source) == ((0.05, 0.05), "sidecar")
    assert AuditEntry.objects.get(act="set_pixel_spacing").actor == actor


def test_pixel_spacing_is_not_supplied_along_with_another_fact_that_differs(tmp_path):
    picture = write_picture(tmp_path / "cc.png")
    take_in(picture, write_table(tmp_path / "known.csv", "cc.png,P1,exam 1,R,CC,,"))
    other = write_table(tmp_path / "other.csv", "cc.png,P2,exam 1,R,CC,0.05,MONOCHROME1")

    assert take_in(picture, other) == [("refused", "facts_differ")]
    assert Mammogram.objects.get().pixel_spacing_mm is None
