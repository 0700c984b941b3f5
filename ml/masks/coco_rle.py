"""Masks as COCO run lengths, for the tools that read and write them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskCodecError
from ml.masks.algebra import difference, from_crossings, joined
from ml.masks.crop import paste
from ml.masks.dense import pixel_positions
from ml.masks.runs import Runs, check_size

BITS_PER_LETTER = 5
FIRST_LETTER = 48
LAST_LETTER = FIRST_LETTER + 63
LONGEST_NUMBER = 7  # letters: 35 bits, more than any count of pixels needs
CUT_SHORT, BAD_LETTER, TOO_LONG = -1, -2, -3


def to_coco_rle(mask: Runs) -> dict[str, str | list[int]]:
    """Write a mask as a compressed COCO RLE object.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    rle : dict
        `size` as [rows, columns] and `counts` as text, equal to what pycocotools writes.

    Notes
    -----
    COCO counts run down the columns, background first. From the fourth on, a count is written as the
    difference to the one two before it; numbers are cut into groups of five bits, low first, a sixth bit says
    that another group follows, and 48 is added to make each a printable character.
    """
    letters = _write_counts(_column_counts(mask))
    return {"size": [mask.rows, mask.columns], "counts": letters.tobytes().decode("ascii")}


def from_coco_rle(rle: Mapping[str, object]) -> Runs:
    """Read a mask from a COCO RLE object, as text or as a list of counts.

    Parameters
    ----------
    rle : mapping
        `size` as [rows, columns] and `counts`: compressed text (str or bytes), or the plain list of counts
        down the columns, background first. Counts of 0 are allowed anywhere.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        With code `not_a_mask` if size or counts are not what COCO writes, `too_large` if a side is above
        16384 pixels, `truncated` if the counts end before the last pixel, `run_out_of_bounds` if they go
        beyond it. Memory use is bounded by the length of the counts, whatever they claim.
    """
    rows, columns = _read_size(rle)
    ends = np.cumsum(_read_counts(rle.get("counts"), rows * columns))
    total = int(ends[-1]) if len(ends) else 0
    if total != rows * columns:
        raise MaskCodecError(
            f"The counts cover {total} pixels of an image of {rows} x {columns}; expected {rows * columns}.",
            code="truncated" if total < rows * columns else "run_out_of_bounds",
        )
    past = ends[1::2]
    starts = ends[: 2 * len(past) : 2]
    has_pixels = starts < past
    return _transposed(_from_column_spans(columns, rows, starts[has_pixels], past[has_pixels]))


def _column_counts(mask: Runs) -> NDArray[np.int64]:
    runs = _transposed(mask).runs.astype(np.int64)
    # A column that is covered to its end may go on in the next: edges that meet cancel.
    edge, times = np.unique(runs[:, :1] * mask.rows + runs[:, 1:], return_counts=True)
    total = mask.rows * mask.columns
    return np.diff(edge[(times == 1) & (edge < total)], prepend=0, append=total)


def _from_column_spans(columns: int, rows: int, starts: NDArray[np.int64], past: NDArray[np.int64]) -> Runs:
    """Cut spans of the image read down its columns into the runs of the transposed mask."""
    first_column, past_column = starts // rows, (past - 1) // rows + 1
    pieces = past_column - first_column
    span = np.repeat(np.arange(len(starts)), pieces)
    column = np.arange(len(span)) - (np.cumsum(pieces) - pieces)[span] + first_column[span]
    top = column * rows
    start, end = np.maximum(starts[span], top) - top, np.minimum(past[span], top + rows) - top
    return joined(columns, rows, np.stack([column, start, end], axis=1).astype(np.int32))


def _transposed(mask: Runs) -> Runs:
    """Swap rows and columns: the outline is crossed above and below each pixel whose neighbour is missing."""
    row_above = paste(mask, mask.rows, mask.columns, (1, 0))
    row_below = paste(mask, mask.rows, mask.columns, (-1, 0))
    tops = pixel_positions(difference(mask, row_above))
    bottoms = pixel_positions(difference(mask, row_below)) + mask.columns  # one row past the last pixel
    row, column = np.divmod(np.concatenate((tops, bottoms)), mask.columns)
    return from_crossings(mask.columns, mask.rows, column * (mask.rows + 1) + row)


def _read_size(rle: Mapping[str, object]) -> tuple[int, int]:
    size = rle.get("size") if isinstance(rle, Mapping) else None
    if not isinstance(size, list | tuple) or len(size) != 2 or any(type(side) is not int for side in size):
        raise MaskCodecError(
            "A COCO mask needs 'size' as [rows, columns], two whole numbers.", code="not_a_mask"
        )
    check_size(*size)
    return size[0], size[1]


def _read_counts(counts: object, area_px: int) -> NDArray[np.int64]:
    if isinstance(counts, str | bytes):
        return _read_text(counts, area_px)
    if isinstance(counts, list | tuple) and all(type(count) is int for count in counts):
        if all(0 <= count <= area_px for count in counts):
            return np.array(counts, dtype=np.int64)
        raise MaskCodecError("A count is negative or larger than the image.", code="run_out_of_bounds")
    raise MaskCodecError(
        "A COCO mask needs 'counts' as text or as a list of whole numbers.", code="not_a_mask"
    )


def _read_text(text: str | bytes, area_px: int) -> NDArray[np.int64]:
    data = text.encode("utf-8") if isinstance(text, str) else text
    counts, status = _read_letters(np.frombuffer(data, dtype=np.uint8))
    if status == CUT_SHORT:
        raise MaskCodecError("The counts end within a number; they were cut short.", code="truncated")
    if status in (BAD_LETTER, TOO_LONG):
        raise MaskCodecError(
            "The counts hold a letter or a number that COCO does not write.", code="not_a_mask"
        )
    if ((counts < 0) | (counts > area_px)).any():
        raise MaskCodecError("A count is negative or larger than the image.", code="run_out_of_bounds")
    return counts


@compiled
def _write_counts(counts: NDArray[np.int64]) -> NDArray[np.uint8]:
    letters, length = np.empty(LONGEST_NUMBER * len(counts), np.uint8), 0
    for i in range(len(counts)):
        number = counts[i] - counts[i - 2] if i > 2 else counts[i]
        is_last = False
        while not is_last:
            group = number & 0x1F
            number >>= BITS_PER_LETTER
            # Signed numbers end where the rest repeats the sign bit of this group.
            is_last = number == (-1 if group & 0x10 else 0)
            letters[length] = FIRST_LETTER + (group if is_last else group | 0x20)
            length += 1
    return letters[:length].copy()


@compiled
def _read_letters(letters: NDArray) -> tuple[NDArray[np.int64], int]:
    """Return the counts and a status: 0, or why the letters are refused."""
    counts, count = np.empty(len(letters), np.int64), 0
    at = 0
    while at < len(letters):
        number, place, goes_on = 0, 0, True
        while goes_on:
            if at == len(letters):
                return counts[:count], CUT_SHORT
            if letters[at] < FIRST_LETTER or letters[at] > LAST_LETTER:
                return counts[:count], BAD_LETTER
            if place == LONGEST_NUMBER:
                return counts[:count], TOO_LONG
            group = int(letters[at]) - FIRST_LETTER
            number |= (group & 0x1F) << (BITS_PER_LETTER * place)
            place, at = place + 1, at + 1
            goes_on = group & 0x20 != 0
            if not goes_on and group & 0x10:
                number -= 1 << (BITS_PER_LETTER * place)
        counts[count] = number + counts[count - 2] if count > 2 else number
        count += 1
    return counts[:count], 0
