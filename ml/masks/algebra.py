"""Set operations on masks: one pass over two sorted lists of runs, never a pixel."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskShapeMismatchError
from ml.masks.runs import Runs

# Truth tables as bits: bit (1 if inside a) + (2 if inside b) says whether the result is inside.
IN_EITHER, IN_BOTH, IN_FIRST_ONLY, IN_ONE_ONLY = 0b1110, 0b1000, 0b0010, 0b0110
BEYOND_ALL = np.iinfo(np.int64).max


def union(a: Runs, b: Runs) -> Runs:
    """Return the pixels of either mask.

    Parameters
    ----------
    a, b : Runs
        Masks on one pixel grid.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    return _combine(a, b, IN_EITHER)


def intersection(a: Runs, b: Runs) -> Runs:
    """Return the pixels that both masks have.

    Parameters
    ----------
    a, b : Runs
        Masks on one pixel grid.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    return _combine(a, b, IN_BOTH)


def difference(a: Runs, b: Runs) -> Runs:
    """Return the pixels of `a` that `b` does not have.

    Parameters
    ----------
    a, b : Runs
        Masks on one pixel grid.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    return _combine(a, b, IN_FIRST_ONLY)


def xor(a: Runs, b: Runs) -> Runs:
    """Return the pixels that exactly one mask has: the patch that turns `a` into `b`.

    Parameters
    ----------
    a, b : Runs
        Masks on one pixel grid.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    return _combine(a, b, IN_ONE_ONLY)


def area_px(mask: Runs) -> int:
    """Count the pixels of a mask.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    area_px : int
        0 for the empty mask.
    """
    return int(_area(mask.runs))


def intersection_area_px(a: Runs, b: Runs) -> int:
    """Count the pixels that both masks have, without listing them.

    Parameters
    ----------
    a, b : Runs
        Masks on one pixel grid.

    Returns
    -------
    area_px : int
        0 where they share no pixel, or either is empty.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    check_same_size(a, b)
    return int(_shared_area(a.runs, b.runs))


def check_same_size(a: Runs, b: Runs) -> None:
    """Refuse two masks that are not on one pixel grid.

    Parameters
    ----------
    a, b : Runs
        The two masks.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    if (a.rows, a.columns) != (b.rows, b.columns):
        raise MaskShapeMismatchError(
            f"One mask has {a.rows} x {a.columns} pixels, the other {b.rows} x {b.columns}; "
            "expected two masks of the same image."
        )


def joined(rows: int, columns: int, spans: NDArray[np.int32]) -> Runs:
    """Cover the union of spans that may overlap, in any order.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    spans : ndarray of int32, shape (n, 3)
        (row, start, end) within the image, none empty.

    Returns
    -------
    mask : Runs
    """
    order = np.argsort(spans[:, 0].astype(np.int64) * columns + spans[:, 1], kind="stable")
    return Runs(rows, columns, _merge_overlapping(spans[order]))


def from_crossings(rows: int, columns: int, positions: NDArray[np.int64]) -> Runs:
    """Build a mask from where a raster scan crosses its outline: even-odd, crossings in pairs cancel.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    positions : ndarray of int64, shape (k,)
        row * (columns + 1) + column, 0 <= column <= columns, in any order, an even number in each row. The
        one position more per row keeps a run that ends at the right edge apart from one that begins at the
        left.

    Returns
    -------
    mask : Runs
    """
    position, times = np.unique(positions, return_counts=True)
    starts, ends = position[times % 2 == 1].reshape(-1, 2).T
    row, start = np.divmod(starts, columns + 1)
    return Runs(rows, columns, np.stack([row, start, start + ends - starts], axis=1).astype(np.int32))


def _combine(a: Runs, b: Runs, truth: int) -> Runs:
    check_same_size(a, b)
    return Runs(a.rows, a.columns, _merge(a.runs, b.runs, a.columns + 1, truth))


@compiled
def _area(runs: NDArray[np.int32]) -> int:
    area = 0
    for i in range(len(runs)):
        area += runs[i, 2] - runs[i, 1]
    return area


@compiled
def _shared_area(a: NDArray[np.int32], b: NDArray[np.int32]) -> int:
    area, i, j = 0, 0, 0
    while i < len(a) and j < len(b):
        if a[i, 0] != b[j, 0]:
            if a[i, 0] < b[j, 0]:
                i += 1
            else:
                j += 1
            continue
        first, past = max(a[i, 1], b[j, 1]), min(a[i, 2], b[j, 2])
        if first < past:
            area += past - first
        if a[i, 2] < b[j, 2]:
            i += 1
        else:
            j += 1
    return area


@compiled
def _position(runs: NDArray[np.int32], edge: int, stride: int) -> int:
    """Return where a raster scan meets the edge: even edges enter a run, odd ones leave it."""
    if edge >= 2 * len(runs):
        return BEYOND_ALL
    return np.int64(runs[edge >> 1, 0]) * stride + runs[edge >> 1, 1 + (edge & 1)]


@compiled
def _merge(a: NDArray[np.int32], b: NDArray[np.int32], stride: int, truth: int) -> NDArray[np.int32]:
    """Walk along the edges of both masks in raster order; the result changes where the truth table does."""
    out = np.empty((len(a) + len(b), 3), np.int32)
    count, edge_a, edge_b, is_inside = 0, 0, 0, 0
    at_a, at_b = _position(a, 0, stride), _position(b, 0, stride)
    while at_a != BEYOND_ALL or at_b != BEYOND_ALL:
        at = min(at_a, at_b)
        of_a = at_a == at
        source, edge = (a, edge_a) if of_a else (b, edge_b)
        if at_b == at:
            edge_b += 1
            at_b = _position(b, edge_b, stride)
        if of_a:
            edge_a += 1
            at_a = _position(a, edge_a, stride)
        # After an odd number of its edges the scan is inside a mask.
        now = truth >> ((edge_a & 1) + 2 * (edge_b & 1)) & 1
        if now != is_inside:
            column = source[edge >> 1, 1 + (edge & 1)]
            if now:
                out[count, 0], out[count, 1] = source[edge >> 1, 0], column
            else:
                out[count, 2] = column
                count += 1
            is_inside = now
    return out[:count].copy()


@compiled
def _merge_overlapping(spans: NDArray[np.int32]) -> NDArray[np.int32]:
    """Join spans in raster order where they overlap or touch."""
    out = np.empty_like(spans)
    count = 0
    for i in range(len(spans)):
        row, start, end = spans[i, 0], spans[i, 1], spans[i, 2]
        if count > 0 and out[count - 1, 0] == row and start <= out[count - 1, 2]:
            out[count - 1, 2] = max(out[count - 1, 2], end)
        else:
            out[count, 0], out[count, 1], out[count, 2] = row, start, end
            count += 1
    return out[:count].copy()
