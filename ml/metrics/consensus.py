"""One mask out of several readers': by majority, and by how far each reader is to be trusted (STAPLE)."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.masks import Box, Runs, bounding_box, from_dense, paste, to_dense_crop, union
from ml.masks.algebra import check_same_size
from ml.metrics.checks import STATISTICS_VERSION

MAXIMUM_READERS = 16
START = 1 - 1e-5  # of every sensitivity and specificity, as in ITK's filter
CONVERGED = 1e-10
MAXIMUM_ITERATIONS = 100_000
CLIP = 1e-12


@dataclass(frozen=True, kw_only=True)
class Staple:
    """The consensus that Expectation Maximization finds.

    Attributes
    ----------
    mask : Runs
        Pixels whose probability is above one half.
    box : tuple of int
        (first row, first column, row past the last, column past the last) that was looked at.
    probability : ndarray of float64, shape (box height, box width)
        Of each pixel of the box to be inside.
    sensitivities, specificities : tuple of float
        Of each reader, in the order given, against the consensus within the box.
    prior : float
        Share of marks among all pixels of the box and readers.
    iterations : int
        Steps until no sensitivity or specificity moved by 1e-10.
    is_converged : bool
        False where that did not happen within 100,000 steps.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    mask: Runs
    box: Box
    probability: NDArray[np.float64]
    sensitivities: tuple[float, ...]
    specificities: tuple[float, ...]
    prior: float
    iterations: int
    is_converged: bool
    definition: str = "binary STAPLE, one prior from all votes in the box, start 1 - 1e-5, no spatial model"
    version: int = STATISTICS_VERSION


def majority(readings: Sequence[Runs]) -> Runs:
    """Return the pixels that more than half of the readers marked.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reader, 1 to 16, on one pixel grid.

    Returns
    -------
    mask : Runs
        Of two readers their intersection; an even vote leaves a pixel out. Empty where all are empty.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.
    """
    whole = union_of(readings)
    box = bounding_box(whole)
    votes = np.sum([to_dense_crop(reading, box) for reading in readings], axis=0)
    return _placed(votes * 2 > len(readings), box, whole)


def staple(readings: Sequence[Runs], *, margin_px: int = 0) -> Staple:
    """Estimate the mask that explains all readings, and how well each reader saw it.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reader, 2 to 16, on one pixel grid; not all empty.
    margin_px : int
        How far around the box of everything marked is looked; 2 mm are usual. On the whole of a mammogram
        every specificity would come to 1 and nothing would be learnt.

    Returns
    -------
    consensus : Staple
        With two readers it tends to their union or their intersection: look at `majority` beside it.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers`, `too_many_readers`, `nothing_marked` or `not_a_margin`.
    MaskShapeMismatchError
        If the sizes differ.

    Notes
    -----
    The binary form of [1]_, with one prior for all pixels and the start of ITK's filter, so that both find
    the same optimum. Pixels on which all readers say the same are counted together: the time of a step does
    not depend on the size of the image.

    References
    ----------
    .. [1] S. K. Warfield, K. H. Zou, W. M. Wells, Simultaneous truth and performance level estimation
       (STAPLE), IEEE Transactions on Medical Imaging 23 (2004) 903-921, doi:10.1109/TMI.2004.828354.
    """
    if len(readings) < 2:
        raise StatisticsInputError("STAPLE needs two readers or more.", code="too_few_readers")
    whole = union_of(readings)
    if len(whole.runs) == 0:
        raise StatisticsInputError(
            "No reader marked anything, so there is nothing to agree on.", code="nothing_marked"
        )
    if not isinstance(margin_px, Integral) or margin_px < 0:
        raise StatisticsInputError(
            f"The margin of {margin_px!r} px is no number of pixels; give 0 or a whole number above.",
            code="not_a_margin",
        )
    box = _grown(bounding_box(whole), margin_px, whole)
    patterns = np.zeros((box[2] - box[0], box[3] - box[1]), dtype=np.uint16)
    for number, reading in enumerate(readings):
        patterns |= to_dense_crop(reading, box) * np.uint16(1 << number)
    pixels = np.bincount(patterns.ravel(), minlength=1 << len(readings)).astype(np.float64)
    votes = (np.arange(len(pixels))[:, None] >> np.arange(len(readings)) & 1).astype(np.float64)
    prior = float(pixels @ votes.sum(axis=1) / (pixels.sum() * len(readings)))
    seen = pixels > 0
    inside = np.zeros(len(pixels))
    inside[seen], sensitivity, specificity, iterations = _maximise(votes[seen], pixels[seen], prior)
    probability = inside[patterns]
    return Staple(
        mask=_placed(probability > 0.5, box, whole),
        box=box,
        probability=probability,
        sensitivities=tuple(sensitivity.tolist()),
        specificities=tuple(specificity.tolist()),
        prior=prior,
        iterations=iterations,
        is_converged=iterations < MAXIMUM_ITERATIONS,
    )


def _maximise(
    votes: NDArray[np.float64], pixels: NDArray[np.float64], prior: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], int]:
    """Alternate between the probability of each pattern of votes and the performance of each reader."""
    sensitivity = np.full(votes.shape[1], START)
    specificity = np.full(votes.shape[1], START)
    iterations, moved = 0, np.inf
    while moved >= CONVERGED and iterations < MAXIMUM_ITERATIONS:
        iterations += 1
        inside = _probability(votes, sensitivity, specificity, prior)
        weight = pixels * inside
        before = np.concatenate([sensitivity, specificity])
        sensitivity = weight @ votes / max(weight.sum(), CLIP)
        specificity = (pixels - weight) @ (1 - votes) / max((pixels - weight).sum(), CLIP)
        moved = np.abs(np.concatenate([sensitivity, specificity]) - before).max()
    return _probability(votes, sensitivity, specificity, prior), sensitivity, specificity, iterations


def _probability(
    votes: NDArray[np.float64],
    sensitivity: NDArray[np.float64],
    specificity: NDArray[np.float64],
    prior: float,
) -> NDArray[np.float64]:
    if_inside = prior * np.where(votes == 1, sensitivity, 1 - sensitivity).prod(axis=1)
    if_outside = (1 - prior) * np.where(votes == 1, 1 - specificity, specificity).prod(axis=1)
    together = if_inside + if_outside
    return np.divide(if_inside, together, out=np.zeros_like(together), where=together > 0)


def union_of(readings: Sequence[Runs]) -> Runs:
    """Return the pixels that anybody marked.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reader, 1 to 16, on one pixel grid.

    Returns
    -------
    union : Runs

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.
    """
    if not readings:
        raise StatisticsInputError("A consensus needs at least one reader.", code="too_few_readers")
    if len(readings) > MAXIMUM_READERS:
        raise StatisticsInputError(
            f"{len(readings)} readers were given; a consensus takes up to {MAXIMUM_READERS}.",
            code="too_many_readers",
        )
    whole = readings[0]
    for reading in readings[1:]:
        check_same_size(whole, reading)
        whole = union(whole, reading)
    return whole


def _grown(box: Box, margin_px: int, whole: Runs) -> Box:
    top, left, bottom, right = box
    return (
        max(top - margin_px, 0),
        max(left - margin_px, 0),
        min(bottom + margin_px, whole.rows),
        min(right + margin_px, whole.columns),
    )


def _placed(inside: NDArray[np.bool_], box: Box, whole: Runs) -> Runs:
    if inside.size == 0:
        return whole
    return paste(from_dense(inside), whole.rows, whole.columns, (box[0], box[1]))
