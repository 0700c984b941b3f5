"""The breast that numbers are taken from."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.breast import Regions, find_regions
from ml.types import Acquisition


def regions_of(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Regions:
    """Find the regions of a breast, also where pixels are not square.

    Parameters
    ----------
    pixels : ndarray of uint16 or uint8, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says.

    Returns
    -------
    regions : Regions
        Searched as if pixels were squares of the same area.

    Raises
    ------
    PixelValuesError, ImageRefusedError
        As `find_regions`, but for pixels that are not square.
    """
    if acquisition.pixel_spacing_mm is not None:
        side_mm = math.sqrt(math.prod(acquisition.pixel_spacing_mm))
        acquisition = replace(acquisition, pixel_spacing_mm=(side_mm, side_mm))
    return find_regions(pixels, acquisition)


def tissue_of(regions: Regions) -> NDArray[np.bool_]:
    """Return the pixels that a mass may be taken from.

    Parameters
    ----------
    regions : Regions
        Of one image.

    Returns
    -------
    is_tissue : ndarray of bool, shape (rows, columns)
        The breast with its chest muscle. The whole image where no breast is found: a spot view shows no air.
    """
    if not regions.is_found:
        return np.ones(regions.labels.shape, dtype=bool)
    return regions.labels > 0
