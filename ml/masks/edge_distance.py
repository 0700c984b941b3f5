"""How deep points lie inside a mask, without a distance map of the image."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskGeometryError
from ml.masks.points import checked_points
from ml.masks.runs import Runs
from ml.masks.spacing import checked_sides


def edge_distance_px(mask: Runs, points: NDArray[np.integer]) -> NDArray[np.float64]:
    """Measure the distance from points to the nearest pixel outside a mask, in pixels.

    Parameters
    ----------
    mask : Runs
        Any mask.
    points : ndarray of int, shape (k, 2)
        (row, column) of each point, in any order.

    Returns
    -------
    distance_px : ndarray of float64, shape (k,)
        Between centres of pixels: 1 at the mask's edge, 0 outside the mask.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels of the image.

    Notes
    -----
    The exact Euclidean distance transform at these points. What lies beyond the image is outside the mask.
    """
    return edge_distance_mm(mask, points, (1.0, 1.0))


def edge_distance_mm(
    mask: Runs, points: NDArray[np.integer], pixel_spacing_mm: tuple[float, float]
) -> NDArray[np.float64]:
    """Measure the distance from points to the nearest pixel outside a mask, in millimetres.

    Parameters
    ----------
    mask : Runs
        Any mask.
    points : ndarray of int, shape (k, 2)
        (row, column) of each point, in any order.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    distance_mm : ndarray of float64, shape (k,)
        As `edge_distance_px`; exact for pixels that are not square too.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels of the image, or the spacing is not two lengths.
    """
    height, width = checked_sides(pixel_spacing_mm)
    points = checked_points(points)
    outside = ((points < 0) | (points >= (mask.rows, mask.columns))).any(axis=1)
    if outside.any():
        raise MaskGeometryError(
            f"The point (row, column) = {points[outside][0].tolist()} lies outside the image of "
            f"{mask.rows} x {mask.columns} pixels."
        )
    first_of_row = np.searchsorted(mask.runs[:, 0], np.arange(mask.rows + 1))
    return np.sqrt(_squared_distances(mask.runs, first_of_row, points, height, width))


@compiled
def _squared_distances(
    runs: NDArray[np.int32],
    first_of_row: NDArray[np.int64],
    points: NDArray[np.int32],
    height: float,
    width: float,
) -> NDArray[np.float64]:
    squared = np.zeros(len(points))
    last_row = len(first_of_row) - 2
    for i in range(len(points)):
        row, column = points[i, 0], points[i, 1]
        across = _to_gap(runs, first_of_row[row], first_of_row[row + 1], column) * width
        least = across * across
        step = 1
        while (step * height) ** 2 < least:
            for other in (row - step, row + step):
                gap = 0
                if 0 <= other <= last_row:
                    gap = _to_gap(runs, first_of_row[other], first_of_row[other + 1], column)
                least = min(least, (step * height) ** 2 + (gap * width) ** 2)
            step += 1
        squared[i] = least
    return squared


@compiled
def _to_gap(runs: NDArray[np.int32], first: int, past: int, column: int) -> int:
    """Return the steps along a row to the nearest pixel outside the runs first to past."""
    while first < past:
        middle = (first + past) // 2
        if runs[middle, 2] <= column:
            first = middle + 1
        elif runs[middle, 1] > column:
            past = middle
        else:
            return min(column - runs[middle, 1] + 1, runs[middle, 2] - column)
    return 0
