"""Which DICOM objects are taken in; everything about pixels is checked where they are decoded."""

import math
import re
from dataclasses import dataclass

from pydicom import Dataset
from pydicom.uid import UID

from annotations.errors import DicomRefusedError

from .values import read_numbers, read_text

MAMMOGRAPHY_CLASSES = (
    "1.2.840.10008.5.1.4.1.1.1.2",  # Digital Mammography X-Ray Image Storage - For Presentation
    "1.2.840.10008.5.1.4.1.1.1.2.1",  # the same - For Processing
)
IDENTIFIERS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")
POLICY_KEYWORDS = (
    "SOPClassUID",
    "Modality",
    *IDENTIFIERS,
    "PatientID",
    "IssuerOfPatientID",
    "StudyDate",
    "BurnedInAnnotation",
    "WindowCenter",
    "WindowWidth",
    "VOILUTFunction",
    "EstimatedRadiographicMagnificationFactor",
)
# PS3.5 section 9.1: at most 64 characters, components of digits without leading zeros.
UID_PATTERN = re.compile(r"(?=.{1,64}$)(0|[1-9]\d*)(\.(0|[1-9]\d*))+")
LARGEST_MAGNIFICATION = 3.0


@dataclass(frozen=True)
class Identifiers:
    """What tells a person and an image apart, as the sender wrote it: only ever an input of pseudonyms."""

    patient_id: str
    issuer: str
    study_instance_uid: str
    sop_instance_uid: str
    study_date: str = ""


def read_identifiers(dataset: Dataset) -> Identifiers:
    """Read the identifiers of a header that `check_header` has passed."""
    return Identifiers(
        patient_id=read_text(dataset, "PatientID"),
        issuer=read_text(dataset, "IssuerOfPatientID"),
        study_instance_uid=read_text(dataset, "StudyInstanceUID"),
        sop_instance_uid=read_text(dataset, "SOPInstanceUID"),
        study_date=read_text(dataset, "StudyDate"),
    )


def check_header(dataset: Dataset) -> None:
    """Raise DicomRefusedError for what is no mammogram, cannot be told apart, or has text burned in."""
    _check_kind(dataset)
    _check_identifiers(dataset)
    if read_text(dataset, "BurnedInAnnotation").upper() == "YES":
        raise DicomRefusedError(
            "The header says that text is burned into the image (Burned In Annotation: YES), which may be a "
            "name. "
            "Export the image without it.",
            code="burned_in_annotation",
        )
    _check_windows(dataset)
    _check_magnification(dataset)


def _check_kind(dataset: Dataset) -> None:
    sop_class = read_text(dataset, "SOPClassUID")
    if sop_class not in MAMMOGRAPHY_CLASSES:
        name = UID(sop_class).name[:80] if sop_class else "of no stated kind"
        raise DicomRefusedError(
            f"This object is {name}. Tramline reads digital mammograms (For Presentation and For "
            "Processing).",
            code="wrong_sop_class",
        )
    modality = read_text(dataset, "Modality")
    if modality != "MG":
        raise DicomRefusedError(
            f"This file says it is {modality[:16] or 'of no modality'}. Tramline reads mammograms (MG).",
            code="wrong_modality",
        )


def _check_identifiers(dataset: Dataset) -> None:
    for keyword in IDENTIFIERS:
        if not UID_PATTERN.fullmatch(read_text(dataset, keyword)):
            raise DicomRefusedError(
                f"{keyword} is missing or no valid identifier. Export the image again with a complete "
                "header.",
                code="identifier_missing",
            )
    if not read_text(dataset, "PatientID"):
        raise DicomRefusedError(
            "Patient ID is empty, so images of one person cannot be kept together. Enter a code for the "
            "person.",
            code="identifier_missing",
        )


def _check_windows(dataset: Dataset) -> None:
    centers, widths = read_numbers(dataset, "WindowCenter"), read_numbers(dataset, "WindowWidth")
    # PS3.3 C.11.2.1.2: a LINEAR width is at least 1, those of the other functions more than 0.
    is_linear = read_text(dataset, "VOILUTFunction") in {"", "LINEAR"}
    are_wide = all(width >= 1 if is_linear else width > 0 for width in widths)
    if len(centers) != len(widths) or not all(map(math.isfinite, [*centers, *widths])) or not are_wide:
        raise DicomRefusedError(
            "Window Center and Window Width are not pairs of finite numbers with a width of at least 1. "
            "Correct them, or remove both.",
            code="window_invalid",
        )


def _check_magnification(dataset: Dataset) -> None:
    for factor in read_numbers(dataset, "EstimatedRadiographicMagnificationFactor"):
        if not 1 <= factor <= LARGEST_MAGNIFICATION:
            raise DicomRefusedError(
                f"The magnification factor is {factor}. Mammograms have 1 to {LARGEST_MAGNIFICATION:g}. "
                "Correct it, or remove it.",
                code="magnification_invalid",
            )
