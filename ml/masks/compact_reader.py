"""Reads masks in the compact form, version 2 of docs/mask_format.md, and refuses what no writer writes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskCodecError
from ml.masks.move_code import move_code
from ml.masks.runs import Runs

Octets = NDArray[np.uint8]
RunArray = NDArray[np.int32]

START_BITS, LEAST_BITS_OF_A_BIRTH = 14, 16
WINDOW_BITS, LONGEST_BITS = 16, 9
# More than the longest birth or move: one that ends past the data is read first, then refused.
PADDING_BYTES = 16
FARTHEST_STEP = 2
ENDS, FAR, NEWBORN = 25, 26, 9  # as in the writer and the format
BAD = -1
RASTER_ROW = 1 << 15  # longer than a row

TRUNCATED, NOT_CANONICAL, OUT_OF_BOUNDS = -1, -2, -3
REFUSALS = {
    TRUNCATED: ("truncated", "The mask ends before its last run; it was cut short."),
    NOT_CANONICAL: (
        "not_canonical",
        "The mask is not written as a mask of these runs would be; it is damaged.",
    ),
    OUT_OF_BOUNDS: ("run_out_of_bounds", "A run of the mask lies outside its image; the mask is damaged."),
}


class Source(NamedTuple):
    """What is read: the bytes with padding, the code of moves, and how many bits there are."""

    octets: Octets
    entries: NDArray[np.uint16]
    bits: int


def read_compact(data: bytes, *, rows: int, columns: int, run_count: int, birth_count: int) -> Runs:
    """Read what `write_compact` wrote.

    Parameters
    ----------
    data : bytes
        Births and moves. At most eight runs come from one byte, and no more memory is taken than that needs.
    rows, columns : int
        Size of the image in pixels, 1 to 16384 each.
    run_count, birth_count : int
        As the head of the mask claims them, 0 or more.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        With code `truncated`, `trailing_bytes`, `run_out_of_bounds` or `not_canonical`.
    """
    bits = 8 * len(data)
    if birth_count > run_count:
        raise _refusal(NOT_CANONICAL)
    if LEAST_BITS_OF_A_BIRTH * birth_count + (run_count - birth_count) > bits:
        raise _refusal(TRUNCATED)
    octets = np.frombuffer(data + bytes(PADDING_BYTES), dtype=np.uint8)
    births = np.empty((birth_count, 3), dtype=np.int32)
    source = Source(octets, move_code().entries, bits)
    at = _checked(_read_births(source, (rows, columns), births))
    runs = np.empty((run_count, 3), dtype=np.int32)
    at = _checked(_read_moves(source, at, (rows, columns), births, runs))
    if (at + 7) // 8 < len(data):
        raise MaskCodecError("Bytes follow the last run of the mask; nothing may.", code="trailing_bytes")
    if at % 8 and data[-1] & (0xFF >> (at % 8)):
        raise _refusal(NOT_CANONICAL)
    return Runs(rows, columns, runs)


def _checked(at: int) -> int:
    if at < 0:
        raise _refusal(at)
    return at


def _refusal(status: int) -> MaskCodecError:
    code, message = REFUSALS[status]
    return MaskCodecError(message, code=code)


@compiled
def _read_births(source: Source, size: tuple[int, int], births: RunArray) -> int:
    """Fill in the births; return the bit position after them or why they are refused."""
    at, row = 0, 0
    for birth in range(len(births)):
        row_step, at = _read_number(source.octets, at)
        start = _window(source.octets, at) >> (WINDOW_BITS - START_BITS)
        length, at = _read_number(source.octets, at + START_BITS)
        if at > source.bits:
            return TRUNCATED
        if min(row_step, length) == BAD:
            return NOT_CANONICAL
        row += row_step
        end = start + length + 1
        if row >= size[0] or end > size[1]:
            return OUT_OF_BOUNDS
        births[birth, 0], births[birth, 1], births[birth, 2] = row, start, end
    return at


@compiled
def _read_moves(source: Source, at: int, size: tuple[int, int], births: RunArray, runs: RunArray) -> int:
    """Fill in the runs; return the bit position after the last move or why they are refused.

    Runs come out in raster order: each is a birth or what run `above` goes on as. `floor` is the first place,
    in that order, at which the next one may start.
    """
    contexts = np.empty(len(runs), np.uint8)
    steps = np.empty((len(runs), 2), np.int16)
    above, birth, count, floor = 0, 0, 0, 0
    while above < count or birth < len(births):
        if birth < len(births) and (above == count or _is_before(births, birth, runs, above)):
            row, start, end = births[birth, 0], births[birth, 1], births[birth, 2]
            context, start_step, end_step = NEWBORN, 0, 0
            birth += 1
        else:
            row, start, end = runs[above, 0] + 1, runs[above, 1], runs[above, 2]
            above += 1
            if row == size[0]:
                continue
            entry = source.entries[
                contexts[above - 1], _window(source.octets, at) >> (WINDOW_BITS - LONGEST_BITS)
            ]
            at += entry & 15
            symbol = entry >> 4
            start_step, end_step = symbol // 5 - FARTHEST_STEP, symbol % 5 - FARTHEST_STEP
            if symbol == FAR:
                start_step, end_step, at = _read_far_steps(source.octets, at, steps, above - 1)
            if at > source.bits:
                return TRUNCATED
            if symbol == ENDS:
                floor = max(floor, _raster(row, end + 1))
                continue
            start, end, start_above, end_above = start + start_step, end + end_step, start, end
            if start > end_above or end < start_above:
                return NOT_CANONICAL
            if start < 0 or end > size[1]:
                return OUT_OF_BOUNDS
            context = 3 * _clipped(start_step) + _clipped(end_step) + 4
        if count == len(runs) or start >= end or _raster(row, start) < floor:
            return NOT_CANONICAL
        runs[count, 0], runs[count, 1], runs[count, 2] = row, start, end
        contexts[count], steps[count, 0], steps[count, 1] = context, start_step, end_step
        floor = _raster(row, end + 1)
        count += 1
    return at if count == len(runs) else NOT_CANONICAL


@compiled
def _is_before(births: RunArray, birth: int, runs: RunArray, above: int) -> bool:
    """Tell whether a birth lies before all that run `above` can go on as."""
    return _raster(births[birth, 0], births[birth, 2]) < _raster(runs[above, 0] + 1, runs[above, 1])


@compiled
def _read_far_steps(octets: Octets, at: int, steps: NDArray[np.int16], run: int) -> tuple[int, int, int]:
    """Return the steps of start and end, and the position after them; refused ones lead out of any image."""
    start, at = _read_number(octets, at)
    end, at = _read_number(octets, at)
    start_step = steps[run, 0] + _unfolded(start)
    end_step = steps[run, 1] + _unfolded(end)
    is_near = abs(start_step) <= FARTHEST_STEP and abs(end_step) <= FARTHEST_STEP
    if is_near or min(start, end) == BAD:
        return RASTER_ROW, RASTER_ROW, at
    return start_step, end_step, at


@compiled
def _raster(row: int, column: int) -> int:
    return row * RASTER_ROW + column


@compiled
def _clipped(step: int) -> int:
    return max(-1, min(1, step))


@compiled
def _unfolded(number: int) -> int:
    """Count 0, 1, 2, 3, 4 ... as 0, -1, 1, -2, 2 ..."""
    return -((number + 1) >> 1) if number & 1 else number >> 1


@compiled
def _read_number(octets: Octets, at: int) -> tuple[int, int]:
    """Return an Elias gamma code less one and the position after it; BAD where it is above 65535."""
    window = _window(octets, at)
    if window == 0:
        return BAD, at + WINDOW_BITS
    zeros = 0
    while not window >> (WINDOW_BITS - 1 - zeros):
        zeros += 1
    value = _window(octets, at + zeros) >> (WINDOW_BITS - 1 - zeros)
    return value - 1, at + 2 * zeros + 1


@compiled
def _window(octets: Octets, at: int) -> int:
    """Return the 16 bits from a bit position on."""
    octet = at >> 3
    word = octets[octet] << 16 | octets[octet + 1] << 8 | octets[octet + 2]
    return (word >> (8 - (at & 7))) & 0xFFFF
