"""How wide the interval of an agreement will be: what exams read twice buy, before any is read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ml.errors import StatisticsInputError

NORMAL_975 = float(stats.norm.ppf(0.975))
WIDEST_KAPPA, WIDEST_MEAN = 2.0, 1.0  # the ranges of a kappa and of a Dice


@dataclass(frozen=True, kw_only=True)
class ExpectedWidth:
    """Upper end minus lower end of a 95 % interval that is still to be measured.

    Attributes
    ----------
    width : float
        Never more than the range of the measure: 2 for a kappa, 1 for a Dice.
    n_exams : int
        Exams that two readers read.
    assumed : dict of str to float
        What was assumed: of other values the width is another.
    definition : str
        How it was computed.
    """

    width: float
    n_exams: int
    assumed: dict[str, float]
    definition: str


def kappa_width(n_exams: int, *, kappa: float, shares: Sequence[float]) -> ExpectedWidth:
    """Expect the width of the interval of Cohen's kappa between two readers.

    Parameters
    ----------
    n_exams : int
        Exams that both read, 2 or more; each of another patient.
    kappa : float
        What the kappa will be, from 0 to 1 (1 itself has a width of 0).
    shares : sequence of float
        How often each category occurs, with either reader: (0.3, 0.7) where 30 % of exams have BAC. They add
        up to 1; each is above 0.

    Returns
    -------
    width : ExpectedWidth

    Raises
    ------
    StatisticsInputError
        With code `too_few_subjects`, `not_a_kappa` or `not_shares`.

    Notes
    -----
    2 x 1.96 times the square root of the asymptotic variance [1]_ of kappa, for readers with the same shares
    p who agree on the category i with the probability p_i^2 + kappa p_i (1 - p_i) and otherwise differ as
    chance has it, (1 - kappa) p_i p_j. Of two categories this is [2]_

        var = (1 - kappa) / n * ((1 - kappa) (1 - 2 kappa) + kappa (2 - kappa) / (2 p (1 - p))).

    References
    ----------
    .. [1] J. L. Fleiss, J. Cohen, B. S. Everitt, Large sample standard errors of kappa and weighted kappa,
       Psychological Bulletin 72 (1969) 323-327, doi:10.1037/h0028106.
    .. [2] A. Donner, M. Eliasziw, A goodness-of-fit approach to inference procedures for the kappa statistic,
       Statistics in Medicine 11 (1992) 1511-1519, doi:10.1002/sim.4780111109.

    Examples
    --------
    >>> round(kappa_width(200, kappa=0.7, shares=(0.3, 0.7)).width, 3)
    0.217
    """
    _check_exams(n_exams)
    p = np.asarray(shares, dtype=np.float64)
    if not 0 <= kappa <= 1:
        raise StatisticsInputError(
            f"The kappa {kappa!r} is not one to plan for; give a number from 0 to 1.", code="not_a_kappa"
        )
    if p.ndim != 1 or len(p) < 2 or not (p > 0).all() or not math.isclose(p.sum(), 1, abs_tol=1e-9):
        raise StatisticsInputError(
            f"The shares {tuple(shares)!r} are not those of two categories or more; give numbers above 0 "
            "that add up to 1.",
            code="not_shares",
        )
    joint = (1 - kappa) * np.outer(p, p) + kappa * np.diag(p)
    by_chance = float(p @ p)
    off_diagonal = joint - np.diag(np.diag(joint))
    on = float(np.diag(joint) @ (1 - 2 * p * (1 - kappa)) ** 2)
    off = (1 - kappa) ** 2 * float((off_diagonal * (p[:, None] + p) ** 2).sum())
    variance = (on + off - (kappa - by_chance * (1 - kappa)) ** 2) / (1 - by_chance) ** 2 / n_exams
    return ExpectedWidth(
        width=min(2 * NORMAL_975 * math.sqrt(max(variance, 0.0)), WIDEST_KAPPA),
        n_exams=n_exams,
        assumed={"kappa": kappa, **{f"share_{number}": float(one) for number, one in enumerate(p, 1)}},
        definition="Cohen's kappa: 2 x 1.96 standard errors by Fleiss, Cohen, Everitt; one exam per patient",
    )


def mean_width(n_exams: int, *, sd: float) -> ExpectedWidth:
    """Expect the width of the interval of a mean over exams, such as Dice or Dice^L.

    Parameters
    ----------
    n_exams : int
        Exams that both read and in which the measure is defined, 2 or more; each of another patient.
    sd : float
        Standard deviation of the measure between patients, above 0 and at most 0.5: the most that a number
        from 0 to 1 can have. Dice of BAC between readers has about 0.2.

    Returns
    -------
    width : ExpectedWidth

    Raises
    ------
    StatisticsInputError
        With code `too_few_subjects` or `not_a_spread`.

    Notes
    -----
    2 t sd / sqrt(n), t the 97.5 % quantile of Student's distribution with n - 1 degrees of freedom [1]_.

    References
    ----------
    .. [1] D. G. Altman, D. Machin, T. N. Bryant, M. J. Gardner, Statistics with Confidence, BMJ Books 2000,
       chapter 4.

    Examples
    --------
    >>> round(mean_width(200, sd=0.2).width, 3)
    0.056
    """
    _check_exams(n_exams)
    if not 0 < sd <= 0.5:
        raise StatisticsInputError(
            f"A standard deviation of {sd!r} is none of a measure from 0 to 1; give 0.5 or less, above 0.",
            code="not_a_spread",
        )
    t = float(stats.t.ppf(0.975, n_exams - 1))
    return ExpectedWidth(
        width=min(2 * t * sd / math.sqrt(n_exams), WIDEST_MEAN),
        n_exams=n_exams,
        assumed={"sd": sd},
        definition="mean of one value per patient: 2 t sd / sqrt(n)",
    )


def _check_exams(n_exams: int) -> None:
    if not isinstance(n_exams, int) or n_exams < 2:
        raise StatisticsInputError(
            f"{n_exams!r} exams read twice give no interval; plan 2 or more.", code="too_few_subjects"
        )
