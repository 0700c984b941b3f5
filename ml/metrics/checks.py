"""What statistics need of their numbers, and the refusals when they do not have it."""

import math
from collections.abc import Collection
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.errors import StatisticsInputError

# Raised whenever a statistic of this package would give another number for the same input.
STATISTICS_VERSION = 2
NUMBER = Real | np.bool_


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
        With code `length_mismatch`, `too_few_subjects`, `not_a_table` or, of masked arrays, `not_finite`.
    """
    a, b = as_array(first), as_array(second)
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
        With code `length_mismatch`, `too_few_subjects`, `not_a_number` or `not_finite`.
    """
    a, b = checked_pair(first, second, least=least)
    return finite_numbers(a), finite_numbers(b)


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
        With code `not_a_table`, `too_few_readers`, `too_few_subjects` or, of masked arrays, `not_finite`.
    """
    table = as_array(ratings)
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


def as_array(values: ArrayLike) -> NDArray:
    """Take values of any kind, of which none is masked out.

    Parameters
    ----------
    values : array_like
        The values; nested lists of one length each.

    Returns
    -------
    array : ndarray

    Raises
    ------
    StatisticsInputError
        With code `not_a_table` if nested lists differ in length, `not_finite` if a value is masked out.
    """
    if np.ma.is_masked(values):
        raise _missing("A value is masked out.")
    try:
        return np.asarray(values)
    except ValueError as error:
        raise StatisticsInputError(
            "The rows differ in length; give each the same number of values.", code="not_a_table"
        ) from error


def finite_numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Take numbers of which none is missing or infinite.

    Parameters
    ----------
    values : array_like of float, any shape
        The numbers.

    Returns
    -------
    numbers : ndarray of float64, of the same shape

    Raises
    ------
    StatisticsInputError
        With code `not_a_number` of anything else, `not_finite` of None, NaN and infinity.
    """
    array = as_array(values)
    is_missing_or_number = (value is None or isinstance(value, NUMBER) for value in array.ravel())
    if array.dtype.kind not in "biuf" and not all(is_missing_or_number):
        raise StatisticsInputError("A value is not a number.", code="not_a_number")
    numbers = array.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise _missing("A value is missing or infinite.")
    return numbers


def check_categories(values: ArrayLike) -> None:
    """Refuse categories of which one is missing: numpy would take it for a category of its own.

    Parameters
    ----------
    values : array_like, any shape
        As they came, before they are an array of one type.

    Raises
    ------
    StatisticsInputError
        With code `not_finite` unless each is a word, or a number that is finite.
    """
    for value in np.asarray(values, dtype=object).ravel():
        is_word = isinstance(value, str) and value.strip() != ""
        is_number = isinstance(value, NUMBER) and math.isfinite(value)
        if not is_word and not is_number:
            raise _missing(f"The category {value!r} says nothing.")


def checked_yes_or_no(values: ArrayLike) -> NDArray[np.bool_]:
    """Take answers that are yes or no and nothing else.

    Parameters
    ----------
    values : array_like of bool, any shape
        True or False, or 1 or 0.

    Returns
    -------
    is_yes : ndarray of bool, of the same shape

    Raises
    ------
    StatisticsInputError
        With code `not_yes_or_no` of anything else: a missing answer is not a yes, a probability no answer.
    """
    array = np.asarray(values, dtype=object)
    for value in [None] if np.ma.is_masked(values) else array.ravel():
        if not isinstance(value, NUMBER) or value not in (0, 1):
            raise StatisticsInputError(
                f"The answer {value!r} is neither yes nor no; give True or False, or 1 or 0, and leave out "
                "the subjects that lack one.",
                code="not_yes_or_no",
            )
    return array.astype(bool)


def check_choice(choice: object, choices: Collection[str], *, of: str) -> None:
    """Refuse a word that is not one of those that a statistic knows.

    Parameters
    ----------
    choice : object
        What was asked for.
    choices : collection of str
        What can be.
    of : str
        What is chosen, for the message.

    Raises
    ------
    StatisticsInputError
        With code `unknown_choice`.
    """
    if choice not in choices:
        raise StatisticsInputError(
            f"The {of} {choice!r} is not known; give one of {', '.join(choices)}.", code="unknown_choice"
        )


def _missing(what: str) -> StatisticsInputError:
    return StatisticsInputError(
        f"{what} Leave out the subjects that lack a value, and count them.", code="not_finite"
    )
