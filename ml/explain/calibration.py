"""Whether what a network gives a probability of 0.8 is there in 80 of 100 cases."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

BINS = 10


def bin_table(probability: ArrayLike, truth: ArrayLike) -> NDArray[np.float64]:
    """Sort answers by their probability.

    Parameters
    ----------
    probability : array_like of float, any shape
        From 0 to 1.
    truth : array_like of bool, same shape
        Whether it was there.

    Returns
    -------
    ndarray of float64, shape (BINS, 3)
        For each tenth of the scale: answers, sum of their probabilities, and how many were right. Tables of
        several images can be added.
    """
    values = np.asarray(probability, dtype=np.float64).ravel()
    right = np.asarray(truth, dtype=np.float64).ravel()
    which = np.minimum((values * BINS).astype(int), BINS - 1)
    columns = (np.ones_like(values), values, right)
    return np.stack([np.bincount(which, weights=column, minlength=BINS) for column in columns], axis=1)


def reliability_points(tables: Sequence[NDArray[np.float64]]) -> tuple[tuple[float, ...], ...]:
    """Return the points of a reliability diagram, as model cards keep them.

    Parameters
    ----------
    tables : sequence of ndarray of float64, shape (BINS, 3)
        From `bin_table`, of each image.

    Returns
    -------
    tuple of (float, float, float)
        For each tenth of the scale with answers: their mean probability, the share that was right, and their
        number. On the diagonal a network is calibrated.
    """
    return tuple(
        (round(float(total / count), 6), round(float(right / count), 6), float(count))
        for count, total, right in np.sum(list(tables), axis=0)
        if count
    )


def calibration_error(tables: Sequence[NDArray[np.float64]]) -> float | None:
    """Measure how far a network is from calibrated.

    Parameters
    ----------
    tables : sequence of ndarray of float64, shape (BINS, 3)
        From `bin_table`, of each image.

    Returns
    -------
    float or None
        The expected calibration error: the distance of the points from the diagonal, each weighed by its
        share of the answers. 0 is calibrated. None where there is no answer.

    Notes
    -----
    The error of few answers is larger than that of many, also of a calibrated network: chance alone moves the
    points away from the diagonal.
    """
    count, total, right = np.sum(list(tables), axis=0).T
    return float(np.abs(total - right).sum() / count.sum()) if count.sum() else None
