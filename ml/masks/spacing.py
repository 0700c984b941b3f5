"""The size of a pixel, where lengths of masks are measured in millimetres."""

import math

from ml.errors import MaskGeometryError


def checked_sides(pixel_spacing_mm: tuple[float, float]) -> tuple[float, float]:
    """Refuse what is no size of a pixel.

    Parameters
    ----------
    pixel_spacing_mm : tuple of float
        (row, column) spacing.

    Returns
    -------
    height, width : float
        The same.

    Raises
    ------
    MaskGeometryError
        If it is not two finite numbers above 0.
    """
    try:
        height, width = (float(side) for side in pixel_spacing_mm)
    except (TypeError, ValueError):
        height = width = math.nan
    if not (0 < height < math.inf and 0 < width < math.inf):
        raise MaskGeometryError(
            f"The pixel spacing {pixel_spacing_mm!r} is not the height and the width of a pixel; give two "
            "numbers above 0, in mm."
        )
    return height, width
