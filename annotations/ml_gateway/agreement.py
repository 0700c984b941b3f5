"""Stored readings compared, by as many processes as there are cores, and the words for what comes of it."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial

from annotations.errors import InvalidError, MaskSizeMismatchError
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from ml.errors import MaskShapeMismatchError, MlError
from ml.metrics import DEFINITIONS, DEFINITIONS_VERSION
from ml.metrics.readings import PAIR_MEASURES, ReadingPairCounts, pair_scores
from ml.study.image_readings import ImageReadings, MeasuredImage, measure_image
from ml.study.image_readings import measure_images as measure_some
from ml.study.line_votes import LINE_VOTES_DEFINITION, LineSegment

__all__ = [
    "AGREEMENT_VERSION",
    "LINE_VOTES_DEFINITION",
    "MEASURE_DEFINITIONS",
    "PAIR_MEASURES",
    "ImageReadings",
    "LineSegment",
    "MeasuredImage",
    "ReadingPairCounts",
    "measuring",
    "pair_scores",
    "spacing_of",
]

Measure = Callable[[Sequence[ImageReadings], Callable[[], bool]], Iterator[tuple[int, MeasuredImage]]]

# Of all that is stored of a comparison: raised whenever one of its numbers would come out otherwise.
AGREEMENT_VERSION = 100 * DEFINITIONS_VERSION + 1
MEASURE_DEFINITIONS = {name: DEFINITIONS[name] for name in PAIR_MEASURES}
# Below this many images another process takes longer to start than the work.
FEWEST_TO_SHARE = 64
AT_ONCE = 16


def spacing_of(mammogram: Mammogram) -> tuple[float, float] | None:
    """Return the size of a pixel that lengths are measured with, as everywhere in the program."""
    return pixel_size(mammogram).spacing_mm


@contextmanager
def measuring(image_count: int) -> Iterator[Measure]:
    """Give a function that compares the readings of images, each answer with its place, in any order.

    It ends early where `should_stop` says so. Many images are shared out among processes, which start anew: a
    copy of this one would share its connections.
    """
    if image_count < FEWEST_TO_SHARE:
        yield _measure_here
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=len(os.sched_getaffinity(0)), mp_context=context) as pool:
        try:
            yield partial(_measure_in, pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _measure_here(
    images: Sequence[ImageReadings], should_stop: Callable[[], bool]
) -> Iterator[tuple[int, MeasuredImage]]:
    with _errors_translated():
        for place, image in enumerate(images):
            if should_stop():
                return
            yield place, measure_image(image)


def _measure_in(
    pool: ProcessPoolExecutor, images: Sequence[ImageReadings], should_stop: Callable[[], bool]
) -> Iterator[tuple[int, MeasuredImage]]:
    starts = range(0, len(images), AT_ONCE)
    waiting = {pool.submit(measure_some, images[first : first + AT_ONCE]): first for first in starts}
    with _errors_translated():
        for done in as_completed(waiting):
            yield from enumerate(done.result(), start=waiting[done])
            if should_stop():
                return


@contextmanager
def _errors_translated() -> Iterator[None]:
    try:
        yield
    except MaskShapeMismatchError as error:
        raise MaskSizeMismatchError(error.message) from error
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
