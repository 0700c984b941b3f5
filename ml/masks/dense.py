"""Masks as boolean arrays and as lists of pixels, for code that needs neighbourhoods."""

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskShapeMismatchError
from ml.masks.algebra import from_boundaries
from ml.masks.runs import Runs, check_size

Box = tuple[int, int, int, int]


def from_dense(array: NDArray[np.bool_]) -> Runs:
    """Turn a boolean array into runs.

    Parameters
    ----------
    array : ndarray of bool, shape (rows, columns)
        True inside the mask; other types count as True where they are not zero.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the array does not have two axes.
    MaskCodecError
        If a side is 0 or above 16384 pixels.
    """
    if array.ndim != 2:
        raise MaskShapeMismatchError(f"A mask needs rows and columns; got an array with {array.ndim} axes.")
    rows, columns = array.shape
    check_size(rows, columns)
    padded = np.zeros((rows, columns + 1), dtype=bool)
    padded[:, :columns] = array != 0
    flat = padded.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[0]:
        changes = np.concatenate(([0], changes))
    return from_boundaries(rows, columns, changes)


def to_dense(mask: Runs) -> NDArray[np.bool_]:
    """Turn runs into a boolean array.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    array : ndarray of bool, shape (rows, columns)
    """
    return to_dense_crop(mask, (0, 0, mask.rows, mask.columns))


def to_dense_crop(mask: Runs, box: Box) -> NDArray[np.bool_]:
    """Turn the part of a mask inside a box into a boolean array.

    Parameters
    ----------
    mask : Runs
        Any mask.
    box : tuple of int
        (first row, first column, row past the last, column past the last), within the image.

    Returns
    -------
    array : ndarray of bool, shape (box height, box width)

    Raises
    ------
    MaskShapeMismatchError
        If the box leaves the image or is turned inside out.
    """
    top, left, bottom, right = box
    if not (0 <= top <= bottom <= mask.rows and 0 <= left <= right <= mask.columns):
        raise MaskShapeMismatchError(
            f"The box {box} does not lie in the image of {mask.rows} x {mask.columns} pixels."
        )
    first, past = np.searchsorted(mask.runs[:, 0], (top, bottom))
    runs = mask.runs[first:past] - np.array([top, left, left])
    starts, ends = np.clip(runs[:, 1:], 0, right - left).T
    array = np.zeros((bottom - top, right - left), dtype=bool)
    array.ravel()[_spread(runs[:, 0] * (right - left) + starts, ends - starts)] = True
    return array


def pixel_positions(mask: Runs) -> NDArray[np.int64]:
    """List the pixels of a mask as positions in the flattened image.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    positions : ndarray of int64, shape (area,)
        row * columns + column, increasing.
    """
    row, start, end = mask.runs.astype(np.int64).T
    return _spread(row * mask.columns + start, end - start)


def from_pixel_positions(rows: int, columns: int, positions: NDArray[np.int64]) -> Runs:
    """Undo `pixel_positions`.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    positions : ndarray of int64, shape (n,)
        row * columns + column, strictly increasing.

    Returns
    -------
    mask : Runs
    """
    row, column = np.divmod(positions, columns)
    scanned = row * (columns + 1) + column
    is_break = np.diff(scanned) > 1
    starts = scanned[np.concatenate(([True], is_break))[: len(scanned)]]
    ends = scanned[np.concatenate((is_break, [True]))[: len(scanned)]] + 1
    return from_boundaries(rows, columns, np.stack([starts, ends], axis=1).ravel())


def _spread(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return start, start + 1, ... of every run, one after the other."""
    passed = np.cumsum(lengths) - lengths
    return np.repeat(starts - passed, lengths) + np.arange(int(lengths.sum()))
