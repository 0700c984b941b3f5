"""What statistics need of their numbers, and the refusals when they do not have it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import StatisticsInputError

# Raised whenever a statistic of this package would give another number for the same input.
STATISTICS_VERSION = 1


def checked_pair(first: ArrayLike, second: ArrayLike, *, least: int) -> tuple[NDArray, NDArray]:
    """Take two lists of one length.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Any kind of value.
    least : int
        How many are needed.

    Returns
    -------
    a, b : ndarray, shape (n,)

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` or `too_few_subjects`.
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.ndim != 1 or a.shape != b.shape:
        raise StatisticsInputError(
            f"Two lists of one length are needed; got the shapes {a.shape} and {b.shape}.",
            code="length_mismatch",
        )
    if len(a) < least:
        raise StatisticsInputError(
            f"{len(a)} subjects are too few; {least} are needed.", code="too_few_subjects"
        )
    return a, b


def checked_quantities(first: ArrayLike, second: ArrayLike, *, least: int = 2) -> tuple[NDArray, NDArray]:
    """Take two lists of finite numbers of one length.

    Parameters
    ----------
    first, second : array_like of float, shape (n,)
        The numbers.
    least : int
        How many are needed.

    Returns
    -------
    a, b : ndarray of float64, shape (n,)

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `too_few_subjects` or `not_finite`.
    """
    a, b = checked_pair(first, second, least=least)
    quantities = a.astype(np.float64), b.astype(np.float64)
    for values in quantities:
        check_finite(values)
    return quantities


def checked_table(ratings: ArrayLike, *, least_subjects: int = 1) -> NDArray:
    """Take a table of subjects by readers.

    Parameters
    ----------
    ratings : array_like, shape (n_subjects, n_readers)
        Any kind of value.
    least_subjects : int
        How many are needed.

    Returns
    -------
    table : ndarray, shape (n_subjects, n_readers)

    Raises
    ------
    StatisticsInputError
        With code `not_a_table`, `too_few_readers` or `too_few_subjects`.
    """
    table = np.asarray(ratings)
    if table.ndim != 2:
        raise StatisticsInputError(
            f"A table of subjects by readers is needed; got the shape {table.shape}.", code="not_a_table"
        )
    if table.shape[1] < 2:
        raise StatisticsInputError("Two readers or more are needed.", code="too_few_readers")
    if table.shape[0] < least_subjects:
        raise StatisticsInputError(
            f"{table.shape[0]} subjects are too few; {least_subjects} are needed.", code="too_few_subjects"
        )
    return table


def check_finite(values: NDArray) -> None:
    """Refuse missing and infinite numbers.

    Parameters
    ----------
    values : ndarray of float, any shape
        The numbers.

    Raises
    ------
    StatisticsInputError
        With code `not_finite`.
    """
    if not np.isfinite(values).all():
        raise StatisticsInputError(
            "A value is missing or infinite. Leave out the subjects that lack one, and count them.",
            code="not_finite",
        )
