"""Means over images, shares, and the F1 of segments, with intervals over patients."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from ml.errors import StatisticsInputError
from ml.metrics.checks import checked_quantities, finite_numbers
from ml.metrics.resampling import Bootstrap
from ml.study.cluster_bootstrap import Sums, bootstrap_sums


def mean_interval(values: Sequence[float | None], patients: Sequence[str], *, seed: int = 0) -> Bootstrap:
    """Give the mean of a measure over images (Dice, Dice^L, clDice) its interval.

    Parameters
    ----------
    values : sequence of float or None, length n
        The measure of each image; None, where it is not defined, is left out of the mean and nothing else.
    patients : sequence of str, length n
        Whose each image is.
    seed : int
        Of the draws.

    Returns
    -------
    mean : Bootstrap
        Of no image, or none where the measure is defined, the value None.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, `not_finite` or `not_a_number`.

    Examples
    --------
    >>> mean_interval([0.5, None, 0.7], ["a", "a", "b"]).value
    0.6
    """
    finite_numbers([value for value in values if value is not None])
    is_defined = np.array([value is not None for value in values], dtype=np.float64)
    numbers = np.array([0.0 if value is None else value for value in values], dtype=np.float64)
    return ratio_interval(numbers, is_defined, patients, seed=seed)


def ratio_interval(
    numerators: ArrayLike, denominators: ArrayLike, patients: Sequence[str], *, seed: int = 0
) -> Bootstrap:
    """Give a ratio of two sums over images its interval: a share of images, of segments, of millimetres.

    Parameters
    ----------
    numerators, denominators : array_like of float, shape (n,)
        What each image adds above and below the line.
    patients : sequence of str, length n
        Whose each image is.
    seed : int
        Of the draws.

    Returns
    -------
    ratio : Bootstrap
        The value None where the denominators add up to 0.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, `not_finite` or `not_a_number`.
    """
    above, below = checked_quantities(numerators, denominators, least=0)

    def ratio(sums: Sums) -> Sums:
        return np.asarray(sums[:, 0] / sums[:, 1])

    return bootstrap_sums(np.column_stack([above, below]), patients, ratio, seed=seed)


def detection_f1_interval(
    found: ArrayLike,
    reference: ArrayLike,
    true: ArrayLike,
    candidate: ArrayLike,
    patients: Sequence[str],
    *,
    seed: int = 0,
) -> Bootstrap:
    """Give the F1 of segments, pooled over images, its interval.

    Parameters
    ----------
    found, reference : array_like of int, shape (n,)
        Segments of one reader that the other found, and all of hers, in each image.
    true, candidate : array_like of int, shape (n,)
        Segments of the other reader that are not false, and all of hers.
    patients : sequence of str, length n
        Whose each image is.
    seed : int
        Of the draws.

    Returns
    -------
    f1 : Bootstrap
        Harmonic mean of recall and precision, as `ml.metrics` defines detection; the value None where neither
        reader marked a segment.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, `not_finite` or `not_a_number`.
    """
    one, all_one = checked_quantities(found, reference, least=0)
    other, all_other = checked_quantities(true, candidate, least=0)
    if len(one) != len(other):
        raise StatisticsInputError(
            f"{len(one)} and {len(other)} images were given; expected the same.", code="length_mismatch"
        )

    def f1(sums: Sums) -> Sums:
        recall, precision = (sums[:, place] / np.maximum(sums[:, place + 1], 1) for place in (0, 2))
        either = recall + precision
        score = np.where(either > 0, 2 * recall * precision / np.where(either > 0, either, 1), 0.0)
        return np.where(sums[:, 1] + sums[:, 3] > 0, score, np.nan)

    return bootstrap_sums(np.column_stack([one, all_one, other, all_other]), patients, f1, seed=seed)
