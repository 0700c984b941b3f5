"""Which points of one centre line lie near another one: a grid of cells instead of a distance map."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ml.compiled import compiled
from ml.errors import MetricParameterError
from ml.masks.points import checked_points
from ml.masks.runs import MAXIMUM_SIDE_PX

ROUNDING_MM = 1e-9  # ten pixels of 0.1 mm are 1.0 mm, also in floating point
LOOKS_PER_POINT = 256  # on average, before a tree is the faster way
SMALLEST_CELL_BITS = 4  # cells of 16 px: keeps the grid small beside the points, however short the reach


def count_within(
    points: NDArray[np.integer],
    other: NDArray[np.integer],
    *,
    reach_mm: float,
    pixel_spacing_mm: tuple[float, float],
) -> int:
    """Count the points that lie near another set of points.

    Parameters
    ----------
    points, other : ndarray of int, shape (k, 2) and (n, 2)
        (row, column) of pixels, in any order.
    reach_mm : float
        The longest distance that counts as near, 0 or more.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    count : int
        0 where either set is empty.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels.
    MetricParameterError
        If the reach or the spacing is not a length.
    """
    return int(
        np.count_nonzero(is_within(points, other, reach_mm=reach_mm, pixel_spacing_mm=pixel_spacing_mm))
    )


def is_within(
    points: NDArray[np.integer],
    other: NDArray[np.integer],
    *,
    reach_mm: float,
    pixel_spacing_mm: tuple[float, float],
) -> NDArray[np.bool_]:
    """Say of each point whether it lies near another set of points.

    Parameters
    ----------
    points, other : ndarray of int, shape (k, 2) and (n, 2)
        (row, column) of pixels, in any order.
    reach_mm : float
        The longest distance that counts as near, 0 or more.
    pixel_spacing_mm : tuple of float
        (row, column) spacing: the height and the width of a pixel.

    Returns
    -------
    is_near : ndarray of bool, shape (k,)
        True where the Euclidean distance to the nearest point of `other` is at most the reach and a
        billionth of a millimetre. All False where `other` is empty.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels.
    MetricParameterError
        If the reach or the spacing is not a length.

    Notes
    -----
    Square pixels are compared by whole numbers of squared pixels. The points of `other` lie in a grid of
    cells, two to a reach, so that only few are looked at, the nearest ones first; the point that was
    found for the last one in these columns is tried before. Where that means to look at very many (dense sets
    just out of a long reach), the points that are left are asked of a k-d tree.
    """
    points, other = checked_points(points), checked_points(other)
    height, width = (float(side) for side in pixel_spacing_mm)
    _check_lengths(reach_mm, height, width)
    if len(points) == 0 or len(other) == 0:
        return np.zeros(len(points), dtype=np.bool_)
    reach_mm += ROUNDING_MM
    if height == width:
        reach = _Reach(1.0, 1.0, float(math.floor((reach_mm / height) ** 2)))
    else:
        reach = _Reach(height**2, width**2, reach_mm**2)
    grid = _lay_grid(other, min(reach_mm / height, MAXIMUM_SIDE_PX), min(reach_mm / width, MAXIMUM_SIDE_PX))
    cells = _fill_cells(other, grid)
    is_near, decided = _find_near(points, cells, grid, reach, LOOKS_PER_POINT * len(points))
    if decided < len(points):
        is_near[decided:] = _ask_tree(points[decided:], other, reach)
    return is_near


class _Reach(NamedTuple):
    """What is near: row_weight * rows ** 2 + column_weight * columns ** 2 <= limit."""

    row_weight: float
    column_weight: float
    limit: float


def _ask_tree(points: NDArray[np.int32], other: NDArray[np.int32], reach: _Reach) -> NDArray[np.bool_]:
    sides = np.sqrt(reach[:2])
    _, nearest = cKDTree(other * sides).query(points * sides)
    down, across = (points - other[nearest]).astype(np.float64).T
    return down * down * reach.row_weight + across * across * reach.column_weight <= reach.limit


class _Grid(NamedTuple):
    """Cells over a set of points.

    Attributes
    ----------
    top, left : int
        The first cell's first pixel.
    row_bits, column_bits : int
        Logarithms of a cell's height and width.
    rows, columns : int
        Cells down and across.
    row_window, column_window : int
        Cells to either side in which a point within reach can lie.
    """

    top: int
    left: int
    row_bits: int
    column_bits: int
    rows: int
    columns: int
    row_window: int
    column_window: int


def _lay_grid(other: NDArray[np.int32], rows_reach: float, columns_reach: float) -> _Grid:
    top, left, bottom, right = _find_bounds(other)
    reaches = int(rows_reach), int(columns_reach)
    row_bits, column_bits = (max(SMALLEST_CELL_BITS, (reach >> 1).bit_length()) for reach in reaches)
    return _Grid(
        top=top,
        left=left,
        row_bits=row_bits,
        column_bits=column_bits,
        rows=((bottom - top) >> row_bits) + 1,
        columns=((right - left) >> column_bits) + 1,
        row_window=(reaches[0] >> row_bits) + 1,
        column_window=(reaches[1] >> column_bits) + 1,
    )


def _check_lengths(reach_mm: float, height: float, width: float) -> None:
    if not (0 < height < math.inf and 0 < width < math.inf and 0 <= reach_mm < math.inf):
        raise MetricParameterError(
            f"A reach of {reach_mm} mm at a pixel spacing of {height} x {width} mm is not a distance; give a "
            "reach of 0 or more and two sides above 0."
        )


@compiled
def _find_bounds(points: NDArray[np.int32]) -> tuple[int, int, int, int]:
    top, left = bottom, right = points[0]
    for i in range(1, len(points)):
        top, bottom = min(top, points[i, 0]), max(bottom, points[i, 0])
        left, right = min(left, points[i, 1]), max(right, points[i, 1])
    return top, left, bottom, right


@compiled
def _fill_cells(other: NDArray[np.int32], grid: _Grid) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Sort points by cell; return them and where each cell begins."""
    firsts = np.zeros(grid.rows * grid.columns + 2, dtype=np.int32)
    cells = np.empty(len(other), dtype=np.int32)
    for i in range(len(other)):
        row, column = (other[i, 0] - grid.top) >> grid.row_bits, (other[i, 1] - grid.left) >> grid.column_bits
        cells[i] = row * grid.columns + column
        firsts[cells[i] + 2] += 1
    for i in range(2, len(firsts)):
        firsts[i] += firsts[i - 1]
    ordered = np.empty_like(other)
    for i in range(len(other)):  # moves each cell's beginning to its end, that is to the next one's beginning
        place = firsts[cells[i] + 1]
        ordered[place, 0], ordered[place, 1] = other[i, 0], other[i, 1]
        firsts[cells[i] + 1] += 1
    return ordered, firsts


@compiled
def _find_near(
    points: NDArray[np.int32],
    cells: tuple[NDArray[np.int32], NDArray[np.int32]],
    grid: _Grid,
    reach: _Reach,
    looks_left: int,
) -> tuple[NDArray[np.bool_], int]:
    """Decide point by point until there are none, or too many others were looked at; say how many."""
    other, firsts = cells
    is_near = np.zeros(len(points), dtype=np.bool_)
    found_before = np.zeros(grid.columns, dtype=np.int32)
    for i in range(len(points)):
        row, column = points[i, 0], points[i, 1]
        cell_row, cell_column = (row - grid.top) >> grid.row_bits, (column - grid.left) >> grid.column_bits
        left = max(cell_column - grid.column_window, 0)
        right = min(cell_column + grid.column_window + 1, grid.columns)
        if left >= right:
            continue
        home = min(max(cell_column, 0), grid.columns - 1)
        j = found_before[home]
        down, across = other[j, 0] - row, other[j, 1] - column
        is_near[i] = down * down * reach.row_weight + across * across * reach.column_weight <= reach.limit
        step = 0
        while step <= 2 * grid.row_window and not is_near[i]:
            step += 1  # rows of cells in the order 0, 1, -1, 2, -2 ...
            near_row = cell_row + (step // 2 if step % 2 == 0 else -(step // 2))
            if not 0 <= near_row < grid.rows:
                continue
            first, past = firsts[near_row * grid.columns + left], firsts[near_row * grid.columns + right]
            if looks_left < 0:
                return is_near, i
            looks_left -= past - first
            for j in range(first, past):
                down, across = other[j, 0] - row, other[j, 1] - column
                if down * down * reach.row_weight + across * across * reach.column_weight <= reach.limit:
                    is_near[i] = True
                    found_before[home] = j
                    looks_left += past - j
                    break
    return is_near, len(points)
