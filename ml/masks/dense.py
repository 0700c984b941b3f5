"""Masks as boolean arrays and as lists of pixels, for code that needs neighbourhoods."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.compiled import compiled
from ml.errors import MaskCodecError, MaskGeometryError, MaskShapeMismatchError
from ml.masks.algebra import from_crossings
from ml.masks.runs import Runs, check_size, empty

Box = tuple[int, int, int, int]

BYTES_PER_WORD = 8
LOW_BITS = np.uint64(0x0101010101010101)
HIGH_BITS = np.uint64(0x8080808080808080)


def from_dense(array: ArrayLike) -> Runs:
    """Turn a boolean array into runs.

    Parameters
    ----------
    array : array_like of bool, shape (rows, columns)
        True inside the mask; other real numbers count as True where they are not zero.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskShapeMismatchError
        If the array does not have two axes.
    MaskCodecError
        With code `not_a_mask` if a side is 0, rows differ in length or a value is not a real number (NaN,
        text), `too_large` if a side is above 16384 pixels.

    Notes
    -----
    Empty background is passed eight pixels at a time. Fastest for C-contiguous arrays of one byte per pixel,
    which are read as they stand; other arrays are copied first.
    """
    array = _real_numbers(array)
    if array.ndim != 2:
        raise MaskShapeMismatchError(f"A mask needs rows and columns; got an array with {array.ndim} axes.")
    rows, columns = array.shape
    check_size(rows, columns)
    flat = _as_bytes(array)
    words = flat[: len(flat) // BYTES_PER_WORD * BYTES_PER_WORD].view(np.uint64)
    return Runs(rows, columns, _scan(flat, words, columns))


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
    array = np.zeros((bottom - top, right - left), dtype=bool)
    _fill(array, mask.runs[first:past], top, left)
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
    return _list_positions(mask.runs, mask.columns)


def from_pixel_positions(rows: int, columns: int, positions: ArrayLike) -> Runs:
    """Undo `pixel_positions`.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    positions : array_like of int, shape (n,)
        row * columns + column, strictly increasing.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        If no image has that size.
    MaskGeometryError
        If the positions are not whole numbers from 0 to the last pixel's, each larger than the one before.
    """
    check_size(rows, columns)
    positions = np.asarray(positions)
    if positions.size == 0:
        return empty(rows, columns)
    if positions.ndim != 1 or positions.dtype.kind not in "iu":
        raise MaskGeometryError(
            f"The positions came as {positions.dtype} of shape {positions.shape}; expected a list of whole "
            "numbers."
        )
    positions = positions.astype(np.int64, copy=False)
    is_increasing = bool((positions[1:] > positions[:-1]).all())
    if not is_increasing or positions[0] < 0 or positions[-1] >= rows * columns:
        raise MaskGeometryError(
            f"The positions of pixels do not increase from 0 or more to {rows * columns - 1} or less; sort "
            "them, and give each once."
        )
    row, column = np.divmod(positions, columns)
    before = row * (columns + 1) + column
    return from_crossings(rows, columns, np.concatenate((before, before + 1)))


def _real_numbers(array: ArrayLike) -> NDArray:
    try:
        numbers = np.asarray(array)
    except ValueError:  # rows of several lengths
        numbers = np.asarray(None)
    if numbers.dtype.kind not in "buif":
        raise MaskCodecError(
            f"The mask came as {type(array).__name__} of {numbers.dtype}; expected an array of real numbers.",
            code="not_a_mask",
        )
    return numbers


def _as_bytes(array: NDArray) -> NDArray[np.uint8]:
    """View or copy an array as contiguous bytes that begin on a word; a byte is 0 outside."""
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise MaskCodecError(
            "The array has values that are not numbers (NaN); expected 0 outside, anything else inside.",
            code="not_a_mask",
        )
    if array.dtype.itemsize != 1 or array.dtype.kind not in "bui":
        array = array != 0
    flat = np.ascontiguousarray(array).ravel().view(np.uint8)
    is_aligned = flat.ctypes.data % BYTES_PER_WORD == 0
    flat = flat if is_aligned else flat.copy()
    flat.setflags(write=False)  # a view of its own: one type of array means one compilation
    return flat


@compiled
def _scan(flat: NDArray[np.uint8], words: NDArray[np.uint64], columns: int) -> NDArray[np.int32]:
    """List the runs of a flattened image, whose words are the same bytes eight by eight."""
    runs = np.empty((1024, 3), np.int32)
    count, at = 0, 0
    while True:
        at = _next_inside(flat, words, at)
        if at == len(flat):
            return runs[:count].copy()
        row = at // columns
        past = _next_outside(flat, words, at, (row + 1) * columns)
        if count == len(runs):
            runs = np.concatenate((runs, np.empty_like(runs)))
        runs[count, 0] = row
        runs[count, 1] = at - row * columns
        runs[count, 2] = past - row * columns
        count += 1
        at = past


@compiled
def _next_inside(flat: NDArray[np.uint8], words: NDArray[np.uint64], at: int) -> int:
    while at < len(flat) and flat[at] == 0:
        at += 1
        if at % BYTES_PER_WORD == 0:
            word = at // BYTES_PER_WORD
            while (
                word + 4 <= len(words)
                and (words[word] | words[word + 1] | words[word + 2] | words[word + 3]) == 0
            ):
                word += 4
            while word < len(words) and words[word] == 0:
                word += 1
            at = word * BYTES_PER_WORD
    return at


@compiled
def _next_outside(flat: NDArray[np.uint8], words: NDArray[np.uint64], at: int, end: int) -> int:
    while at < end and flat[at] != 0:
        at += 1
        if at % BYTES_PER_WORD == 0:
            word, past_word = at // BYTES_PER_WORD, end // BYTES_PER_WORD
            # Subtracting 1 from every byte borrows from the high bit where a byte is 0, and only there.
            while word < past_word and (words[word] - LOW_BITS) & ~words[word] & HIGH_BITS == 0:
                word += 1
            at = word * BYTES_PER_WORD
    return at


@compiled
def _fill(array: NDArray[np.bool_], runs: NDArray[np.int32], top: int, left: int) -> None:
    """Set the pixels of runs whose rows lie in the array; what leaves it sideways is left out."""
    width = array.shape[1]
    for i in range(len(runs)):
        row = runs[i, 0] - top
        for column in range(max(runs[i, 1] - left, 0), min(runs[i, 2] - left, width)):
            array[row, column] = True


@compiled
def _list_positions(runs: NDArray[np.int32], columns: int) -> NDArray[np.int64]:
    area = 0
    for i in range(len(runs)):
        area += runs[i, 2] - runs[i, 1]
    positions = np.empty(area, np.int64)
    count = 0
    for i in range(len(runs)):
        first_of_row = np.int64(runs[i, 0]) * columns
        for column in range(runs[i, 1], runs[i, 2]):
            positions[count] = first_of_row + column
            count += 1
    return positions
