"""The size of a pixel that lengths are measured with, and the plane it is true in."""

from dataclasses import dataclass
from typing import Literal

from ml.types import Acquisition

MAGNIFICATION_VIEW_FROM = 1.2  # a contact view magnifies by 1.06 to 1.09, which is left at the detector

Plane = Literal["detector", "object"]


@dataclass(frozen=True, kw_only=True)
class PixelSize:
    """How large a pixel counts.

    Attributes
    ----------
    spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.
    plane : str
        "detector", or "object": in the breast.
    magnification : float or None
        What the spacing at the detector was divided by; None where it was left as it is.
    """

    spacing_mm: tuple[float, float] | None
    plane: Plane
    magnification: float | None = None


def pixel_size_of(acquisition: Acquisition) -> PixelSize:
    """Choose the size of a pixel for every length and area of an image.

    Parameters
    ----------
    acquisition : Acquisition
        Pixel spacing, where it comes from, and magnification; any may be missing.

    Returns
    -------
    size : PixelSize
        At the detector for a contact view. For a magnification view (1.2 and above) the spacing at the
        detector divided by the magnification, because lengths at the detector are that much too large. A
        Pixel Spacing that the header calls calibrated is at the object already and is not divided again.
    """
    spacing_mm = acquisition.pixel_spacing_mm
    if acquisition.pixel_spacing_source == "PixelSpacing" and acquisition.pixel_spacing_calibration_type:
        return PixelSize(spacing_mm=spacing_mm, plane="object")
    magnification = acquisition.magnification
    if magnification is None or magnification < MAGNIFICATION_VIEW_FROM:
        return PixelSize(spacing_mm=spacing_mm, plane="detector")
    if spacing_mm is not None:
        spacing_mm = (spacing_mm[0] / magnification, spacing_mm[1] / magnification)
    return PixelSize(spacing_mm=spacing_mm, plane="object", magnification=magnification)
