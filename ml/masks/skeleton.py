"""Centre lines of masks."""

import numpy as np
from numpy.typing import NDArray

from ml.masks.runs import Runs
from ml.masks.thinning import thin


def skeleton(mask: Runs) -> NDArray[np.int32]:
    """Thin a mask to its centre lines, one pixel wide.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    points : ndarray of int32, shape (k, 2)
        (row, column) of each pixel, in raster order; none for the empty mask.

    Notes
    -----
    The thinning of Zhang and Suen [1]_ with the changes that scikit-image makes: pixel for pixel its
    `skeletonize(method="zhang")`. Nothing lies beyond the image's border. A piece never vanishes and never
    falls apart. The line of a mirrored mask is not always the mirrored line: the two sweeps of thinning take
    pixels from opposite sides in turn.

    References
    ----------
    .. [1] T. Y. Zhang, C. Y. Suen, A fast parallel algorithm for thinning digital patterns, Communications of
       the ACM 27 (1984) 236-239, doi:10.1145/357994.358023.
    """
    return thin(mask.runs)
