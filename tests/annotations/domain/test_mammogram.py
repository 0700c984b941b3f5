import pytest

from annotations.domain.mammogram import set_pixel_spacing
from annotations.errors import ConflictError, ImageFileRefusedError
from annotations.models import AuditEntry
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_missing_pixel_spacing_is_written_and_audited():
    mammogram, actor = make_mammogram(), make_reader("data_scientist")

    set_pixel_spacing(mammogram=mammogram, row_mm=0.07, column_mm=0.07, source="sidecar", actor=actor)

    mammogram.refresh_from_db()
    assert (mammogram.pixel_spacing_mm, mammogram.pixel_spacing_source) == ((0.07, 0.07), "sidecar")
    entry = AuditEntry.objects.get(act="set_pixel_spacing")
    assert (entry.actor, entry.subject_id) == (actor, str(mammogram.pk))
    assert entry.details == {"row_mm": 0.07, "column_mm": 0.07, "source": "sidecar"}


def test_what_the_header_says_besides_is_added_and_overwrites_nothing():
    mammogram = make_mammogram(attributes={"KVP": 29.0, "NominalScannedPixelSpacing": [0.1, 0.1]})
    besides = {"PixelSpacingCalibrationType": "GEOMETRY", "NominalScannedPixelSpacing": [0.2, 0.2]}

    set_pixel_spacing(
        mammogram=mammogram,
        row_mm=0.07,
        column_mm=0.07,
        source="PixelSpacing",
        actor=None,
        attributes=besides,
    )

    mammogram.refresh_from_db()
    assert mammogram.attributes == {
        "KVP": 29.0,
        "NominalScannedPixelSpacing": [0.1, 0.1],
        "PixelSpacingCalibrationType": "GEOMETRY",
    }


def test_known_pixel_spacing_is_never_changed():
    mammogram = make_mammogram(pixel_spacing_mm=(0.07, 0.07))

    with pytest.raises(ConflictError) as refusal:
        set_pixel_spacing(mammogram=mammogram, row_mm=0.05, column_mm=0.05, source="sidecar", actor=None)

    mammogram.refresh_from_db()
    assert refusal.value.code == "pixel_spacing_known"
    assert mammogram.pixel_spacing_mm == (0.07, 0.07)


@pytest.mark.parametrize("row_mm_column_mm", [(float("nan"), 0.07), (0.07, 0.1), (7.0, 7.0)])
def test_implausible_pixel_spacing_is_refused(row_mm_column_mm):
    row_mm, column_mm = row_mm_column_mm

    with pytest.raises(ImageFileRefusedError) as refusal:
        set_pixel_spacing(
            mammogram=make_mammogram(), row_mm=row_mm, column_mm=column_mm, source="sidecar", actor=None
        )

    assert refusal.value.code == "pixel_spacing_invalid"
