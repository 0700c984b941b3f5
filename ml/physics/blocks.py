"""The part of an image near a mask, as upright blocks that a loop over pixels takes one by one."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs

CELL_PX = 16
STRIP_CELLS = 16  # so few columns at once that all rows under a disc stay in the cache
CELL_DIAGONAL = np.float32(1.4143)


def occupied_cells(mask: Runs, cell_px: int) -> NDArray[np.bool_]:
    """Tell which square cells a mask touches.

    Parameters
    ----------
    mask : Runs
        Any mask.
    cell_px : int
        Side of a cell.

    Returns
    -------
    is_occupied : ndarray of bool, shape (rows / cell_px, columns / cell_px), rounded up
    """
    is_occupied = np.zeros((-(-mask.rows // cell_px), -(-mask.columns // cell_px)), dtype=bool)
    row, start, end = mask.runs.T
    first, last = start // cell_px, (end - 1) // cell_px
    for step in range(int((last - first).max(initial=0)) + 1):
        is_occupied[row // cell_px, np.minimum(first + step, last)] = True
    return is_occupied


def cell_distance_px(mask: Runs) -> NDArray[np.float32]:
    """Tell how far from a mask each cell of 16 x 16 pixels is at least.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    distance_px : ndarray of float32, shape (rows / 16, columns / 16), rounded up
        No pixel of a cell is nearer to the mask than this. Infinite for the empty mask.
    """
    is_free = (~occupied_cells(mask, CELL_PX)).astype(np.uint8)
    if is_free.all():
        return np.full(is_free.shape, np.inf, dtype=np.float32)
    between_cells = cv2.distanceTransform(is_free, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.maximum((between_cells - CELL_DIAGONAL) * np.float32(CELL_PX), np.float32(0))


def blocks_within(
    distance_px: NDArray[np.float32], reach_px: float, shape: tuple[int, ...]
) -> NDArray[np.int64]:
    """List the blocks that together hold every pixel within a reach of a mask.

    Parameters
    ----------
    distance_px : ndarray of float32
        From `cell_distance_px`.
    reach_px : float
        Reach in pixels.
    shape : tuple of int
        (rows, columns) of the image.

    Returns
    -------
    blocks : ndarray of int64, shape (n, 4)
        (first row, first column, row past the last, column past the last), at most 256 columns wide, without
        overlap; none for the empty mask.
    """
    is_wanted = distance_px <= reach_px
    blocks = []
    for left in range(0, is_wanted.shape[1], STRIP_CELLS):
        strip = is_wanted[:, left : left + STRIP_CELLS]
        edges = np.flatnonzero(np.diff(strip.any(axis=1), prepend=False, append=False))
        for top, bottom in edges.reshape(-1, 2):
            columns = np.flatnonzero(strip[top:bottom].any(axis=0))
            blocks.append((top, left + columns[0], bottom, left + columns[-1] + 1))
    corners = np.array(blocks, dtype=np.int64).reshape(-1, 4) * CELL_PX
    return np.minimum(corners, (*shape, *shape))
