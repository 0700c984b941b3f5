"""The surroundings of a component: what lies around it in the breast, away from it and from all others."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks import Box, Runs, bounding_box


class Ground(NamedTuple):
    """What is read where.

    Attributes
    ----------
    top_hat : ndarray of float, shape (rows, columns)
        What stands out.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    is_usable : ndarray of bool, shape (65536,)
        Whether a stored value was measured.
    inside : ndarray of bool, shape (coarse rows + 1, coarse columns + 1)
        The breast on a coarse grid, whose last row and column are no breast.
    coarse_row, coarse_column : ndarray of intp, shapes (rows,) and (columns,)
        Where on that grid a row or a column lies.
    """

    top_hat: NDArray[np.floating]
    pixels: NDArray[np.uint16]
    is_usable: NDArray[np.bool_]
    inside: NDArray[np.bool_]
    coarse_row: NDArray[np.intp]
    coarse_column: NDArray[np.intp]


def read_surroundings(
    component: Runs, mask: Runs, ground: Ground, *, inner_px: float, outer_px: float
) -> NDArray[np.floating]:
    """Read what stands out around a component.

    Parameters
    ----------
    component : Runs
        A part of `mask`, not empty.
    mask : Runs
        All components.
    ground : Ground
        What is read.
    inner_px, outer_px : float
        The surroundings are the pixels in the breast nearer than `outer_px` to the component and farther than
        `inner_px` from every pixel of the mask.

    Returns
    -------
    values : ndarray of float, shape (n,)
        Of usable pixels, in raster order; none where nothing is left.

    Notes
    -----
    Distances are Euclidean and exact: each run of pixels is grown row by row by what the circle leaves.
    """
    inner, outer = _half_chords(inner_px, is_closed=True), _half_chords(outer_px, is_closed=False)
    top, left, bottom, right = bounding_box(component)
    reach = len(outer)
    box = (
        max(top - reach, 0),
        max(left - reach, 0),
        min(bottom + reach, mask.rows),
        min(right + reach, mask.columns),
    )
    first, past = np.searchsorted(mask.runs[:, 0], (box[0] - len(inner), box[2] + len(inner)))
    return _read_ring((component.runs, outer), (mask.runs[first:past], inner), box, ground)


@cache
def _half_chords(radius_px: float, *, is_closed: bool) -> NDArray[np.int64]:
    """Return how far a circle reaches to either side, for each distance from its middle row."""
    square = np.arange(int(radius_px) + 2) ** 2
    away, across = np.meshgrid(square, square, indexing="ij")
    is_within = away + across <= radius_px**2 if is_closed else away + across < radius_px**2
    half_chords = is_within.sum(axis=1) - 1
    return half_chords[half_chords >= 0]


@compiled
def _read_ring(
    near: tuple[NDArray[np.int32], NDArray[np.int64]],
    barred: tuple[NDArray[np.int32], NDArray[np.int64]],
    box: Box,
    ground: Ground,
) -> NDArray[np.floating]:
    """Read what is covered by the grown runs of `near` and not by those of `barred`."""
    top, left, bottom, right = box
    shape = (bottom - top, right - left + 1)
    near_steps, barred_steps = np.zeros(shape, dtype=np.int32), np.zeros(shape, dtype=np.int32)
    _grow(near[0], near[1], box, near_steps)
    _grow(barred[0], barred[1], box, barred_steps)
    values = np.empty(256, dtype=ground.top_hat.dtype)
    count = 0
    for row in range(top, bottom):
        covered, shut = 0, 0
        for column in range(left, right):
            covered += near_steps[row - top, column - left]
            shut += barred_steps[row - top, column - left]
            if covered == 0 or shut > 0:
                continue
            is_breast = ground.inside[ground.coarse_row[row], ground.coarse_column[column]]
            if not is_breast or not ground.is_usable[ground.pixels[row, column]]:
                continue
            if count == len(values):
                larger = np.empty(2 * count, dtype=values.dtype)
                larger[:count] = values
                values = larger
            values[count] = ground.top_hat[row, column]
            count += 1
    return values[:count]


@compiled
def _grow(
    runs: NDArray[np.int32], half_chords: NDArray[np.int64], box: Box, steps: NDArray[np.int32]
) -> None:
    """Mark where coverage by the grown runs begins (+1) and ends (-1) in each row of the box."""
    top, left, bottom, right = box
    reach = len(half_chords) - 1
    for number in range(len(runs)):
        middle, start, end = runs[number]
        if end + reach <= left or start - reach >= right:
            continue
        for row in range(max(middle - reach, top), min(middle + reach + 1, bottom)):
            half = half_chords[abs(row - middle)]
            first, past = max(start - half, left), min(end + half, right)
            if first < past:
                steps[row - top, first - left] += 1
                steps[row - top, past - left] -= 1
