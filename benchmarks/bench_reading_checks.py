"""What is checked before an image is submitted, on the largest images that readers get."""

import time
from collections.abc import Iterator
from functools import cache

import numpy as np

from annotations.ml_gateway.label_places import count_within, pieces_of, places_outside, touching_places
from benchmarks.labels import SHAPE, dense_pair
from benchmarks.race import Figure
from ml import masks

SIZE = f"{SHAPE[0]}x{SHAPE[1]}"
CELL_PX = 64
ROUNDS = 9


def figures() -> Iterator[Figure]:
    yield Figure(name=f"all checks of a reading, {SIZE}", measure=_milliseconds, limit=300, unit="ms")


@cache
def _labels() -> tuple[bytes, bytes]:
    """Two labels that overlap all over the breast: more to say than any reading has."""
    one, two = dense_pair()
    return masks.encode(masks.from_dense(one)), masks.encode(masks.from_dense(two))


def _check_all() -> None:
    bac, microcalcification = _labels()
    rows, columns = SHAPE
    cells = np.zeros((-(-rows // CELL_PX), -(-columns // CELL_PX)), dtype=bool)
    ring = [[0, 0], [columns, 0], [columns, rows], [0, rows]]
    touching_places(microcalcification, bac)
    pieces_of(bac)
    for label in (bac, microcalcification):
        places_outside(label, np.packbits(cells).tobytes(), cell_px=CELL_PX)
    count_within(ring, [[100, 100]] * 20, microcalcification)


def _milliseconds() -> float:
    _check_all()
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        _check_all()
        times.append(1000 * (time.process_time() - begun))
    return sorted(times)[ROUNDS // 2]
