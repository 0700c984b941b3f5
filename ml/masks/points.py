"""Points of centre lines: the order they are kept in, and which of them are neighbours."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskGeometryError

# Positions in the table of neighbours, clockwise from the one above; the opposite one is four further.
ABOVE, RIGHT, BELOW_RIGHT, BELOW, BELOW_LEFT, LEFT = 0, 2, 3, 4, 5, 6


def checked_points(points: NDArray[np.integer]) -> NDArray[np.int32]:
    """Refuse what is no list of pixels.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel.

    Returns
    -------
    points : ndarray of int32, shape (k, 2)
        The same, contiguous. No points: shape (0, 2).

    Raises
    ------
    MaskGeometryError
        If the array does not have whole numbers in two columns.
    """
    points = np.asarray(points)
    if points.size == 0:
        return np.empty((0, 2), dtype=np.int32)
    if points.ndim != 2 or points.shape[1] != 2 or points.dtype.kind not in "iu":
        raise MaskGeometryError(
            f"Points came as {points.dtype} of shape {points.shape}; expected whole numbers of shape (k, 2): "
            "row and column."
        )
    return np.ascontiguousarray(points, dtype=np.int32)


def in_raster_order(points: NDArray[np.integer]) -> NDArray[np.int32]:
    """Check points and put them into the order in which an image is read.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel, each once, in any order.

    Returns
    -------
    points : ndarray of int32, shape (k, 2)
        By row, then by column; the same array where it is in order already. No points: shape (0, 2).

    Raises
    ------
    MaskGeometryError
        If the array does not have whole numbers in two columns, or has a point twice.
    """
    points = checked_points(points)
    if not _is_in_order(points):
        points = points[np.lexsort((points[:, 1], points[:, 0]))]
        if not _is_in_order(points):
            raise MaskGeometryError("A point came twice; expected each pixel of a line once.")
    return points


def neighbour_table(points: NDArray[np.int32]) -> NDArray[np.int32]:
    """Find the neighbours of each point.

    Parameters
    ----------
    points : ndarray of int32, shape (k, 2)
        (row, column) of each pixel in raster order (see `in_raster_order`).

    Returns
    -------
    table : ndarray of int32, shape (k, 8)
        Index of the point above, above right, right and so on clockwise; -1 where there is none.
    """
    table = np.full((len(points), 8), -1, dtype=np.int32)
    _fill_table(points, table)
    return table


@compiled
def _is_in_order(points: NDArray[np.int32]) -> bool:
    for i in range(1, len(points)):
        if points[i, 0] < points[i - 1, 0]:
            return False
        if points[i, 0] == points[i - 1, 0] and points[i, 1] <= points[i - 1, 1]:
            return False
    return True


@compiled
def _fill_table(points: NDArray[np.int32], table: NDArray[np.int32]) -> None:
    count = len(points)
    lower = 0  # the first point that is not above and left of what lies below the current one
    for i in range(count):
        row, column = points[i, 0], points[i, 1]
        if i + 1 < count and points[i + 1, 0] == row and points[i + 1, 1] == column + 1:
            table[i, 2] = i + 1
            table[i + 1, 6] = i
        while lower < count and (
            points[lower, 0] <= row or (points[lower, 0] == row + 1 and points[lower, 1] < column - 1)
        ):
            lower += 1
        j = lower
        while j < count and points[j, 0] == row + 1 and points[j, 1] <= column + 1:
            direction = 4 - (points[j, 1] - column)
            table[i, direction] = j
            table[j, (direction + 4) % 8] = i
            j += 1
