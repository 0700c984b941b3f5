"""When a campaign will be read to its end, told from the days behind it, with an interval.

Each of FUTURES possible futures first draws, with replacement, a history from a reader's recent days (so
that few days make a wide interval), then draws day after day from it until her exams are read. The campaign
ends with its last reader. The interval holds the middle 80 % of the futures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

RECENT_DAYS = 28
FUTURES = 400
INTERVAL = (10, 50, 90)
HORIZON_DAYS = 730
LEAST_EXAMS = 5
LEAST_DAYS = 3


@dataclass(frozen=True)
class Pace:
    """What one reader has left, and how many exams she submitted on each of her recent days, oldest first.

    The days begin with the first exam she submitted, or with the oldest recent one.
    """

    name: str
    left: int
    per_day: Sequence[int]

    @property
    def is_known(self) -> bool:
        days = sum(count > 0 for count in self.per_day)
        return sum(self.per_day) >= LEAST_EXAMS and days >= LEAST_DAYS


@dataclass(frozen=True)
class Forecast:
    """The middle day and the interval; without them, `reason` says why there is no forecast."""

    expected: date | None = None
    earliest: date | None = None
    latest: date | None = None
    is_open_ended: bool = False
    reason: str = ""


def forecast_end(
    paces: Sequence[Pace], *, today: date, not_before: date | None = None, seed: int = 0
) -> Forecast:
    """Tell when all readers will have read what they have; the same days give the same forecast.

    `not_before` is the day on which the last exam opens: nobody can have read it earlier.
    """
    busy = [pace for pace in paces if pace.left]
    if not busy:
        return Forecast(reason="Nothing is left to read.")
    unknown = [pace.name for pace in busy if not pace.is_known]
    if unknown:
        return Forecast(
            reason=f"Too early to say: {_listed(unknown)} {'has' if len(unknown) == 1 else 'have'} exams "
            f"left and submitted fewer than {LEAST_EXAMS}, or on fewer than {LEAST_DAYS} days, in the last "
            f"{RECENT_DAYS} days."
        )
    random = np.random.default_rng(seed)
    days = np.max([_days_needed(pace, random) for pace in busy], axis=0)
    days = np.maximum(days, (not_before - today).days if not_before else 0)
    earliest, expected, latest = (int(day) for day in np.percentile(days, INTERVAL, method="higher"))
    return Forecast(
        expected=today + timedelta(days=expected),
        earliest=today + timedelta(days=earliest),
        latest=today + timedelta(days=latest),
        is_open_ended=latest >= HORIZON_DAYS,
    )


def _days_needed(pace: Pace, random: np.random.Generator) -> NDArray[np.int64]:
    """Draw of every future in how many days this reader is done; HORIZON_DAYS where that is not enough."""
    known = np.asarray(pace.per_day)
    histories = random.choice(known, size=(FUTURES, known.size))
    horizon = min(HORIZON_DAYS, int(4 * pace.left / known.mean()) + RECENT_DAYS)
    drawn = random.integers(known.size, size=(FUTURES, horizon))
    read = np.take_along_axis(histories, drawn, axis=1).cumsum(axis=1)
    is_done = read >= pace.left
    return np.where(is_done.any(axis=1), is_done.argmax(axis=1) + 1, HORIZON_DAYS)


def pace_of(name: str, left: int, submitted: Mapping[date, int], *, today: date) -> Pace:
    """Lay out the recent days of a reader; today is not over and does not count."""
    first = min(submitted, default=today)
    start = max(first, today - timedelta(days=RECENT_DAYS))
    length = (today - start).days
    return Pace(name, left, [submitted.get(start + timedelta(days=day), 0) for day in range(length)])


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
