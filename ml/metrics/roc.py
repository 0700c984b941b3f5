"""How well a score ranks images with a finding above images without."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from sklearn.metrics import brier_score_loss, precision_recall_curve, roc_curve

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION, checked_yes_or_no, finite_numbers

Z = 1.96


@dataclass(frozen=True, kw_only=True)
class Auc:
    """Area under the ROC curve, with its interval.

    Attributes
    ----------
    value : float
        The area.
    standard_error : float or None
        By DeLong's method; None where a class has one image, which does not tell how such images vary. 0
        where the method sees no variation at all: scores that separate the classes wholly, or are all equal.
    interval : tuple of float or None
        95 %, on the logit scale so that it stays within [0, 1]; None without a standard error. Where that is
        0 it is (value, value), which says that the method cannot tell, not that the area is certain: report
        the numbers of images instead.
    n_positive, n_negative : int
        Images with and without the finding.
    undefined : str
        "" or the code of why there is no interval: `one_positive`, `one_negative`.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    value: float
    standard_error: float | None
    interval: tuple[float, float] | None
    n_positive: int
    n_negative: int
    undefined: str = ""
    definition: str = "area under the ROC curve, ties one half; interval by DeLong on the logit scale"
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class AucComparison:
    """Two areas under the ROC curve on the same images.

    Attributes
    ----------
    difference : float
        Second minus first.
    standard_error, p : float or None
        Of the difference, and two-sided; None where a class has one image. p is 1 where the scores rank
        alike, so that the error is 0, and 0 where they differ without any error.
    n_positive, n_negative : int
        Images with and without the finding.
    undefined : str
        "" or the code of why there is no test: `one_positive`, `one_negative`.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    difference: float
    standard_error: float | None
    p: float | None
    n_positive: int
    n_negative: int
    undefined: str = ""
    definition: str = "difference of two correlated areas under the ROC curve, tested by DeLong"
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The ROC curve and the precision-recall curve of one score.

    Attributes
    ----------
    false_positive_rate, true_positive_rate : tuple of float
        Points of the ROC curve, from (0, 0) to (1, 1).
    precision, recall : tuple of float
        Points of the other curve, from recall 1 to recall 0.
    brier_score : float or None
        Mean square of score minus truth; None unless the scores lie in [0, 1].
    n_positive, n_negative : int
        Images with and without the finding.
    definition : str
        How they were traced.
    version : int
        Of the statistics of this package.
    """

    false_positive_rate: tuple[float, ...]
    true_positive_rate: tuple[float, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    brier_score: float | None
    n_positive: int
    n_negative: int
    definition: str = (
        "empirical curves over all scores as cutoffs, corners of the ROC curve only; Brier score"
    )
    version: int = STATISTICS_VERSION


def auc(truth: ArrayLike, score: ArrayLike) -> Auc:
    """Compute the area under the ROC curve with DeLong's interval.

    Parameters
    ----------
    truth : array_like of bool, shape (n,)
        Whether the finding is there: True or False, or 1 or 0.
    score : array_like of float, shape (n,)
        Higher where it is thought likelier.

    Returns
    -------
    area : Auc

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `not_yes_or_no`, `not_a_number`, `not_finite` or `one_class_only`.

    Notes
    -----
    With one image of a class the variance between such images cannot be estimated, and there is no interval.
    Images are taken as independent; where a patient has several, use the bootstrap by patient.

    References
    ----------
    .. [1] E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Comparing the areas under two or more correlated
       receiver operating characteristic curves, Biometrics 44 (1988) 837-845, doi:10.2307/2531595.
    .. [2] X. Sun, W. Xu, Fast implementation of DeLong's algorithm, IEEE Signal Processing Letters 21 (2014)
       1389-1393, doi:10.1109/LSP.2014.2337313.
    """
    positive, values = checked_scores(truth, score)
    areas, covariance = _delong(positive, values[None, :])
    value, error = float(areas[0]), float(np.sqrt(max(covariance[0, 0], 0)))
    reason = _single(positive)
    return Auc(
        value=value,
        standard_error=None if reason else error,
        interval=None if reason else _logit_interval(value, error),
        n_positive=int(positive.sum()),
        n_negative=int((~positive).sum()),
        undefined=reason,
    )


def compare_aucs(truth: ArrayLike, first: ArrayLike, second: ArrayLike) -> AucComparison:
    """Test whether two scores on the same images have one area under the ROC curve.

    Parameters
    ----------
    truth : array_like of bool, shape (n,)
        Whether the finding is there.
    first, second : array_like of float, shape (n,)
        The two scores.

    Returns
    -------
    test : AucComparison

    Raises
    ------
    StatisticsInputError
        As `auc`.
    """
    positive, a = checked_scores(truth, first)
    _, b = checked_scores(truth, second)
    areas, covariance = _delong(positive, np.stack([a, b]))
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    difference, error = float(areas[1] - areas[0]), float(np.sqrt(max(variance, 0)))
    p = float(2 * stats.norm.sf(abs(difference) / error)) if error > 0 else float(difference == 0)
    reason = _single(positive)
    return AucComparison(
        difference=difference,
        standard_error=None if reason else error,
        p=None if reason else p,
        n_positive=int(positive.sum()),
        n_negative=int((~positive).sum()),
        undefined=reason,
    )


def curves(truth: ArrayLike, score: ArrayLike) -> Curves:
    """Trace the ROC and the precision-recall curve, and say how well probabilities are calibrated.

    Parameters
    ----------
    truth : array_like of bool, shape (n,)
        Whether the finding is there.
    score : array_like of float, shape (n,)
        Probabilities in [0, 1] if the Brier score shall mean something.

    Returns
    -------
    curves : Curves

    Raises
    ------
    StatisticsInputError
        As `auc`.
    """
    positive, values = checked_scores(truth, score)
    false_rate, true_rate, _ = roc_curve(positive, values)
    precision, recall, _ = precision_recall_curve(positive, values)
    is_probability = values.min() >= 0 and values.max() <= 1
    return Curves(
        false_positive_rate=tuple(false_rate.tolist()),
        true_positive_rate=tuple(true_rate.tolist()),
        precision=tuple(precision.tolist()),
        recall=tuple(recall.tolist()),
        brier_score=float(brier_score_loss(positive, values)) if is_probability else None,
        n_positive=int(positive.sum()),
        n_negative=int((~positive).sum()),
    )


def _single(positive: NDArray[np.bool_]) -> str:
    """Return the code of the class that has one image, "" where both have more."""
    if positive.sum() == 1:
        return "one_positive"
    return "one_negative" if (~positive).sum() == 1 else ""


def _logit_interval(value: float, error: float) -> tuple[float, float]:
    if error == 0 or not 0 < value < 1:
        return value, value
    centre, reach = np.log(value / (1 - value)), Z * error / (value * (1 - value))
    low, high = (float(1 / (1 + np.exp(-(centre + side * reach)))) for side in (-1, 1))
    return low, high


def _delong(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[NDArray, NDArray]:
    """Return areas, shape (k,), and their covariance, shape (k, k), of k scores of the same images."""
    m, n = int(positive.sum()), int((~positive).sum())
    ranks = np.stack([stats.rankdata(row) for row in scores])
    among_positive = np.stack([stats.rankdata(row[positive]) for row in scores])
    among_negative = np.stack([stats.rankdata(row[~positive]) for row in scores])
    of_positive = (ranks[:, positive] - among_positive) / n
    of_negative = 1 - (ranks[:, ~positive] - among_negative) / m
    covariance = sum(
        np.atleast_2d(np.cov(part)) / count if count > 1 else np.zeros((len(scores), len(scores)))
        for part, count in ((of_positive, m), (of_negative, n))
    )
    return of_positive.mean(axis=1), np.asarray(covariance)


def checked_scores(truth: ArrayLike, score: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Take truth and scores of the same images, both classes among them.

    Parameters
    ----------
    truth : array_like of bool, shape (n,)
        Whether the finding is there: True or False, or 1 or 0.
    score : array_like of float, shape (n,)
        Finite.

    Returns
    -------
    positive : ndarray of bool, shape (n,)
    values : ndarray of float64, shape (n,)

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `not_yes_or_no`, `not_a_number`, `not_finite` or `one_class_only`.
    """
    positive, values = checked_yes_or_no(truth), finite_numbers(score)
    if positive.ndim != 1 or positive.shape != values.shape:
        raise StatisticsInputError(
            f"Truth and scores must be two lists of one length; got {positive.shape} and {values.shape}.",
            code="length_mismatch",
        )
    if positive.all() or not positive.any():
        raise StatisticsInputError(
            "All images are of one class; a curve needs images with and without the finding.",
            code="one_class_only",
        )
    return positive, values
