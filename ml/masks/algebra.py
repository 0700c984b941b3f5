"""Set operations on masks: the boundaries of two sorted lists of runs, never a pixel."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskShapeMismatchError
from ml.masks.runs import Runs

Inside = NDArray[np.bool_]


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
    return _combine(a, b, np.logical_or)


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
    return _combine(a, b, np.logical_and)


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
    return _combine(a, b, np.greater)


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
    return _combine(a, b, np.not_equal)


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
    return int((mask.runs[:, 2] - mask.runs[:, 1]).sum())


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


def boundaries(mask: Runs) -> NDArray[np.int64]:
    """Return where a raster scan enters and leaves the mask.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    positions : ndarray of int64, shape (2 n,)
        Strictly increasing; enter and leave alternate. Rows are `columns + 1` apart, so that a run that ends
        at the right edge never meets one that begins at the left.
    """
    flat = mask.runs.astype(np.int64)
    return (flat[:, :1] * (mask.columns + 1) + flat[:, 1:]).ravel()


def from_boundaries(rows: int, columns: int, positions: NDArray[np.int64]) -> Runs:
    """Undo `boundaries`.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    positions : ndarray of int64, shape (2 n,)
        As `boundaries` returns them.

    Returns
    -------
    mask : Runs
    """
    starts, ends = positions.reshape(-1, 2).T
    row, start = np.divmod(starts, columns + 1)
    return Runs(rows, columns, np.stack([row, start, start + ends - starts], axis=1).astype(np.int32))


def _combine(a: Runs, b: Runs, rule: Callable[[Inside, Inside], Inside]) -> Runs:
    check_same_size(a, b)
    edges_a, edges_b = boundaries(a), boundaries(b)
    both = np.concatenate([edges_a, edges_b])
    order = np.argsort(both, kind="stable")  # two sorted lists: a merge, without sorting anew
    positions, is_of_b = both[order], order >= len(edges_a)
    # Each edge of a mask enters or leaves it; where both masks have one, the later of the two knows of both.
    inside_a, inside_b = np.logical_xor.accumulate(~is_of_b), np.logical_xor.accumulate(is_of_b)
    is_last = np.diff(positions, append=np.iinfo(np.int64).max) > 0
    positions, inside = positions[is_last], rule(inside_a, inside_b)[is_last]
    changes = np.diff(inside, prepend=False)
    return from_boundaries(a.rows, a.columns, positions[changes])
