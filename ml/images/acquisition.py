"""Acquisition facts out of a DICOM header, each checked before anything is computed from it."""

import math
from collections.abc import Callable
from typing import Any

from pydicom import Dataset

from ml.errors import ImageRefusedError
from ml.types import Acquisition

SMALLEST_SPACING_MM = 0.02
LARGEST_SPACING_MM = 0.5
LARGEST_ANISOTROPY = 0.01
# Imager Pixel Spacing is at the detector and always right for lengths there; Pixel Spacing may be corrected
# for geometry, so it comes second and the source is kept beside the number.
SPACING_ATTRIBUTES = ("ImagerPixelSpacing", "PixelSpacing")

# SOP classes that settle the intent where Presentation Intent Type is missing.
INTENT_BY_SOP_CLASS = {
    "1.2.840.10008.5.1.4.1.1.1.2": "FOR PRESENTATION",
    "1.2.840.10008.5.1.4.1.1.1.2.1": "FOR PROCESSING",
}

# View Code Sequence (0054,0220), PS3.16 CID 4014, in SNOMED CT and in the older SNOMED RT identifiers.
VIEW_BY_CODE = {
    "399162004": "CC",
    "R-10242": "CC",
    "399368009": "MLO",
    "R-10226": "MLO",
    "399260004": "ML",
    "R-10224": "ML",
    "399352003": "LM",
    "R-10228": "LM",
    "399099002": "LMO",
    "R-10230": "LMO",
    "399192008": "XCCL",
    "R-1024A": "XCCL",
    "399101009": "XCCM",
    "R-1024B": "XCCM",
    "399196006": "FB",
    "R-10244": "FB",
    "399188001": "SIO",
    "R-102D0": "SIO",
    "441555000": "ISO",
    "R-40AAA": "ISO",
}


def read_acquisition(dataset: Dataset) -> Acquisition:
    """Collect what a DICOM header says about how the pixel values came to be.

    Parameters
    ----------
    dataset : pydicom.Dataset
        Header of one image. Absent or empty attributes become None, "" or the default of `Acquisition`.

    Returns
    -------
    Acquisition
        Facts with names as in DICOM.

    Raises
    ------
    ImageRefusedError
        Codes ``pixel_spacing_invalid`` and ``rescale_invalid``: a number that lengths or signals are computed
        from is not finite or not plausible.
    """
    spacing, source = read_pixel_spacing(dataset)
    return Acquisition(
        bits_stored=int(dataset.BitsStored),
        is_lossy=_text(dataset, "LossyImageCompression") == "01",
        photometric_interpretation=_text(dataset, "PhotometricInterpretation"),
        presentation_intent=_read_intent(dataset),
        pixel_spacing_mm=spacing,
        pixel_spacing_source=source,
        pixel_spacing_calibration_type=_text(dataset, "PixelSpacingCalibrationType"),
        magnification=_number(dataset, "EstimatedRadiographicMagnificationFactor", float),
        pixel_intensity_relationship=_text(dataset, "PixelIntensityRelationship"),
        pixel_intensity_relationship_sign=_read_sign(dataset),
        pixel_padding_value=_number(dataset, "PixelPaddingValue", int),
        pixel_padding_range_limit=_number(dataset, "PixelPaddingRangeLimit", int),
        rescale_slope=_read_rescale(dataset, "RescaleSlope", 1.0),
        rescale_intercept=_read_rescale(dataset, "RescaleIntercept", 0.0),
        image_laterality=read_laterality(dataset),
        view_position=read_view(dataset),
        manufacturer=_text(dataset, "Manufacturer"),
        kvp=_number(dataset, "KVP", float),
        anode=_text(dataset, "AnodeTargetMaterial"),
        filter_material=_text(dataset, "FilterMaterial"),
        body_part_thickness_mm=_number(dataset, "BodyPartThickness", float),
        grid=_text(dataset, "Grid"),
    )


def read_pixel_spacing(dataset: Dataset) -> tuple[tuple[float, float] | None, str]:
    """Choose the pixel spacing and say which attribute it came from.

    Parameters
    ----------
    dataset : pydicom.Dataset
        Header of one image.

    Returns
    -------
    spacing_mm : tuple of float or None
        (row, column) spacing from Imager Pixel Spacing (0018,1164), else Pixel Spacing (0028,0030), else
        None.
    source : str
        Keyword of the attribute, "" where there is none.

    Raises
    ------
    ImageRefusedError
        Code ``pixel_spacing_invalid`` if one that is present is not two finite numbers of 0.02 to 0.5 mm,
        equal to within 1 %. A wrong one is never skipped in favour of the other.
    """
    found = [
        (spacing, keyword) for keyword in SPACING_ATTRIBUTES if (spacing := _read_spacing(dataset, keyword))
    ]
    return found[0] if found else (None, "")


def _read_spacing(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    element = _value(dataset, keyword)
    if element in (None, ""):
        return None
    try:
        row_mm, column_mm = (float(part) for part in element)
    except (TypeError, ValueError):
        raise _invalid_spacing(keyword, element) from None
    return checked_spacing(row_mm, column_mm, keyword)


def checked_spacing(row_mm: float, column_mm: float, source: str) -> tuple[float, float]:
    """Return a (row, column) spacing in millimetres that is plausible for a mammogram.

    Parameters
    ----------
    row_mm, column_mm : float
        Spacing between rows and between columns.
    source : str
        Where it was read, for the message.

    Returns
    -------
    tuple of float
        The same two numbers.

    Raises
    ------
    ImageRefusedError
        Code ``pixel_spacing_invalid`` (not finite, outside 0.02 to 0.5 mm, or sides that differ by more than
        1 %).
    """
    plausible = all(
        math.isfinite(side) and SMALLEST_SPACING_MM <= side <= LARGEST_SPACING_MM
        for side in (row_mm, column_mm)
    )
    if not plausible or not math.isclose(row_mm, column_mm, rel_tol=LARGEST_ANISOTROPY):
        raise _invalid_spacing(source, (row_mm, column_mm))
    return row_mm, column_mm


def _invalid_spacing(source: str, came: object) -> ImageRefusedError:
    shown = " x ".join(str(part)[:16] for part in came) if isinstance(came, (list, tuple)) else str(came)[:32]
    return ImageRefusedError(
        f"{source} is {shown} mm. A mammogram has square pixels of {SMALLEST_SPACING_MM} to "
        f"{LARGEST_SPACING_MM} mm. "
        "Correct the value, or remove it if it is not known: then no lengths in mm are shown.",
        code="pixel_spacing_invalid",
    )


def read_laterality(dataset: Dataset) -> str:
    """Read the side of the breast.

    Parameters
    ----------
    dataset : pydicom.Dataset
        Header of one image.

    Returns
    -------
    str
        "L", "R" or "" from Image Laterality (0020,0062), else from the series' Laterality (0020,0060).
    """
    for keyword in ("ImageLaterality", "Laterality"):
        if (side := _text(dataset, keyword)) in {"L", "R"}:
            return side
    return ""


def read_view(dataset: Dataset) -> str:
    """Read the view in its short form.

    Parameters
    ----------
    dataset : pydicom.Dataset
        Header of one image.

    Returns
    -------
    str
        View Position (0018,5101) if it is a mammographic view, else the code of View Code Sequence
        (0054,0220), else "".
    """
    view = _text(dataset, "ViewPosition")
    if view in VIEW_BY_CODE.values():
        return view
    for item in _value(dataset, "ViewCodeSequence") or []:
        if (view := VIEW_BY_CODE.get(_text(item, "CodeValue"), "")) != "":
            return view
    return ""


def _read_intent(dataset: Dataset) -> str:
    stated = _text(dataset, "PresentationIntentType")
    if stated in INTENT_BY_SOP_CLASS.values():
        return stated
    return INTENT_BY_SOP_CLASS.get(_text(dataset, "SOPClassUID"), "")


def _read_sign(dataset: Dataset) -> int | None:
    sign = _number(dataset, "PixelIntensityRelationshipSign", int)
    return sign if sign in {1, -1} else None


def _read_rescale(dataset: Dataset, keyword: str, default: float) -> float:
    value = _value(dataset, keyword)
    if value in (None, ""):
        return default
    number = _finite(value, float)
    if number is None or (keyword == "RescaleSlope" and number == 0):
        raise ImageRefusedError(
            f"{keyword} is {str(value)[:32]}. It must be a finite number, and the slope not 0. "
            "Correct the header or export the image again.",
            code="rescale_invalid",
        )
    return number


def _number(dataset: Dataset, keyword: str, kind: Callable[[Any], Any]) -> Any:
    return _finite(_value(dataset, keyword), kind)


def _finite(value: object, kind: Callable[[Any], Any]) -> Any:
    try:
        return kind(value) if math.isfinite(float(value)) else None  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None


def _text(dataset: Dataset, keyword: str) -> str:
    value = _value(dataset, keyword)
    if value is None:
        return ""
    return (str(value) if isinstance(value, str) else "\\".join(str(part) for part in value)).strip().upper()


def _value(dataset: Dataset, keyword: str) -> Any:
    """Return a raw value; one that pydicom cannot even convert counts as text that no check will pass."""
    try:
        return dataset.get(keyword)
    except Exception:  # noqa: BLE001  any byte can stand in a header, and pydicom raises many types for it
        return "unreadable"
