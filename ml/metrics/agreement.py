"""How well readers agree on categories."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import StatisticsInputError
from ml.masks import Runs, area_px, intersection, intersection_area_px
from ml.metrics.checks import (
    STATISTICS_VERSION,
    check_categories,
    check_choice,
    checked_pair,
    checked_table,
)

Weights = Literal["linear", "quadratic"]
WEIGHTS = {"linear": 1, "quadratic": 2}  # the power of the distance


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


def cohen_kappa(first: ArrayLike, second: ArrayLike, *, weights: Weights | None = None) -> Agreement:
    """Compute Cohen's kappa of two readers.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category that each reader gave each subject.
    weights : {"linear", "quadratic"} or None
        For ordered categories given as whole numbers: how disagreement grows with their distance, which is
        the difference of the numbers whether or not anyone used those in between. The six classes of calcium
        mass are compared so.

    Returns
    -------
    kappa : Agreement
        None where both readers used one and the same category throughout.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects`, `unknown_choice`; `not_finite` if a category is
        missing; `not_ordered` if there are weights and a category is not a whole number.

    Notes
    -----
    1 minus the mean distance between the two readers over that between all pairs of one's answers with the
    other's [2]_; without weights, two different categories have the distance 1 [1]_.

    References
    ----------
    .. [1] J. Cohen, A coefficient of agreement for nominal scales, Educational and Psychological Measurement
       20 (1960) 37-46, doi:10.1177/001316446002000104.
    .. [2] J. Cohen, Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial
       credit, Psychological Bulletin 70 (1968) 213-220, doi:10.1037/h0026256.
    """
    if weights is not None:
        check_choice(weights, WEIGHTS, of="weighting")
    a, b = _checked_categories(first, second)
    classes, of_both = np.unique(np.concatenate([a, b]), return_inverse=True)
    of_a, of_b = np.split(of_both, 2)
    distance = _distance(classes, weights)
    share_a, share_b = (np.bincount(of, minlength=len(classes)) / len(a) for of in (of_a, of_b))
    by_chance = float(share_a @ distance @ share_b)
    value = None if by_chance == 0 else 1 - float(distance[of_a, of_b].mean()) / by_chance
    return Agreement(
        value=value,
        n_subjects=len(a),
        n_readers=2,
        definition="Cohen's kappa" + (f", {weights} weights" if weights else ""),
        undefined="no_variation" if value is None else "",
    )


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
        With code `not_a_table`, `too_few_readers`, `too_few_subjects`; `not_finite` if a category is
        missing.

    References
    ----------
    .. [1] J. L. Fleiss, Measuring nominal scale agreement among many raters, Psychological Bulletin 76 (1971)
       378-382, doi:10.1037/h0031619.
    """
    from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa  # noqa: PLC0415 - as in weighted_f1

    table = checked_table(ratings)
    check_categories(ratings)
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


def weighted_f1(first: ArrayLike, second: ArrayLike) -> Agreement:
    """Compare two sides or two views: F1 of every category, weighted by how often the first names it.

    Parameters
    ----------
    first, second : array_like of int or str, shape (n,)
        The category of each patient on one side (or view) and on the other.

    Returns
    -------
    f1 : Agreement
        In [0, 1].

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or, of a missing category, `not_finite`.
    """
    from sklearn.metrics import f1_score  # noqa: PLC0415 - a third of a second that no page needs

    a, b = _checked_categories(first, second)
    return Agreement(
        value=float(f1_score(a, b, average="weighted", zero_division=0)),
        n_subjects=len(a),
        n_readers=2,
        definition="F1 of each category, weighted by the first",
    )


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


def _checked_categories(first: ArrayLike, second: ArrayLike) -> tuple[NDArray, NDArray]:
    a, b = checked_pair(first, second, least=1)
    check_categories(first)
    check_categories(second)
    return a, b


def _distance(classes: NDArray, weights: Weights | None) -> NDArray[np.float64]:
    """Return how far apart each pair of classes is, shape (classes, classes)."""
    if weights is None:
        return (classes[:, None] != classes).astype(np.float64)
    if classes.dtype.kind not in "biuf" or (classes != np.floor(classes)).any():
        raise StatisticsInputError(
            "Only ordered classes, given as whole numbers, can be weighted by their distance; number the "
            "classes in their order, or ask for no weights.",
            code="not_ordered",
        )
    value = classes.astype(np.float64)
    return np.abs(value[:, None] - value) ** WEIGHTS[weights]
