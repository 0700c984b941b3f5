"""What is on an image and what each reader brushes of it, 4096 x 3328 px at 0.07 mm.

BAC: one to six vessels of 200 to 2,000 px, 5 to 25 px wide, half of them dashed tram tracks. Specks: 6 to 50.
A reader sees a vessel shifted, in another width, cut short or not at all, and sometimes one that is none.
"""

from functools import cache

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from benchmarks.labels import breast_area, paint_vessel, vessel_line
from ml import masks

SHAPE = (4096, 3328)
ROOM_PX = 200  # free around everything drawn, so that it can be moved
POOL = 60
MISSED, FALSE, CUT = 0.12, 0.15, 0.3


@cache
def vessel_scenes(readers: int) -> list[list[masks.Runs]]:
    """Draw a pool of scenes: for each the mask of each reader."""
    random = np.random.default_rng(3)
    breast = breast_area(SHAPE)
    return [_vessels(random, breast, readers) for _ in range(POOL)]


@cache
def speck_scenes(readers: int) -> list[list[masks.Runs]]:
    random = np.random.default_rng(4)
    places = np.argwhere(_inner(breast_area(SHAPE))[::8, ::8]) * 8
    return [_specks(random, places, readers) for _ in range(POOL)]


def moved(mask: masks.Runs, rows: int, columns: int) -> masks.Runs:
    """Move a mask within the room around it: another mask for the program, of the same shape."""
    return masks.Runs(mask.rows, mask.columns, mask.runs + np.array([rows, columns, columns], dtype=np.int32))


def _vessels(random: Generator, breast: NDArray[np.bool_], readers: int) -> list[masks.Runs]:
    drawn = np.zeros((readers, *SHAPE), dtype=np.uint8)
    for number in range(int(random.integers(1, 7))):
        line = vessel_line(random, breast)
        width_px = int(random.integers(5, 26))
        is_false = random.random() < FALSE
        by = int(random.integers(readers)) if is_false else None
        for reader in range(readers):
            if reader == by or (by is None and random.random() > MISSED):
                _brush(drawn[reader], line, width_px, random, is_tram_track=number % 2 == 1)
    inner = _inner(breast)
    return [masks.from_dense(one.astype(bool) & inner) for one in drawn]


def _brush(
    label: NDArray[np.uint8],
    line: NDArray[np.float64],
    width_px: int,
    random: Generator,
    *,
    is_tram_track: bool,
) -> None:
    first, past = 0, len(line)
    if random.random() < CUT:
        first, past = np.sort(random.integers(0, len(line), 2))
    if past - first < 20:
        first, past = 0, len(line)
    shifted = line[first:past] + random.normal(0, 3, 2)
    paint_vessel(
        label, shifted, max(3, width_px + int(random.integers(-3, 4))), random, is_tram_track=is_tram_track
    )


def _specks(random: Generator, places: NDArray[np.int64], readers: int) -> list[masks.Runs]:
    chosen = places[random.integers(0, len(places), int(random.integers(6, 51)))]
    drawn = np.zeros((readers, *SHAPE), dtype=np.uint8)
    for row, column in chosen:
        for reader in range(readers):
            if random.random() > MISSED:
                centre = int(column + random.integers(-1, 2)), int(row + random.integers(-1, 2))
                cv2.circle(drawn[reader], centre, int(random.integers(1, 5)), 1, -1)
    return [masks.from_dense(one.astype(bool)) for one in drawn]


def _inner(breast: NDArray[np.bool_]) -> NDArray[np.bool_]:
    inner = breast.copy()
    for edge in (np.s_[:ROOM_PX], np.s_[-ROOM_PX:], np.s_[:, :ROOM_PX], np.s_[:, -ROOM_PX:]):
        inner[edge] = False
    return inner
