"""How well two ways to measure, or several readers, agree on quantities such as lengths and masses."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pingouin
from numpy.typing import ArrayLike
from scipy import stats

from ml.metrics.agreement import Agreement
from ml.metrics.checks import STATISTICS_VERSION, check_finite, checked_quantities, checked_table

LIMITS_SD = 1.96
IccForm = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)"]
# What pingouin calls the forms of Shrout and Fleiss: one-way, absolute agreement, consistency.
PINGOUIN_FORMS = {"ICC(1,1)": "ICC(1,1)", "ICC(2,1)": "ICC(A,1)", "ICC(3,1)": "ICC(C,1)"}


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
        difference grows with what is measured. None where the means are all equal.
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
        With its interval by the F distribution, rounded to two digits. None where all values are equal.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table`, `not_finite`, `too_few_readers` or `too_few_subjects` (less than 5).

    References
    ----------
    .. [1] P. E. Shrout, J. L. Fleiss, Intraclass correlations: uses in assessing rater reliability,
       Psychological Bulletin 86 (1979) 420-428, doi:10.1037/0033-2909.86.2.420.
    """
    table = checked_table(ratings, least_subjects=5).astype(np.float64)
    check_finite(table)
    subjects, readers = table.shape
    if np.ptp(table) == 0:
        return Agreement(
            value=None, n_subjects=subjects, n_readers=readers, definition=form, undefined="no_variation"
        )
    subject, reader = np.indices(table.shape)
    rows = pd.DataFrame({"subject": subject.ravel(), "reader": reader.ravel(), "value": table.ravel()})
    found = pingouin.intraclass_corr(rows, targets="subject", raters="reader", ratings="value")
    row = found.set_index("Type").loc[PINGOUIN_FORMS[form]]
    low, high = (float(end) for end in row["CI95"])
    return Agreement(
        value=float(row["ICC"]),
        interval=(low, high),
        n_subjects=subjects,
        n_readers=readers,
        definition=form,
    )


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
    line = stats.linregress(mean, difference) if np.ptp(mean) > 0 else None
    return BlandAltman(
        bias=bias,
        sd=sd,
        limits=limits,
        bias_interval=(bias - reach_bias, bias + reach_bias),
        lower_limit_interval=(limits[0] - reach_limit, limits[0] + reach_limit),
        upper_limit_interval=(limits[1] - reach_limit, limits[1] + reach_limit),
        proportional_slope=None if line is None else float(line.slope),
        proportional_p=None if line is None else float(line.pvalue),
        n=n,
    )


def correlations(first: ArrayLike, second: ArrayLike) -> dict[str, float | None]:
    """Compute Pearson's and Spearman's correlation and the share of variance explained.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The same subjects measured in two ways.

    Returns
    -------
    correlations : dict
        `pearson`, `spearman` and `r_squared` (the square of Pearson's); None where either does not vary.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or `not_finite`.
    """
    x, y = checked_quantities(first, second)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return dict.fromkeys(("pearson", "spearman", "r_squared"))
    pearson = float(stats.pearsonr(x, y).statistic)
    return {
        "pearson": pearson,
        "spearman": float(stats.spearmanr(x, y).statistic),
        "r_squared": pearson**2,
    }
