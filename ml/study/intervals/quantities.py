"""Agreement on lengths and areas, with intervals over patients."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ml.metrics.checks import checked_quantities, checked_table, finite_numbers
from ml.metrics.quantities import LIMITS_SD
from ml.metrics.resampling import Bootstrap
from ml.study.cluster_bootstrap import Sums, bootstrap_sums


@dataclass(frozen=True, kw_only=True)
class BlandAltmanIntervals:
    """Differences between two readers, second minus first, each figure with its interval over patients.

    Attributes
    ----------
    bias, lower_limit, upper_limit : Bootstrap
        Mean difference, and the mean minus and plus 1.96 standard deviations.
    """

    bias: Bootstrap
    lower_limit: Bootstrap
    upper_limit: Bootstrap


def icc_interval(ratings: ArrayLike, patients: Sequence[str], *, seed: int = 0) -> Bootstrap:
    """Give the intraclass correlation ICC(2,1) of lengths or areas its interval.

    Parameters
    ----------
    ratings : array_like of float, shape (n, n_readers)
        What each reader measured on each image; every cell filled.
    patients : sequence of str, length n
        Whose each image is.
    seed : int
        Of the draws.

    Returns
    -------
    icc : Bootstrap
        The value None where images do not differ, or there are fewer than two.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table`, `too_few_readers`, `length_mismatch`, `no_patient`, `not_finite` or
        `not_a_number`.

    Notes
    -----
    Two-way, absolute agreement, single reader: (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n), from
    sums over images of the values, their squares and the squared sums of rows [1]_.

    References
    ----------
    .. [1] P. E. Shrout, J. L. Fleiss, Intraclass correlations: uses in assessing rater reliability,
       Psychological Bulletin 86 (1979) 420-428, doi:10.1037/0033-2909.86.2.420.
    """
    table = finite_numbers(checked_table(ratings, least_subjects=0))
    # Taken from the mean, so that squares of large numbers do not swallow small differences.
    table = table - (table.mean() if table.size else 0.0)
    k = table.shape[1]
    terms = np.column_stack([np.ones(len(table)), (table**2).sum(axis=1), table.sum(axis=1) ** 2 / k, table])

    def icc(sums: Sums) -> Sums:
        n, squares, rows, readers = sums[:, 0], sums[:, 1], sums[:, 2], sums[:, 3:]
        centre = readers.sum(axis=1) ** 2 / (n * k)
        between_rows, between_readers = rows - centre, (readers**2).sum(axis=1) / n - centre
        left = np.maximum(squares - centre - between_rows - between_readers, 0)
        msr, msc, mse = between_rows / (n - 1), between_readers / (k - 1), left / ((n - 1) * (k - 1))
        whole = msr + (k - 1) * mse + k * (msc - mse) / n
        has_range = between_rows > 1e-12 * np.maximum(squares, 1e-300)
        return np.where((n > 1) & has_range, (msr - mse) / whole, np.nan)

    return bootstrap_sums(terms, patients, icc, seed=seed)


def concordance_correlation_interval(
    first: ArrayLike, second: ArrayLike, patients: Sequence[str], *, seed: int = 0
) -> Bootstrap:
    """Give Lin's concordance correlation of two readers, sides or views its interval.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The same subjects measured in two ways.
    patients : sequence of str, length n
        Whose each is.
    seed : int
        Of the draws.

    Returns
    -------
    ccc : Bootstrap
        The value None where nothing varies and both are equal.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, `not_finite` or `not_a_number`.

    Notes
    -----
    As `ml.metrics.quantities.concordance_correlation`.
    """
    x, y = checked_quantities(first, second, least=0)
    middle = float(np.concatenate([x, y]).mean()) if len(x) else 0.0
    x, y = x - middle, y - middle

    def ccc(sums: Sums) -> Sums:
        mean_x, mean_y, square_x, square_y, product = (sums[:, 1:] / sums[:, :1]).T
        spread = square_x - mean_x**2 + square_y - mean_y**2 + (mean_x - mean_y) ** 2
        return np.where(spread > 1e-300, 2 * (product - mean_x * mean_y) / spread, np.nan)

    terms = np.column_stack([np.ones(len(x)), x, y, x**2, y**2, x * y])
    return bootstrap_sums(terms, patients, ccc, seed=seed)


def bland_altman_intervals(
    first: ArrayLike, second: ArrayLike, patients: Sequence[str], *, seed: int = 0
) -> BlandAltmanIntervals:
    """Give bias and limits of agreement of two readers their intervals.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        What each measured on the same images.
    patients : sequence of str, length n
        Whose each image is.
    seed : int
        Of the draws.

    Returns
    -------
    intervals : BlandAltmanIntervals
        Values None of no image; limits None of one.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, `not_finite` or `not_a_number`.

    Notes
    -----
    Bias d and d -+ 1.96 s, s with n - 1, as in `ml.metrics.quantities.bland_altman`; intervals by the
    bootstrap, for images of one patient are not independent, which Student's t there takes them to be.
    """
    x, y = checked_quantities(first, second, least=0)
    difference = y - x
    middle = float(difference.mean()) if len(x) else 0.0
    off = difference - middle

    def shifted(by_sd: float) -> Bootstrap:
        def figure(sums: Sums) -> Sums:
            n, mean = sums[:, 0], sums[:, 1] / sums[:, 0]
            spread = np.sqrt(np.maximum(sums[:, 2] - n * mean**2, 0) / (n - 1)) if by_sd else 0.0
            return np.asarray(middle + mean + by_sd * spread)

        return bootstrap_sums(np.column_stack([np.ones(len(x)), off, off**2]), patients, figure, seed=seed)

    return BlandAltmanIntervals(
        bias=shifted(0.0), lower_limit=shifted(-LIMITS_SD), upper_limit=shifted(LIMITS_SD)
    )
