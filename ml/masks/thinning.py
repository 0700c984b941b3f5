"""Thinning of a mask, 64 pixels at a time.

A word holds 64 pixels of one row. Words lie column by column, so that eight words one after the other are a
tile of 64 columns and eight rows, which a processor takes in one step. A sweep decides for each pixel from
its eight neighbours, all at once, whether it goes; it looks only at tiles where something near changed in the
last two sweeps, which a map with one bit to a tile tells.

The two rules at the end of this file are written by `tests/ml/masks/thinning_rules.py`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled

# Unsigned throughout: a mixture with signed numbers would become floating point.
ZERO, ONE, WORD_BITS, LAST_BIT = np.uint64(0), np.uint64(1), np.uint64(6), np.uint64(63)
TILE_BITS, TILE_ROWS = np.uint64(3), np.uint64(8)
ALL_PIXELS = np.uint64(2**64 - 1)
# Multiplying a single bit by this number moves a different pattern of six bits to the top for each place.
DE_BRUIJN, TOP_SIX = np.uint64(0x03F79D71B4CB0A89), np.uint64(58)
PLACE_OF_PATTERN = np.zeros(64, dtype=np.uint64)
PLACE_OF_PATTERN[[((0x03F79D71B4CB0A89 << place) % 2**64) >> 58 for place in range(64)]] = np.arange(64)


_Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64, np.uint64, np.uint64, np.uint64, np.uint64]


class _Tiles(NamedTuple):
    """A mask as words in tiles.

    Attributes
    ----------
    top, left : int
        First row and first column of the mask's box.
    columns : uint64
        Columns of words; one empty column lies on either side.
    height, map_height : uint64
        Words in a column of `bits` and of a map, with an empty tile and an empty word at either end.
    bits : ndarray of uint64
        The pixels; the lowest bit is the leftmost.
    occupied : ndarray of uint64
        The map of tiles that had a pixel at first.
    doomed, pending : ndarray of uint64
        The pixels to be taken away from two columns of words, and the map of tiles that have such.
    """

    top: int
    left: int
    columns: np.uint64
    height: np.uint64
    map_height: np.uint64
    bits: NDArray[np.uint64]
    occupied: NDArray[np.uint64]
    doomed: NDArray[np.uint64]
    pending: NDArray[np.uint64]


def thin(runs: NDArray[np.int32]) -> NDArray[np.int32]:
    """Thin a mask to lines one pixel wide.

    Parameters
    ----------
    runs : ndarray of int32, shape (n, 3)
        (row, start, end) of the mask's runs, in raster order.

    Returns
    -------
    points : ndarray of int32, shape (k, 2)
        (row, column) of the pixels that remain, in raster order.
    """
    if len(runs) == 0:
        return np.empty((0, 2), dtype=np.int32)
    tiles = _lay_tiles(runs)
    _paint(runs, tiles)
    _sweep_until_still(tiles)
    points = np.empty((int(np.bitwise_count(tiles.bits).sum(dtype=np.int64)), 2), dtype=np.int32)
    _collect(runs, tiles, points)
    return points


def _lay_tiles(runs: NDArray[np.int32]) -> _Tiles:
    top, left = int(runs[0, 0]), int(runs[:, 1].min())
    rows, columns = int(runs[-1, 0]) + 1 - top, -(-(int(runs[:, 2].max()) - left) // 64)
    tile_rows = -(-rows // 8)
    height, map_height = 8 * (tile_rows + 2), -(-tile_rows // 64) + 2
    sizes = (columns + 2) * height, (columns + 2) * map_height, 2 * height, 2 * map_height
    return _Tiles(
        top, left, np.uint64(columns), np.uint64(height), np.uint64(map_height),
        *(np.zeros(size, dtype=np.uint64) for size in sizes),
    )  # fmt: skip


@compiled
def _lowest_place(word: np.uint64) -> np.uint64:
    return PLACE_OF_PATTERN[((word & (~word + ONE)) * DE_BRUIJN) >> TOP_SIX]


@compiled
def _part_of_word(word: np.uint64, start: np.uint64, last: np.uint64) -> np.uint64:
    """Return the pixels of a word in the run from column start to column last."""
    pixels = ALL_PIXELS
    if word == start >> WORD_BITS:
        pixels <<= start & LAST_BIT
    if word == last >> WORD_BITS:
        pixels &= ALL_PIXELS >> (LAST_BIT - (last & LAST_BIT))
    return pixels


@compiled
def _paint(runs: NDArray[np.int32], tiles: _Tiles) -> None:
    for i in range(len(runs)):
        row = np.uint64(runs[i, 0] - tiles.top)
        start, last = np.uint64(runs[i, 1] - tiles.left), np.uint64(runs[i, 2] - tiles.left - 1)
        tile = row >> TILE_BITS
        for word in range(start >> WORD_BITS, (last >> WORD_BITS) + ONE):
            column = word + ONE
            tiles.bits[column * tiles.height + row + TILE_ROWS] |= _part_of_word(word, start, last)
            tiles.occupied[column * tiles.map_height + (tile >> WORD_BITS) + ONE] |= ONE << (tile & LAST_BIT)


@compiled
def _collect(runs: NDArray[np.int32], tiles: _Tiles, points: NDArray[np.int32]) -> None:
    """List what remains along the runs of the mask, which puts it into raster order."""
    count = 0
    for i in range(len(runs)):
        row = np.uint64(runs[i, 0] - tiles.top)
        start, last = np.uint64(runs[i, 1] - tiles.left), np.uint64(runs[i, 2] - tiles.left - 1)
        for word in range(start >> WORD_BITS, (last >> WORD_BITS) + ONE):
            pixels = tiles.bits[(word + ONE) * tiles.height + row + TILE_ROWS]
            pixels &= _part_of_word(word, start, last)
            while pixels:
                points[count, 0] = runs[i, 0]
                points[count, 1] = tiles.left + np.int64((word << WORD_BITS) + _lowest_place(pixels))
                count += 1
                pixels &= pixels - ONE


@compiled
def _sweep_until_still(tiles: _Tiles) -> None:
    changed, changed_before = tiles.occupied, np.zeros_like(tiles.occupied)
    is_first_rule = True
    while changed.any() or changed_before.any():
        changed, changed_before = _sweep(tiles, changed | changed_before, is_first_rule), changed
        is_first_rule = not is_first_rule


@compiled
def _sweep(tiles: _Tiles, recent: NDArray[np.uint64], is_first_rule: bool) -> NDArray[np.uint64]:  # noqa: FBT001
    """Take away what the rule dooms, near the tiles that changed recently; return those that change now.

    A column of words is changed only when its right neighbour has been looked at, too.
    """
    changed = np.zeros_like(recent)
    _mark_column(tiles, recent, ONE, is_first_rule)
    for column in range(ONE, tiles.columns + ONE):
        if column < tiles.columns:
            _mark_column(tiles, recent, column + ONE, is_first_rule)
        _change_column(tiles, changed, column)
    return changed


@compiled
def _near(recent: NDArray[np.uint64], place: np.uint64, map_height: np.uint64) -> np.uint64:
    """Return the tiles of one word of a map that are, or touch, tiles of the map."""
    near = ZERO
    for middle in (place - map_height, place, place + map_height):
        here = recent[middle]
        near |= here | (here << ONE) | (here >> ONE)
        near |= (recent[middle - ONE] >> LAST_BIT) | (recent[middle + ONE] << LAST_BIT)
    return near


@compiled
def _mark_column(
    tiles: _Tiles,
    recent: NDArray[np.uint64],
    column: np.uint64,
    is_first_rule: bool,  # noqa: FBT001
) -> None:
    side = (column & ONE) * tiles.map_height
    for word in range(ONE, tiles.map_height - ONE):
        place = column * tiles.map_height + word
        active = tiles.occupied[place]
        if active:
            active &= _near(recent, place, tiles.map_height)
        pending = ZERO
        while active:  # tiles that lie one below the other are looked at together
            first = _lowest_place(active)
            gap = ~(active >> first)
            count = _lowest_place(gap) if gap else np.uint64(64)
            tiles_together = (ALL_PIXELS >> (np.uint64(64) - count)) << first
            active &= ~tiles_together
            row = (((word - ONE) << WORD_BITS) + first + ONE) << TILE_BITS
            if _mark(tiles, column * tiles.height + row, count << TILE_BITS, is_first_rule):
                pending |= tiles_together
        tiles.pending[side + word] = pending


@compiled
def _mark(tiles: _Tiles, start: np.uint64, count: np.uint64, is_first_rule: bool) -> np.uint64:  # noqa: FBT001
    """Write the doomed pixels of words one below the other; return 0 where there are none."""
    bits, found = tiles.bits, ZERO
    doomed = start % (tiles.height << ONE)
    for i in range(count):
        here, left, right = start + i, start + i - tiles.height, start + i + tiles.height
        n, pixels, s = bits[here - ONE], bits[here], bits[here + ONE]
        ne = (n >> ONE) | (bits[right - ONE] << LAST_BIT)
        e = (pixels >> ONE) | (bits[right] << LAST_BIT)
        se = (s >> ONE) | (bits[right + ONE] << LAST_BIT)
        sw = (s << ONE) | (bits[left + ONE] >> LAST_BIT)
        w = (pixels << ONE) | (bits[left] >> LAST_BIT)
        nw = (n << ONE) | (bits[left - ONE] >> LAST_BIT)
        around = (n, ne, e, se, s, sw, w, nw)
        pixels &= _first_rule(around) if is_first_rule else _second_rule(around)
        tiles.doomed[doomed + i] = pixels
        found |= pixels
    return found


@compiled
def _change_column(tiles: _Tiles, changed: NDArray[np.uint64], column: np.uint64) -> None:
    for word in range(ONE, tiles.map_height - ONE):
        pending = tiles.pending[(column & ONE) * tiles.map_height + word]
        while pending:
            tile = pending & (~pending + ONE)
            row = (((word - ONE) << WORD_BITS) + _lowest_place(pending) + ONE) << TILE_BITS
            found = ZERO
            for i in range(row, row + TILE_ROWS):
                doomed = tiles.doomed[(column & ONE) * tiles.height + i]
                tiles.bits[column * tiles.height + i] &= ~doomed
                found |= doomed
            if found:
                changed[column * tiles.map_height + word] |= tile
            pending &= ~tile


# Written by tests/ml/masks/thinning_rules.py from here on; do not edit.


@compiled
def _first_rule(around: _Words) -> np.uint64:
    n, ne, e, se, s, sw, w, nw = around
    t0 = ~se
    t1 = n & t0
    t2 = w & t1
    t3 = (nw & t1) | (~nw & t2)
    t4 = (ne & t1) | (~ne & t3)
    t5 = ~w & t1
    t6 = ~w
    t7 = (nw & n) | (~nw & t6)
    t8 = (ne & t7) | (~ne & t5)
    t9 = (e & t8) | (~e & t4)
    t10 = ~n & t0
    t11 = w & t10
    t12 = ~ne & t11
    t13 = ~w & t10
    t14 = ~nw & t13
    t15 = ~n & se
    t16 = ~w & t15
    t17 = ~nw & t16
    t18 = (ne & t17) | (~ne & t14)
    t19 = (e & t18) | (~e & t12)
    t20 = (s & t19) | (~s & t9)
    t21 = w & t0
    t22 = (nw & t21) | (~nw & t2)
    t23 = (ne & t2) | (~ne & t22)
    t24 = nw & t2
    t25 = ne & t24
    t26 = (e & t25) | (~e & t23)
    t27 = (nw & w) | (~nw & t15)
    t28 = (ne & t24) | (~ne & t27)
    t29 = (e & t17) | (~e & t28)
    t30 = (s & t29) | (~s & t26)
    return (sw & t30) | (~sw & t20)


@compiled
def _second_rule(around: _Words) -> np.uint64:
    n, ne, e, se, s, sw, w, nw = around
    t0 = ~sw
    t1 = n & t0
    t2 = ne & t1
    t3 = nw & t2
    t4 = ~se & t3
    t5 = (nw & t2) | (~nw & t0)
    t6 = (se & t5) | (~se & t3)
    t7 = (e & t6) | (~e & t4)
    t8 = (n & t0) | (~n & sw)
    t9 = ~ne & t8
    t10 = (ne & n) | (~ne & sw)
    t11 = (nw & t10) | (~nw & t9)
    t12 = ~se & t11
    t13 = ~e & t12
    t14 = (w & t13) | (~w & t7)
    t15 = ~n & sw
    t16 = ~ne & t15
    t17 = ~nw & t16
    t18 = ~n
    t19 = (ne & t15) | (~ne & t18)
    t20 = ~nw & t19
    t21 = ne | t18
    t22 = (nw & t2) | (~nw & t21)
    t23 = (se & t22) | (~se & t20)
    t24 = (e & t23) | (~e & t17)
    t25 = ~ne & t18
    t26 = (nw & t16) | (~nw & t25)
    t27 = (nw & t16) | (~nw & t15)
    t28 = se & t27
    t29 = (e & t28) | (~e & t26)
    t30 = (w & t29) | (~w & t24)
    return (s & t30) | (~s & t14)
