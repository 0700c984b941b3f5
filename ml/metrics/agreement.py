"""How well readers agree on categories, and every pair of readers on anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from ml.errors import StatisticsInputError
from ml.masks import Runs, area_px, intersection, intersection_area_px
from ml.metrics.checks import STATISTICS_VERSION, checked_pair, checked_table


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """One coefficient of agreement, with what it was computed from.

    Attributes
    ----------
    value : float or None
        The coefficient; None where it is not defined, for the reason in `undefined`.
    interval : tuple of float or None
        95 % confidence interval, where the method gives one.
    n_subjects, n_readers : int
        Images (or patients) and readers that it rests on.
    definition : str
        Which coefficient this is.
    undefined : str
        "" or the code of the reason: `no_variation`.
    version : int
        Of the statistics of this package.
    """

    value: float | None
    interval: tuple[float, float] | None = None
    n_subjects: int
    n_readers: int
    definition: str
    undefined: str = ""
    version: int = STATISTICS_VERSION


def cohen_kappa(
    first: ArrayLike, second: ArrayLike, *, weights: Literal["linear", "quadratic"] | None = None
) -> Agreement:
    """Compute Cohen's kappa of two readers.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category that each reader gave each subject.
    weights : {"linear", "quadratic"} or None
        For ordered categories given as whole numbers: how disagreement grows with their distance. The six
        classes of calcium mass are compared so.

    Returns
    -------
    kappa : Agreement
        None where both readers used one and the same category throughout.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` or `too_few_subjects`.

    References
    ----------
    .. [1] J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement
       20 (1960) 37-46, doi:10.1177/001316446002000104.
    """
    a, b = checked_pair(first, second, least=1)
    definition = "Cohen's kappa" + (f", {weights} weights" if weights else "")
    if len(np.unique(np.concatenate([a, b]))) == 1:
        return Agreement(
            value=None, n_subjects=len(a), n_readers=2, definition=definition, undefined="no_variation"
        )
    value = float(cohen_kappa_score(a, b, weights=weights))
    return Agreement(value=value, n_subjects=len(a), n_readers=2, definition=definition)


def fleiss(ratings: ArrayLike) -> Agreement:
    """Compute Fleiss' kappa of three readers or more.

    Parameters
    ----------
    ratings : array_like of int or str, shape (n_subjects, n_readers)
        The category that each reader gave each subject.

    Returns
    -------
    kappa : Agreement
        None where all ratings are the same.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table` or `too_few_readers`.

    References
    ----------
    .. [1] J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971)
       378-382, doi:10.1037/h0031619.
    """
    table = checked_table(ratings)
    counts, categories = aggregate_raters(table)
    subjects, readers = table.shape
    definition = "Fleiss' kappa"
    if len(categories) == 1:
        return Agreement(
            value=None,
            n_subjects=subjects,
            n_readers=readers,
            definition=definition,
            undefined="no_variation",
        )
    value = float(fleiss_kappa(counts))
    return Agreement(value=value, n_subjects=subjects, n_readers=readers, definition=definition)


def weighted_f1(first: ArrayLike, second: ArrayLike) -> float:
    """Compare two sides or two views: F1 of every category, weighted by how often the first names it.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category of each patient on one side (or view) and on the other.

    Returns
    -------
    f1 : float
        In [0, 1].

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` or `too_few_subjects`.
    """
    a, b = checked_pair(first, second, least=1)
    return float(f1_score(a, b, average="weighted", zero_division=0))


def pairwise(values: Sequence[Sequence[float | None]]) -> NDArray[np.float64]:
    """Average a measure of agreement for every pair of readers.

    Parameters
    ----------
    values : sequence of sequence
        One sequence per image: the symmetric table of that image, flattened row by row, shape
        (n_readers * n_readers,); None where undefined.

    Returns
    -------
    means : ndarray of float64, shape (n_readers, n_readers)
        NaN where a pair has no defined image.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table` if the sequences are not square tables of one size.
    """
    table = np.array([[np.nan if value is None else value for value in image] for image in values])
    side = int(np.sqrt(table.shape[-1])) if table.ndim == 2 else 0
    if table.ndim != 2 or side * side != table.shape[1]:
        raise StatisticsInputError("Expected one square table of readers per image.", code="not_a_table")
    defined = np.isfinite(table)
    total, count = np.where(defined, table, 0).sum(axis=0), defined.sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0).reshape(side, side)


def pixel_kappa(first: Runs, second: Runs, *, within: Runs) -> Agreement:
    """Compute Cohen's kappa of two masks, pixel by pixel inside a region.

    Parameters
    ----------
    first, second : Runs
        The masks of two readers.
    within : Runs
        Where pixels count, usually the breast: on the whole image the background would make any two readers
        agree.

    Returns
    -------
    kappa : Agreement
        Over the pixels of the region. None where both readers marked all of it, or nothing.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    a, b = intersection(first, within), intersection(second, within)
    pixels, in_a, in_b = area_px(within), area_px(a), area_px(b)
    definition = "Cohen's kappa of pixels inside a region"
    both = intersection_area_px(a, b)
    by_chance = (in_a * in_b + (pixels - in_a) * (pixels - in_b)) / pixels**2 if pixels else 1.0
    if by_chance == 1:
        return Agreement(
            value=None, n_subjects=pixels, n_readers=2, definition=definition, undefined="no_variation"
        )
    observed = (pixels - in_a - in_b + 2 * both) / pixels
    value = (observed - by_chance) / (1 - by_chance)
    return Agreement(value=value, n_subjects=pixels, n_readers=2, definition=definition)
