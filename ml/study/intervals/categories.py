"""Agreement on answers, with intervals over patients."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import StatisticsInputError
from ml.metrics.checks import check_categories, checked_pair
from ml.metrics.resampling import Bootstrap
from ml.study.cluster_bootstrap import Sums, bootstrap_sums


def kappa_interval(
    first: ArrayLike, second: ArrayLike, patients: Sequence[str], *, seed: int = 0
) -> Bootstrap:
    """Give Cohen's kappa of two readers its interval.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category that each reader gave each image or exam.
    patients : sequence of str, length n
        Whose each is.
    seed : int
        Of the draws.

    Returns
    -------
    kappa : Bootstrap
        The value None where both readers used one and the same category throughout.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, or `not_finite` if a category is missing.

    Notes
    -----
    As `ml.metrics.agreement.cohen_kappa`; an image adds one to its cell of the table of answers.
    """
    table, n_classes = _cells(first, second)

    def kappa(sums: Sums) -> Sums:
        cells = sums.reshape(-1, n_classes, n_classes)
        n = cells.sum(axis=(1, 2))
        agreed = np.trace(cells, axis1=1, axis2=2) / n
        by_chance = (cells.sum(axis=2) * cells.sum(axis=1)).sum(axis=1) / n**2
        return np.where(by_chance < 1, (agreed - by_chance) / (1 - by_chance), np.nan)

    return bootstrap_sums(table, patients, kappa, seed=seed)


def weighted_f1_interval(
    first: ArrayLike, second: ArrayLike, patients: Sequence[str], *, seed: int = 0
) -> Bootstrap:
    """Give the F1 of every category, weighted by how often the first names it, its interval.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category of each patient on one side (or view) and on the other.
    patients : sequence of str, length n
        Whose each is.
    seed : int
        Of the draws.

    Returns
    -------
    f1 : Bootstrap

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, or `not_finite` if a category is missing.

    Notes
    -----
    As `ml.metrics.agreement.weighted_f1`: sum over categories of n_c / n * 2 n_cc / (n_c + m_c), with n_c how
    often the first and m_c how often the second names c.
    """
    table, n_classes = _cells(first, second)

    def f1(sums: Sums) -> Sums:
        cells = sums.reshape(-1, n_classes, n_classes)
        by_first, by_second = cells.sum(axis=2), cells.sum(axis=1)
        both = np.diagonal(cells, axis1=1, axis2=2)
        either = by_first + by_second
        scores = 2 * both / np.where(either > 0, either, 1)
        return np.asarray((scores * by_first).sum(axis=1) / by_first.sum(axis=1))

    return bootstrap_sums(table, patients, f1, seed=seed)


def fleiss_interval(
    ratings: Sequence[Sequence[int | str | None]], patients: Sequence[str], *, seed: int = 0
) -> Bootstrap:
    """Give Fleiss' kappa of several readers its interval, where not all read the same exams.

    Parameters
    ----------
    ratings : sequence of sequence of int or str or None
        For each image or exam the category that each reader gave; None where she did not read it. What fewer
        than two readers read is left out.
    patients : sequence of str
        Whose each is.
    seed : int
        Of the draws.

    Returns
    -------
    kappa : Bootstrap
        The value None where all ratings are the same, or nothing was read by two.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, or `not_finite` if a category says nothing.

    Notes
    -----
    Where every image has the same number of ratings this is Fleiss' kappa [1]_. Otherwise each image counts
    once, with the share of its own pairs of ratings that agree and its own shares of categories [2]_.

    References
    ----------
    .. [1] J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971)
       378-382, doi:10.1037/h0031619.
    .. [2] K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition, Advanced Analytics 2014, chapter 2.
    """
    if len(ratings) != len(patients):
        raise StatisticsInputError(
            f"{len(ratings)} rows of ratings for {len(patients)} patients; expected one each.",
            code="length_mismatch",
        )
    rows = [
        ([one for one in row if one is not None], patient)
        for row, patient in zip(ratings, patients, strict=True)
    ]
    read = [(row, patient) for row, patient in rows if len(row) >= 2]
    given = [one for row, _ in read for one in row]
    check_categories(np.array(given, dtype=object))
    categories = {one: number for number, one in enumerate(sorted(set(given), key=str))}
    counts = np.zeros((len(read), len(categories)))
    for number, (row, _) in enumerate(read):
        np.add.at(counts[number], [categories[one] for one in row], 1)
    n = counts.sum(axis=1)
    agreed = (counts * (counts - 1)).sum(axis=1) / (n * (n - 1))
    terms = np.column_stack([np.ones(len(read)), agreed, counts / n[:, None]])

    def kappa(sums: Sums) -> Sums:
        by_chance = ((sums[:, 2:] / sums[:, :1]) ** 2).sum(axis=1)
        kappas = (sums[:, 1] / sums[:, 0] - by_chance) / (1 - by_chance)
        return np.where(by_chance < 1 - 1e-12, kappas, np.nan)

    return bootstrap_sums(terms, [patient for _, patient in read], kappa, seed=seed)


def _cells(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], int]:
    """Give each pair of answers a one in its cell of the table of answers."""
    a, b = checked_pair(first, second, least=0)
    check_categories(first)
    check_categories(second)
    classes, of_both = np.unique(np.concatenate([a, b]), return_inverse=True)
    of_a, of_b = np.split(of_both, 2)
    cells = np.zeros((len(a), len(classes) ** 2))
    cells[np.arange(len(a)), of_a * len(classes) + of_b] = 1
    return cells, len(classes)
