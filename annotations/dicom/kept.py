"""The allow-list: header attributes that are kept, each rebuilt through a check of its own.

Default is remove. Nothing passes as it came: words come from closed lists, numbers from ranges, coded
concepts and makers from our own tables. Free text, dates, names, device numbers and private attributes have
no entry, so they end here. What has a column of its own (size, bits, laterality, spacing used, ...) is not
repeated.
"""

from collections.abc import Callable
from typing import Any

from pydicom import Dataset

from .codes import BREAST, VIEWS, keep_concepts, keep_view_modifiers
from .lookup_tables import keep_voi_luts
from .makers import MAKERS, MODELS, known_name
from .values import read_numbers, read_text, read_values

Rule = Callable[[Dataset, str], Any]

METALS = ("TUNGSTEN", "MOLYBDENUM", "RHODIUM", "SILVER", "ALUMINUM", "COPPER", "TITANIUM")
YES_NO = ("YES", "NO")


def _word(*allowed: str) -> Rule:
    def keep(dataset: Dataset, keyword: str) -> str | None:
        word = read_text(dataset, keyword).upper()
        return word if word in allowed else None

    return keep


def _words(*allowed: str) -> Rule:
    """Keep the order of a list: an unknown word becomes an empty one."""

    def keep(dataset: Dataset, keyword: str) -> list[str] | None:
        words = [str(value).strip().upper() for value in read_values(dataset, keyword)]
        kept = [word if word in allowed else "" for word in words]
        return kept if any(kept) else None

    return keep


def _phrase(*allowed: str) -> Rule:
    """Keep several known words as DICOM writes them, with a backslash between."""
    keep_words = _words(*allowed)

    def keep(dataset: Dataset, keyword: str) -> str | None:
        words = keep_words(dataset, keyword)
        return "\\".join(word for word in words if word) if words else None

    return keep


def _number(low: float, high: float) -> Rule:
    def keep(dataset: Dataset, keyword: str) -> float | None:
        numbers = read_numbers(dataset, keyword)
        return numbers[0] if len(numbers) == 1 and low <= numbers[0] <= high else None

    return keep


def _whole(low: int, high: int) -> Rule:
    keep_number = _number(low, high)

    def keep(dataset: Dataset, keyword: str) -> int | None:
        number = keep_number(dataset, keyword)
        return None if number is None else int(number)

    return keep


def _numbers(low: float, high: float, *, at_most: int = 16) -> Rule:
    def keep(dataset: Dataset, keyword: str) -> list[float] | None:
        numbers = read_numbers(dataset, keyword)
        return numbers if 0 < len(numbers) <= at_most and all(low <= n <= high for n in numbers) else None

    return keep


def _name(names: dict[str, str]) -> Rule:
    return lambda dataset, keyword: known_name(read_text(dataset, keyword), names)


def _concepts(known: dict[tuple[str, str], str]) -> Rule:
    return lambda dataset, keyword: keep_concepts(dataset, keyword, known) or None


def _luts(*explanations: str) -> Rule:
    explain = _word("", *explanations)
    return lambda dataset, _: keep_voi_luts(dataset, lambda item: explain(item, "LUTExplanation") or "")


_ANGLE = _number(-180, 180)
_GREY = _numbers(-(2**17), 2**17)

EXPLANATIONS = (
    *("NORMAL", "HARDER", "SOFTER", "BRIGHTER", "DARKER", "DEFAULT", "USER"),
    *("WINDOW1", "WINDOW2", "WINDOW3"),
)

KEPT: dict[str, Rule] = {
    # Which view. Both lateralities, because they may differ; the column holds the one that is used.
    "ImageLaterality": _word("R", "L", "B"),
    "Laterality": _word("R", "L"),
    "PatientOrientation": _words(*(a + b for a in ("A", "P", "L", "R", "H", "F") for b in ("", *"APLRHF"))),
    "PositionerType": _word("MAMMOGRAPHIC", "STEREOTACTIC", "UPRIGHT", "NONE"),
    "PositionerPrimaryAngle": _ANGLE,
    "PositionerSecondaryAngle": _ANGLE,
    "PartialView": _word(*YES_NO),
    "BreastImplantPresent": _word(*YES_NO),
    "BodyPartExamined": _word("BREAST"),
    "AnatomicRegionSequence": _concepts(BREAST),
    "ViewCodeSequence": _concepts(VIEWS),
    "FieldOfViewRotation": _whole(0, 270),
    "FieldOfViewHorizontalFlip": _word(*YES_NO),
    # Size in mm.
    "ImagerPixelSpacing": _numbers(0.02, 0.5, at_most=2),
    "PixelSpacing": _numbers(0.02, 0.5, at_most=2),
    "NominalScannedPixelSpacing": _numbers(0.02, 0.5, at_most=2),
    "PixelSpacingCalibrationType": _word("GEOMETRY", "FIDUCIAL"),
    "EstimatedRadiographicMagnificationFactor": _number(1, 3),
    "DistanceSourceToDetector": _number(100, 2000),
    "DistanceSourceToPatient": _number(100, 2000),
    "DistanceSourceToEntrance": _number(100, 2000),
    # What the pixels mean.
    "ImageType": _words(
        "ORIGINAL", "DERIVED", "PRIMARY", "SECONDARY", "POST_PROCESSED", "TOMO", "GENERATED_2D"
    ),
    "PresentationLUTShape": _word("IDENTITY", "INVERSE"),
    "PixelIntensityRelationship": _word("LIN", "LOG", "DISP"),
    "PixelIntensityRelationshipSign": _whole(-1, 1),
    "RescaleSlope": _number(-(10**6), 10**6),
    "RescaleIntercept": _number(-(10**9), 10**9),
    "RescaleType": _word("US", "OD", "HU"),
    "WindowCenter": _GREY,
    "WindowWidth": _GREY,
    "WindowCenterWidthExplanation": _words(*EXPLANATIONS),
    "VOILUTSequence": _luts(*EXPLANATIONS),
    "VOILUTFunction": _word("LINEAR", "LINEAR_EXACT", "SIGMOID"),
    "PixelPaddingValue": _whole(0, 65535),
    "PixelPaddingRangeLimit": _whole(0, 65535),
    "LossyImageCompression": _word("00", "01"),
    "LossyImageCompressionRatio": _numbers(1, 1000),
    "LossyImageCompressionMethod": _words("ISO_10918_1", "ISO_14495_1", "ISO_15444_1", "ISO_13818_1"),
    "BurnedInAnnotation": _word("NO"),
    "QualityControlImage": _word("YES", "NO", "BOTH"),
    # Physics.
    "KVP": _number(10, 60),
    "Exposure": _number(0, 10_000),
    "ExposureInuAs": _number(0, 10_000_000),
    "ExposureTime": _number(0, 60_000),
    "XRayTubeCurrent": _number(0, 1000),
    "AnodeTargetMaterial": _word(*METALS),
    "FilterMaterial": _phrase(*METALS),
    "FilterType": _word("STRIP", "WEDGE", "BUTTERFLY", "FLAT", "NONE", "MULTIPLE"),
    "FilterThicknessMinimum": _numbers(0, 10),
    "FilterThicknessMaximum": _numbers(0, 10),
    "BodyPartThickness": _number(1, 300),
    "CompressionForce": _number(0, 500),
    "CompressionPressure": _number(0, 500),
    "RelativeXRayExposure": _number(0, 1_000_000),
    "OrganDose": _number(0, 1),
    "EntranceDoseInmGy": _number(0, 1000),
    "HalfValueLayer": _number(0, 5),
    "Grid": _phrase("NONE", "FIXED", "FOCUSED", "RECIPROCATING", "PARALLEL", "CROSSED", "HTC", "IN"),
    "FocalSpots": _numbers(0.01, 2),
    "ExposureControlMode": _word("MANUAL", "AUTOMATIC"),
    # Maker.
    "Manufacturer": _name(MAKERS),
    "ManufacturerModelName": _name(MODELS),
    "DetectorType": _word("DIRECT", "SCINTILLATOR", "STORAGE", "FILM"),
}
KEPT_KEYWORDS = tuple(KEPT)


def keep_attributes(dataset: Dataset) -> dict[str, Any]:
    """Rebuild what may be kept, by DICOM keyword and ready for JSON; what fails its check is left out."""
    kept = {keyword: rule(dataset, keyword) for keyword, rule in KEPT.items() if keyword in dataset}
    kept["ViewModifierCodeSequence"] = keep_view_modifiers(dataset) or None
    return {keyword: value for keyword, value in kept.items() if value is not None}
