"""How well two ways to measure, or several readers, agree on quantities such as lengths and masses."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from ml.metrics.agreement import Agreement
from ml.metrics.checks import (
    STATISTICS_VERSION,
    check_choice,
    checked_quantities,
    checked_table,
    finite_numbers,
)

LIMITS_SD = 1.96
IccForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"]
# What pingouin calls the forms of Shrout and Fleiss: one-way, absolute agreement, consistency.
PINGOUIN_FORMS = {"ICC(1,1)": "ICC(1,1)", "ICC(2,1)": "ICC(A,1)", "ICC(3,1)": "ICC(C,1)"}


ROUNDING = 1e-12  # of the largest quantity: differences that are nearer to each other are one difference


@dataclass(frozen=True, kw_only=True)
class Correlations:
    """How two ways to measure go together, whatever their scales.

    Attributes
    ----------
    pearson, spearman, r_squared : float or None
        By value, by rank, and the square of the first; None where either does not vary.
    n : int
        Pairs.
    undefined : str
        "" or the code of the reason: `no_variation`.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    pearson: float | None
    spearman: float | None
    r_squared: float | None
    n: int
    undefined: str = ""
    definition: str = "Pearson's correlation, its square, and Spearman's rank correlation"
    version: int = STATISTICS_VERSION


@dataclass(frozen=True, kw_only=True)
class BlandAltman:
    """Differences between two ways to measure, y minus x.

    Attributes
    ----------
    bias, sd : float
        Mean and standard deviation (n - 1) of the differences.
    limits : tuple of float
        bias - 1.96 sd and bias + 1.96 sd.
    bias_interval, lower_limit_interval, upper_limit_interval : tuple of float
        95 % intervals by Student's t; those of the limits with the standard error sd * sqrt(3 / n).
    proportional_slope, proportional_p : float or None
        Slope of the differences over the means, and the p value of its being 0: a slope says that the
        difference grows with what is measured. Both None where the means are all equal; 0 and None where the
        differences are, but for rounding: a level line, and nothing left to test it by.
    n : int
        Pairs.
    definition : str
        How it was computed.
    version : int
        Of the statistics of this package.
    """

    bias: float
    sd: float
    limits: tuple[float, float]
    bias_interval: tuple[float, float]
    lower_limit_interval: tuple[float, float]
    upper_limit_interval: tuple[float, float]
    proportional_slope: float | None
    proportional_p: float | None
    n: int
    definition: str = "differences second minus first; limits bias +- 1.96 sd"
    version: int = STATISTICS_VERSION


def intraclass_correlation(ratings: ArrayLike, *, form: IccForm = "ICC(2,1)") -> Agreement:
    """Compute an intraclass correlation of quantities, such as lengths.

    Parameters
    ----------
    ratings : array_like of float, shape (n_subjects, n_readers)
        The quantity that each reader measured on each subject; every cell filled.
    form : {"ICC(1,1)", "ICC(2,1)", "ICC(3,1)"}
        As Shrout and Fleiss name them: one-way; two-way with absolute agreement; two-way with consistency.

    Returns
    -------
    icc : Agreement
        With its interval by the F distribution [1]_. None where the subjects do not differ: there is nothing
        to tell apart. The interval alone is None where the readers agree exactly, so that no F ratio is left,
        and where they differ so much more than the subjects that the approximation of ICC(2,1) misses its
        own value, which is then below zero.

    Raises
    ------
    StatisticsInputError
        With code `unknown_choice`, `not_a_table`, `not_a_number`, `not_finite`, `too_few_readers` or
        `too_few_subjects` (less than 5).

    References
    ----------
    .. [1] P. E. Shrout, J. L. Fleiss, Intraclass correlations: uses in assessing rater reliability,
       Psychological Bulletin 86 (1979) 420-428, doi:10.1037/0033-2909.86.2.420.
    """
    import pingouin  # noqa: PLC0415 - half a second and matplotlib, which no page needs

    check_choice(form, PINGOUIN_FORMS, of="form")
    table = finite_numbers(checked_table(ratings, least_subjects=5))
    subjects, readers = table.shape
    subject, reader = np.indices(table.shape)
    rows = pd.DataFrame({"subject": subject.ravel(), "reader": reader.ravel(), "value": table.ravel()})
    with np.errstate(all="ignore"):
        found = pingouin.intraclass_corr(rows, targets="subject", raters="reader", ratings="value")
        found = found.set_index("Type")
        one_way, _, two_way = found.loc[list(PINGOUIN_FORMS.values()), "F"].to_numpy(dtype=np.float64)
        value = float(found["ICC"][PINGOUIN_FORMS[form]])
        interval = _icc_interval(form, value, one_way, two_way, table.shape)
    is_defined = bool((table != table[:1]).any() and np.isfinite(value))
    holds_value = interval[0] - ROUNDING <= value <= interval[1] + ROUNDING
    has_interval = (
        is_defined and holds_value and (table != table[:, :1]).any() and np.isfinite(interval).all()
    )
    return Agreement(
        value=value if is_defined else None,
        interval=interval if has_interval else None,
        n_subjects=subjects,
        n_readers=readers,
        definition=form,
        undefined="" if is_defined else "no_variation",
    )


def _icc_interval(
    form: IccForm, icc: float, one_way: float, two_way: float, shape: tuple[int, ...]
) -> tuple[float, float]:
    """Compute the interval from the F ratios of subjects against all else, and against what readers leave.

    Mean squares are in units of that between subjects: `residual` after subjects and readers, `readers`.
    """
    n, k = shape
    if form != "ICC(2,1)":
        ratio, left = (one_way, n * (k - 1)) if form == "ICC(1,1)" else (two_way, (n - 1) * (k - 1))
        low, high = ratio / stats.f.ppf(0.975, n - 1, left), ratio * stats.f.ppf(0.975, left, n - 1)
        return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))
    residual = 1 / two_way
    readers = n / one_way - (n - 1) * residual
    a, b = k * icc * readers / residual, n * (1 + (k - 1) * icc) - k * icc
    freedom = (n - 1) * (k - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    below, above = stats.f.ppf(0.975, n - 1, freedom), stats.f.ppf(0.975, freedom, n - 1)
    all_else = k * readers + (k * n - k - n) * residual
    low = n * (1 - below * residual) / (below * all_else + n)
    high = n * (above - residual) / (all_else + n * above)
    return float(low), float(high)


def concordance_correlation(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Compute Lin's concordance correlation: correlation that a shift or a scale also lowers.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The same subjects measured in two ways.

    Returns
    -------
    ccc : Agreement
        In [-1, 1]; variances by n, as printed [1]_. None where nothing varies and both are equal.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or `not_finite`.

    References
    ----------
    .. [1] L. I. Lin, A concordance correlation coefficient to evaluate reproducibility, Biometrics 45 (1989)
       255-268, doi:10.2307/2532051.
    """
    x, y = checked_quantities(first, second)
    definition = "Lin's concordance correlation coefficient"
    spread = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    if spread == 0:
        return Agreement(
            value=None, n_subjects=len(x), n_readers=2, definition=definition, undefined="no_variation"
        )
    covariance = float(((x - x.mean()) * (y - y.mean())).mean())
    return Agreement(
        value=2 * covariance / float(spread), n_subjects=len(x), n_readers=2, definition=definition
    )


def bland_altman(first: ArrayLike, second: ArrayLike) -> BlandAltman:
    """Describe the differences between two ways to measure.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The same subjects measured in two ways; differences are second minus first. Three subjects or more.

    Returns
    -------
    description : BlandAltman
        All limits equal the bias where every difference is the same.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or `not_finite`.

    References
    ----------
    .. [1] J. M. Bland, D. G. Altman, Measuring agreement in method comparison studies, Statistical Methods in
       Medical Research 8 (1999) 135-160, doi:10.1177/096228029900800204.
    """
    x, y = checked_quantities(first, second, least=3)
    difference, mean, n = y - x, (x + y) / 2, len(x)
    bias, sd = float(difference.mean()), float(difference.std(ddof=1))
    t = float(stats.t.ppf(0.975, n - 1))
    limits = (bias - LIMITS_SD * sd, bias + LIMITS_SD * sd)
    reach_bias, reach_limit = t * sd / np.sqrt(n), t * sd * np.sqrt(3 / n)
    slope, p = _proportional(mean, difference)
    return BlandAltman(
        bias=bias,
        sd=sd,
        limits=limits,
        bias_interval=(bias - reach_bias, bias + reach_bias),
        lower_limit_interval=(limits[0] - reach_limit, limits[0] + reach_limit),
        upper_limit_interval=(limits[1] - reach_limit, limits[1] + reach_limit),
        proportional_slope=slope,
        proportional_p=p,
        n=n,
    )


def _proportional(
    mean: NDArray[np.float64], difference: NDArray[np.float64]
) -> tuple[float | None, float | None]:
    if np.ptp(mean) == 0:
        return None, None
    if np.ptp(difference) <= ROUNDING * np.abs(mean).max():
        return 0.0, None
    line = stats.linregress(mean, difference)
    return float(line.slope), float(line.pvalue)


def correlations(first: ArrayLike, second: ArrayLike) -> Correlations:
    """Compute Pearson's and Spearman's correlation and the share of variance explained.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The same subjects measured in two ways.

    Returns
    -------
    correlations : Correlations

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or `not_finite`.
    """
    x, y = checked_quantities(first, second)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return Correlations(pearson=None, spearman=None, r_squared=None, n=len(x), undefined="no_variation")
    pearson = float(stats.pearsonr(x, y).statistic)
    return Correlations(
        pearson=pearson, spearman=float(stats.spearmanr(x, y).statistic), r_squared=pearson**2, n=len(x)
    )
