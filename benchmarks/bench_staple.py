"""STAPLE of one whole mammogram that seven readers marked, beside SimpleITK's filter on the same box."""

import time
from collections.abc import Iterator
from functools import cache

import numpy as np
import SimpleITK

from benchmarks.labels import SHAPE, dense_pair
from benchmarks.race import Figure, Race
from ml import masks
from ml.masks import Runs
from ml.metrics.consensus import staple

READERS, MARGIN_PX = 7, 29  # 2 mm of 0.07 mm pixels
SIZE = f"{SHAPE[0]}x{SHAPE[1]}"


def races() -> Iterator[Race]:
    yield Race(
        name=f"STAPLE of {READERS} readers / SimpleITK, {SIZE}",
        ours=_ours,
        theirs=_simpleitk,
        check=_assert_same,
        goal=10,
    )


def figures() -> Iterator[Figure]:
    yield Figure(name=f"STAPLE of {READERS} readers, {SIZE}", measure=_seconds, limit=1.0, unit="s")


@cache
def _readings() -> list[Runs]:
    """Shift both labels of a pair in turn: seven readers who mark the same vessels in their own way."""
    pairs = [masks.from_dense(array) for array in dense_pair()]
    random = np.random.default_rng(0)
    readings = []
    for number in range(READERS):
        shift = random.integers(-3, 4, 2)
        array = np.roll(masks.to_dense(pairs[number % 2]), shift, axis=(0, 1))
        readings.append(masks.from_dense(array))
    return readings


def _ours():
    found = staple(_readings(), margin_px=MARGIN_PX)
    return found.box, found.sensitivities, found.specificities


def _simpleitk():
    top, left, bottom, right = _box()
    images = [
        SimpleITK.GetImageFromArray(masks.to_dense_crop(reading, (top, left, bottom, right)).astype(np.uint8))
        for reading in _readings()
    ]
    images_filter = SimpleITK.STAPLEImageFilter()
    images_filter.SetForegroundValue(1)
    images_filter.Execute(images)
    return (
        (top, left, bottom, right),
        tuple(images_filter.GetSensitivity()),
        tuple(images_filter.GetSpecificity()),
    )


@cache
def _box() -> masks.Box:
    return _ours()[0]


def _seconds() -> float:
    _readings()
    started = time.perf_counter()
    _ours()
    return time.perf_counter() - started


def _assert_same(ours, theirs):
    assert ours[0] == theirs[0]
    np.testing.assert_allclose(ours[1], theirs[1], atol=1e-5)
    np.testing.assert_allclose(ours[2], theirs[2], atol=1e-5)
