"""The breast that numbers are taken from."""

import numpy as np
from numpy.typing import NDArray

from ml.breast import Regions


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
