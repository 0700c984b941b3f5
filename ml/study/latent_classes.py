"""Expectation maximisation for answers whose truth nobody knows, for many resamples at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
CONVERGED, MAXIMUM_ITERATIONS = 1e-7, 5000
SMALLEST = 1e-12


@dataclass(frozen=True)
class LatentClasses:
    """What explains the answers best.

    Attributes
    ----------
    shares : ndarray, shape (n_resamples, n_classes)
        How often each class is the truth.
    answers : ndarray, shape (n_resamples, n_classes, n_readers, n_classes)
        How often each reader answers the last axis where the truth is the first.
    truth : ndarray, shape (n_resamples, n_classes, n_rows)
        Probability of each class for each row of answers.
    iterations : int
        Steps that were taken.
    is_converged : bool
        False where numbers still moved in the last step.
    """

    shares: Array
    answers: Array
    truth: Array
    iterations: int
    is_converged: bool


def fit_classes(counts: Array, weights: Array, truth: Array) -> LatentClasses:
    """Find the shares of classes and the errors of readers under which the answers are most likely.

    Parameters
    ----------
    counts : ndarray, shape (n_rows, n_readers, n_classes)
        How often each reader gave each answer; all 0 where she gave none.
    weights : ndarray, shape (n_resamples, n_rows)
        How often each row comes.
    truth : ndarray, shape (n_classes, n_rows) or (n_resamples, n_classes, n_rows)
        Where to start: probability of each class for each row.

    Returns
    -------
    found : LatentClasses

    Notes
    -----
    Equations 2.3 to 2.5 of [1]_, all resamples side by side.

    References
    ----------
    .. [1] A. P. Dawid, A. M. Skene, Maximum likelihood estimation of observer error-rates using the EM
       algorithm, Applied Statistics 28 (1979) 20-28, doi:10.2307/2346806.
    """
    rows, readers, classes = counts.shape
    flat = counts.reshape(rows, readers * classes)
    truth = np.broadcast_to(truth, (len(weights), classes, rows))
    shares, answers = _rates(flat, weights, truth, readers)
    iterations, moved = 0, np.inf
    while moved >= CONVERGED and iterations < MAXIMUM_ITERATIONS:
        iterations += 1
        truth = _truth(flat, shares, answers)
        before, answers_before = shares, answers
        shares, answers = _rates(flat, weights, truth, readers)
        moved = max(np.abs(shares - before).max(), np.abs(answers - answers_before).max())
    return LatentClasses(shares, answers, truth, iterations, bool(moved < CONVERGED))


def _rates(flat: Array, weights: Array, truth: Array, readers: int) -> tuple[Array, Array]:
    weighted = truth * weights[:, None, :]
    in_class = weighted.sum(axis=2)
    shares = in_class / np.maximum(in_class.sum(axis=1, keepdims=True), SMALLEST)
    given = (weighted @ flat).reshape(*shares.shape, readers, -1)
    all_given = given.sum(axis=3, keepdims=True)
    # Of a class that nobody answered on, each answer is as likely as any other.
    answers = np.where(all_given > 0, given / np.maximum(all_given, SMALLEST), 1 / given.shape[3])
    return shares, answers


def _truth(flat: Array, shares: Array, answers: Array) -> Array:
    likely = np.log(np.maximum(answers, SMALLEST)).reshape(*shares.shape, -1) @ flat.T
    likely += np.log(np.maximum(shares, SMALLEST))[:, :, None]
    likely = np.exp(likely - likely.max(axis=1, keepdims=True))
    return likely / likely.sum(axis=1, keepdims=True)
