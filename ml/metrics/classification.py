"""How well yes and no are told apart at a cutoff, and which cutoff to choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import precision_recall_curve
from statsmodels.stats.proportion import proportion_confint

from ml.errors import StatisticsInputError
from ml.metrics.checks import STATISTICS_VERSION, check_choice, checked_yes_or_no
from ml.metrics.roc import checked_scores

INTERVALS = {"wilson": "of Wilson", "normal": "x +- 1.96 sqrt(x (1 - x) / n)"}


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """A share of images, with its interval.

    Attributes
    ----------
    value : float or None
        successes / n; None where n is 0.
    interval : tuple of float or None
        95 %.
    successes, n : int
        The counts.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    value: float | None
    interval: tuple[float, float] | None
    successes: int
    n: int
    definition: str
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class Operating:
    """What happens at one cutoff.

    Attributes
    ----------
    sensitivity, specificity, positive_predictive_value, negative_predictive_value, accuracy : Proportion
        Each with its counts.
    f1 : float or None
        None where nothing is positive, neither in truth nor by the answer.
    true_positives, false_positives, false_negatives, true_negatives : int
        Images.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    sensitivity: Proportion
    specificity: Proportion
    positive_predictive_value: Proportion
    negative_predictive_value: Proportion
    accuracy: Proportion
    f1: float | None
    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int
    definition: str = "counts of right and wrong answers; shares with the interval of Wilson; F1"
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class Cutoff:
    """The cutoff at which a measure is highest on the data that it was chosen on.

    Attributes
    ----------
    cutoff : float
        Answer yes from this score on.
    measure : float
        At that cutoff. On the data of the choice it is flattered: report it on other data.
    sweep : dict of float to float or None
        Every cutoff that was tried, in increasing order, and its measure, to be shown.
    definition : str
        Which measure, and which of several equal cutoffs.
    version : int
        Of the statistics of this package.
    """

    cutoff: float
    measure: float
    sweep: Mapping[float, float | None]
    definition: str
    version: int = STATISTICS_VERSION


def proportion(successes: int, n: int, *, method: Literal["wilson", "normal"] = "wilson") -> Proportion:
    """Give a share its interval.

    Parameters
    ----------
    successes, n : int
        Images that count, of all.
    method : {"wilson", "normal"}
        "normal" is x +- 1.96 sqrt(x (1 - x) / n), as often printed: too narrow for small n and shares near 0
        or 1, and patches or views of one patient are not independent.

    Returns
    -------
    share : Proportion
        None where n is 0.

    Raises
    ------
    StatisticsInputError
        With code `not_a_count` unless both are whole numbers and 0 <= successes <= n; `unknown_choice`.
    """
    check_choice(method, INTERVALS, of="method")
    are_whole = isinstance(successes, Integral) and isinstance(n, Integral)
    if not are_whole or not 0 <= successes <= n:
        raise StatisticsInputError(f"{successes} of {n} is not a share of a whole.", code="not_a_count")
    definition = f"share; interval {INTERVALS[method]}"
    if n == 0:
        return Proportion(value=None, interval=None, successes=0, n=0, definition=definition)
    low, high = proportion_confint(successes, n, method=method)
    return Proportion(
        value=successes / n,
        interval=(float(low), float(high)),
        successes=int(successes),
        n=int(n),
        definition=definition,
    )


def operating_point(truth: ArrayLike, answer: ArrayLike) -> Operating:
    """Count right and wrong answers.

    Parameters
    ----------
    truth, answer : array_like of bool, shape (n,)
        Whether the finding is there, and whether it was said to be: True or False, or 1 or 0. Cut
        probabilities first.

    Returns
    -------
    operating : Operating
        Shares with Wilson's interval; None where their denominator is 0.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` or `not_yes_or_no`.
    """
    actual, said = checked_yes_or_no(truth), checked_yes_or_no(answer)
    if actual.shape != said.shape or actual.ndim != 1:
        raise StatisticsInputError(
            f"Truth and answers must be two lists of one length; got {actual.shape} and {said.shape}.",
            code="length_mismatch",
        )
    tp, fp = int((actual & said).sum()), int((~actual & said).sum())
    fn, tn = int((actual & ~said).sum()), int((~actual & ~said).sum())
    return Operating(
        sensitivity=proportion(tp, tp + fn),
        specificity=proportion(tn, tn + fp),
        positive_predictive_value=proportion(tp, tp + fp),
        negative_predictive_value=proportion(tn, tn + fn),
        accuracy=proportion(tp + tn, tp + fp + fn + tn),
        f1=2 * tp / (2 * tp + fp + fn) if tp + fp + fn else None,
        true_positives=tp,
        false_positives=fp,
        false_negatives=fn,
        true_negatives=tn,
    )


def best_f1_cutoff(truth: ArrayLike, score: ArrayLike) -> Cutoff:
    """Choose, on validation data, the cutoff with the highest F1.

    Parameters
    ----------
    truth : array_like of bool, shape (n,)
        Whether the finding is there.
    score : array_like of float, shape (n,)
        Answer yes from the cutoff on.

    Returns
    -------
    cutoff : Cutoff
        One of the scores; the highest where several are as good.

    Raises
    ------
    StatisticsInputError
        As `auc`.
    """
    positive, values = checked_scores(truth, score)
    precision, recall, cutoffs = precision_recall_curve(positive, values)
    together = precision[:-1] + recall[:-1]
    f1 = np.divide(
        2 * precision[:-1] * recall[:-1], together, out=np.zeros_like(together), where=together > 0
    )
    return Cutoff(
        cutoff=float(cutoffs[np.flatnonzero(f1 == f1.max())[-1]]),
        measure=float(f1.max()),
        sweep=dict(zip(cutoffs.tolist(), f1.tolist(), strict=True)),
        definition="the highest score with the best F1",
    )


def best_cutoff_of_sweep(
    measure: Callable[[float], float | None], *, first: float = 0.05, last: float = 0.95, step: float = 0.05
) -> Cutoff:
    """Choose, on validation data, the cutoff at which a measure such as mean Dice is highest.

    Parameters
    ----------
    measure : callable
        From a cutoff to a number, None where it is not defined.
    first, last, step : float
        The cutoffs that are tried, both ends included.

    Returns
    -------
    cutoff : Cutoff
        The lowest of the best.

    Raises
    ------
    StatisticsInputError
        With code `undefined_everywhere` if the measure is None at every cutoff, `not_a_sweep` if the numbers
        name no cutoff.
    """
    if not (step > 0 and first <= last and np.isfinite([first, last, step]).all()):
        raise StatisticsInputError(
            f"From {first} to {last} in steps of {step} there is no cutoff; give a step above 0 and the "
            "lower end first.",
            code="not_a_sweep",
        )
    cutoffs = [round(float(cutoff), 10) for cutoff in np.arange(first, last + step / 2, step)]
    sweep = {cutoff: measure(cutoff) for cutoff in cutoffs}
    defined = {cutoff: value for cutoff, value in sweep.items() if value is not None}
    if not defined:
        raise StatisticsInputError(
            "The measure is not defined at any cutoff, so none can be chosen.", code="undefined_everywhere"
        )
    best = max(defined, key=lambda cutoff: (defined[cutoff], -cutoff))
    return Cutoff(
        cutoff=best,
        measure=defined[best],
        sweep=sweep,
        definition=f"the lowest of {len(cutoffs)} cutoffs with the best measure",
    )
