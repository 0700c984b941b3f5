"""How many exams are read by how many, and which: shares as whole numbers, beside what is read already."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.errors import OverlapPlanError

Share = float | Fraction | Decimal


@dataclass(frozen=True)
class Problem:
    """Why what was asked for cannot be met; `code` as in `OverlapPlanError`."""

    code: str
    message: str


def share_counts(n_exams: int, shares: Mapping[int, Share]) -> dict[int, int]:
    """Turn shares into whole numbers of exams.

    Parameters
    ----------
    n_exams : int
        All exams.
    shares : mapping of int to float
        Number of readers, 2 or more, to the share of exams.

    Returns
    -------
    counts : dict of int to int
        Number of readers, in rising order and from 1, to exams; the sum is `n_exams`. Largest remainders, of
        equal ones the larger number of readers first, so that rounding costs no overlap.

    Raises
    ------
    OverlapPlanError
        With code `not_a_share` if shares are no numbers from 0 to 1 with a sum of at most 1, or belong to a
        number of readers below 2.

    Notes
    -----
    A share is taken as the decimal that it is written as: 0.29 of 100 exams are 29, though the nearest
    floating-point number to 0.29 is less.

    Examples
    --------
    >>> share_counts(10, {2: 0.25, 3: 0.05})
    {1: 7, 2: 2, 3: 1}
    """
    exact = {number: _as_fraction(share) for number, share in shares.items()}
    if any(not isinstance(number, int) or number < 2 for number in exact):
        raise OverlapPlanError(
            f"Shares were given for {sorted(exact)} readers; give them for 2 or more, for all other exams "
            "are read by one.",
            code="not_a_share",
        )
    rest = 1 - sum(exact.values(), Fraction(0))
    if rest < 0:
        percent = float(100 * (1 - rest))
        raise OverlapPlanError(
            f"The shares add up to {percent:.4g} % of the exams; lower them to 100 % or less.",
            code="not_a_share",
        )
    quotas = {number: n_exams * share for number, share in sorted({1: rest, **exact}.items())}
    counts = {number: int(quota) for number, quota in quotas.items()}
    by_remainder = sorted(quotas, key=lambda number: (quotas[number] - counts[number], number), reverse=True)
    for number in by_remainder[: n_exams - sum(counts.values())]:
        counts[number] += 1
    return {number: count for number, count in counts.items() if count or number == 1}


def draw_numbers(
    wanted: Mapping[int, int], read: NDArray[np.int64], most: NDArray[np.int64], random: Generator
) -> tuple[NDArray[np.int64], Problem | None]:
    """Draw for each exam by how many it is read, so that no reading that exists is one too many.

    Parameters
    ----------
    wanted : mapping of int to int
        Number of readers to exams, from `share_counts`.
    read : ndarray of int, shape (n_exams,)
        Readings that each exam already has.
    most : ndarray of int, shape (n_exams,)
        How many it can have, with all who can still read it.
    random : Generator
        Of the draw.

    Returns
    -------
    numbers : ndarray of int, shape (n_exams,)
        Readers of each exam: as wanted, or where that cannot be, as near to it as can be.
    problem : Problem or None
        Why it cannot be, in numbers.
    """
    numbers = np.ones(len(read), dtype=np.int64)
    is_open = np.ones(len(read), dtype=bool)
    problem, owed, moved_down = None, 0, 0
    for number in range(max(*wanted, int(read.max(initial=0))), 1, -1):
        must = np.flatnonzero(is_open & (read >= number))
        may = np.flatnonzero(is_open & (read < number) & (most >= number))
        asked = wanted.get(number, 0) + moved_down - owed
        taken = min(max(asked, len(must)), len(must) + len(may))
        owed, moved_down = max(taken - asked, 0), max(asked - taken, 0)
        if owed:
            problem = problem or _already_read(number, read, wanted)
        if moved_down:
            problem = problem or _too_few_readers(number, wanted, len(must) + len(may))
        lower = {size: count for size, count in wanted.items() if size < number}
        chosen = np.concatenate([must, _fill(may, read, taken - len(must), lower, random)])
        numbers[chosen] = number
        is_open[chosen] = False
    return numbers, problem


def _fill(
    may: NDArray[np.int64],
    read: NDArray[np.int64],
    room: int,
    lower: Mapping[int, int],
    random: Generator,
) -> NDArray[np.int64]:
    """Draw exams, first as many of those already read often as would not find room further down."""
    may = random.permutation(may)
    chosen = np.zeros(len(may), dtype=bool)
    for size in sorted(lower, reverse=True):
        if size < 2:
            continue
        room_below = sum(count for other, count in lower.items() if other >= size)
        often = np.flatnonzero(read[may] >= size)
        needed = min(len(often) - room_below - int(chosen[often].sum()), room - int(chosen.sum()))
        if needed > 0:
            chosen[often[~chosen[often]][:needed]] = True
    left = np.flatnonzero(~chosen)[: room - int(chosen.sum())]
    chosen[left] = True
    return may[chosen]


def _already_read(number: int, read: NDArray[np.int64], wanted: Mapping[int, int]) -> Problem:
    have = int((read >= number).sum())
    declared = sum(count for size, count in wanted.items() if size >= number)
    return Problem(
        "already_read_more",
        f"{have} exams have already been read by {number} or more, and the shares give {declared} exams to "
        f"so many readers; raise the shares so that {have} exams fit.",
    )


def _too_few_readers(number: int, wanted: Mapping[int, int], possible: int) -> Problem:
    declared = sum(count for size, count in wanted.items() if size >= number)
    return Problem(
        "too_few_readers",
        f"{declared} exams are to be read by {number}, and only {possible} exams can have {number} different "
        "readers; add readers, or have these exams read by fewer.",
    )


def _as_fraction(share: Share) -> Fraction:
    try:
        exact = share if isinstance(share, Fraction) else Fraction(str(share))
    except ValueError:
        exact = Fraction(-1)
    if not 0 <= exact <= 1:
        raise OverlapPlanError(
            f"The share {share!r} is not a number from 0 to 1; 0.2 means 20 % of the exams.",
            code="not_a_share",
        )
    return exact
