"""What comes with the pixels of an image, held against what is stored of the same pixels."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annotations.models import Mammogram

# What a header says of the pixel spacing beside the spacing that is used; it comes and goes with it.
SPACING_KEYWORDS = {
    "ImagerPixelSpacing",
    "PixelSpacing",
    "PixelSpacingCalibrationType",
    "NominalScannedPixelSpacing",
}
SHOWN_CHARACTERS = 64
# A study's pseudonym has up to 39 digits; pages show as many as these.
SHOWN_STUDY_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class IntakeFacts:
    """What a DICOM header, or the table beside a picture, says; identifiers are pseudonyms already.

    `study_day` is moved by a secret number of days of the patient's own.
    """

    patient_code: str
    study_instance_uid: str
    bits_stored: int
    photometric_interpretation: str
    presentation_intent: str
    image_laterality: str
    view_position: str
    pixel_spacing_mm: tuple[float, float] | None
    pixel_spacing_source: str
    attributes: dict[str, Any]
    study_day: int | None = None

    @property
    def spacing_attributes(self) -> dict[str, Any]:
        return {keyword: value for keyword, value in self.attributes.items() if keyword in SPACING_KEYWORDS}


def describe_differences(facts: IntakeFacts, mammogram: Mammogram) -> list[str]:
    """Say in words where a file contradicts the stored image, or would add to it.

    Silence contradicts nothing; a pixel spacing may be added where none is stored.
    """
    return [
        f"{name}: {_shown(stored)} is stored, {_shown(came)} came"
        for name, stored, came in _pairs(facts, mammogram)
        if came not in (None, "") and came != stored
    ]


def _pairs(facts: IntakeFacts, mammogram: Mammogram) -> Iterator[tuple[str, object, object]]:
    study = mammogram.study
    yield "patient", study.patient.code, facts.patient_code
    if study.study_instance_uid != facts.study_instance_uid:
        yield "exam", _study_end(study.study_instance_uid), _study_end(facts.study_instance_uid)
    yield "bits stored", mammogram.bits_stored, facts.bits_stored
    yield (
        "photometric interpretation",
        mammogram.photometric_interpretation,
        facts.photometric_interpretation,
    )
    yield "presentation intent", mammogram.presentation_intent, facts.presentation_intent
    yield "laterality", mammogram.image_laterality, facts.image_laterality
    yield "view", mammogram.view_position, facts.view_position
    addable: set[str] = set()
    if mammogram.pixel_spacing_mm is None:
        addable = facts.spacing_attributes.keys() - mammogram.attributes.keys()
    else:
        yield "pixel spacing in mm", mammogram.pixel_spacing_mm, facts.pixel_spacing_mm
    for keyword, came in facts.attributes.items():
        if keyword not in addable:
            yield keyword, mammogram.attributes.get(keyword), came


def _study_end(uid: str) -> str:
    return f"…{uid[-SHOWN_STUDY_DIGITS:]}"


def _shown(value: object) -> str:
    if value in (None, ""):
        return "nothing"
    text = " x ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
