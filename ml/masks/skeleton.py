"""Centre lines of masks."""

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from ml.masks.components import components
from ml.masks.dense import to_dense_crop
from ml.masks.runs import Runs


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
    Zhang and Suen's thinning as scikit-image does it [1]_. Thinning looks at the eight neighbours only, so
    pieces that do not touch are thinned one by one with the same result as the whole image.

    References
    ----------
    .. [1] T. Y. Zhang, C. Y. Suen, A fast parallel algorithm for thinning digital patterns, Communications of
       the ACM 27 (1984) 236-239, doi:10.1145/357994.358023.
    """
    parts = [np.empty((0, 2), dtype=np.int64)]
    for component in components(mask):
        thin = skeletonize(to_dense_crop(component.runs, component.box), method="zhang")
        parts.append(np.argwhere(thin) + component.box[:2])
    points = np.concatenate(parts)
    in_raster_order = np.lexsort((points[:, 1], points[:, 0]))
    return points[in_raster_order].astype(np.int32)
