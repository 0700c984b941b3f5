"""How long and how large a calcification is, and the breast it lies in."""

from dataclasses import dataclass

from ml.breast import Regions
from ml.masks import Runs, area_px, kulpa_length_mm, kulpa_length_px, skeleton


@dataclass(frozen=True, kw_only=True)
class Extent:
    """Lengths and areas; those in millimetres are None without a pixel spacing.

    Attributes
    ----------
    length_px : float
    length_mm : float or None
        Kulpa length of the centre line; 0 for an empty mask or a dot.
    area_px : int
    area_mm2 : float or None
        Of the mask.
    breast_area_px : int or None
    breast_area_mm2 : float or None
        None where no breast is found.
    """

    length_px: float
    length_mm: float | None
    area_px: int
    area_mm2: float | None
    breast_area_px: int | None
    breast_area_mm2: float | None


def measure_extent(
    mask: Runs,
    regions: Regions,
    pixel_spacing_mm: tuple[float, float] | None,
    *,
    include_pectoral: bool = False,
) -> Extent:
    """Measure a mask and the breast around it.

    Parameters
    ----------
    mask : Runs
        Any mask.
    regions : Regions
        Of the same image.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; need not be square. None where it is not known.
    include_pectoral : bool
        Whether the chest muscle counts as breast.

    Returns
    -------
    extent : Extent
    """
    line, marked_px = skeleton(mask), area_px(mask)
    breast_px = regions.breast_area_px(include_pectoral=include_pectoral) if regions.is_found else None
    length_mm, pixel_mm2 = None, None
    if pixel_spacing_mm is not None:
        length_mm = kulpa_length_mm(line, pixel_spacing_mm)
        pixel_mm2 = pixel_spacing_mm[0] * pixel_spacing_mm[1]
    return Extent(
        length_px=kulpa_length_px(line),
        length_mm=length_mm,
        area_px=marked_px,
        area_mm2=None if pixel_mm2 is None else marked_px * pixel_mm2,
        breast_area_px=breast_px,
        breast_area_mm2=None if pixel_mm2 is None or breast_px is None else breast_px * pixel_mm2,
    )
