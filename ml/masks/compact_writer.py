"""Writes masks in the compact form, version 2 of docs/mask_format.md."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks.move_code import MoveCode, move_code
from ml.masks.runs import Runs

Octets = NDArray[np.uint8]
RunArray = NDArray[np.int32]

NONE = -1
START_BITS = 14
MOST_BYTES_PER_RUN = 20  # a birth takes up to 31 + 14 + 31 bits, a move up to 9 + 31 + 31
FARTHEST_STEP = 2
ENDS, FAR, NEWBORN = 25, 26, 9  # as in the reader and the format


def write_compact(mask: Runs) -> tuple[int, bytes]:
    """Write the runs of a mask by how each goes on from the row above.

    Parameters
    ----------
    mask : Runs
        Any mask, the empty one included.

    Returns
    -------
    births : int
        Number of runs that do not go on from the row above; 0 for the empty mask alone.
    bits : bytes
        Births, then moves, filled up with zero bits to whole bytes; none for the empty mask.
    """
    runs = np.ascontiguousarray(mask.runs)
    links = np.full((len(runs), 2), NONE, dtype=np.int32)
    births = len(runs) - _link(runs, links)
    octets = np.zeros(MOST_BYTES_PER_RUN * len(runs), dtype=np.uint8)
    at = _write_births(runs, links, octets)
    above_last_row = np.searchsorted(runs[:, 0], mask.rows - 1)  # the runs there have nowhere to go on to
    at = _write_moves(runs, links[:above_last_row], move_code(), octets, at)
    return births, octets[: (at + 7) // 8].tobytes()


@compiled
def _link(runs: RunArray, links: RunArray) -> int:
    """Fill in, for each run, the run above that it goes on from and the run below that it goes on as."""
    below, linked = 0, 0
    for above in range(len(runs)):
        row, start, end = runs[above, 0], runs[above, 1], runs[above, 2]
        while below < len(runs) and (
            runs[below, 0] <= row or (runs[below, 0] == row + 1 and runs[below, 2] < start)
        ):
            below += 1
        if below < len(runs) and runs[below, 0] == row + 1 and runs[below, 1] <= end:
            links[below, 0] = above
            links[above, 1] = below
            below += 1
            linked += 1
    return linked


@compiled
def _write_births(runs: RunArray, links: RunArray, octets: Octets) -> int:
    at, row = 0, 0
    for run in range(len(runs)):
        if links[run, 0] == NONE:
            at = _put_number(octets, at, runs[run, 0] - row)
            at = _put(octets, at, runs[run, 1], START_BITS)
            at = _put_number(octets, at, runs[run, 2] - runs[run, 1] - 1)
            row = runs[run, 0]
    return at


@compiled
def _write_moves(runs: RunArray, links: RunArray, code: MoveCode, octets: Octets, at: int) -> int:
    for run in range(len(links)):
        context, last_start, last_end = NEWBORN, 0, 0
        above, below = links[run, 0], links[run, 1]
        if above != NONE:
            last_start = runs[run, 1] - runs[above, 1]
            last_end = runs[run, 2] - runs[above, 2]
            context = 3 * _clipped(last_start) + _clipped(last_end) + 4
        symbol, start, end = ENDS, 0, 0
        if below != NONE:
            start = runs[below, 1] - runs[run, 1]
            end = runs[below, 2] - runs[run, 2]
            is_near = abs(start) <= FARTHEST_STEP and abs(end) <= FARTHEST_STEP
            symbol = 5 * start + end + 12 if is_near else FAR
        at = _put(octets, at, code.words[context, symbol], code.lengths[context, symbol])
        if symbol == FAR:
            at = _put_number(octets, at, _folded(start - last_start))
            at = _put_number(octets, at, _folded(end - last_end))
    return at


@compiled
def _clipped(step: int) -> int:
    return max(-1, min(1, step))


@compiled
def _folded(step: int) -> int:
    """Count 0, -1, 1, -2, 2 ... as 0, 1, 2, 3, 4 ..."""
    return 2 * step if step >= 0 else -2 * step - 1


@compiled
def _put_number(octets: Octets, at: int, number: int) -> int:
    """Elias gamma code of number + 1: as many zeros as bits follow its highest one."""
    bits = 0
    while (number + 1) >> (bits + 1):
        bits += 1
    return _put(octets, at, number + 1, 2 * bits + 1)


@compiled
def _put(octets: Octets, at: int, word: int, bits: int) -> int:
    """Write the low bits of a word at a bit position, high bit first; return the position after them."""
    past = at + bits
    while bits > 0:
        free = 8 - (at & 7)
        taken = min(free, bits)
        bits -= taken
        octets[at >> 3] |= ((word >> bits) & ((1 << taken) - 1)) << (free - taken)
        at += taken
    return past
