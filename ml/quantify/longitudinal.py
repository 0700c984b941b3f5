"""How a number changes over the years: slopes that never cross a change of machine, and reading noise."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

import numpy as np
from scipy import stats

from ml.errors import SeriesRefusedError

DAYS_PER_YEAR = 365.25
SAME_SPACING = 1e-3  # headers round
LEAST_READINGS_OF_INTERVAL = 4  # of Theil and Sen's: below, it spans all pairs and says nothing


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One number of one exam.

    Attributes
    ----------
    day : date
        Of the exam.
    value : float
        Length, area, mass or score; finite.
    machine, software : str
        Maker and model, and version; "" where not known.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing.
    """

    day: date
    value: float
    machine: str = ""
    software: str = ""
    pixel_spacing_mm: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Readings between two breaks.

    Attributes
    ----------
    readings : tuple of Reading
        In order of time.
    break_before : tuple of str
        What changed before it: `machine`, `software`, `pixel_spacing`; none for the first.
    slope_per_year : float or None
        Median of the slopes of all pairs.
    interval_per_year : tuple of float or None
        95 % interval of the slope.
    reason : str or None
        Why the slope is missing: `one_day`.
    interval_reason : str or None
        Why the interval is missing: `one_day` or `too_few_readings` (below four).
    """

    readings: tuple[Reading, ...]
    break_before: tuple[str, ...]
    slope_per_year: float | None = None
    interval_per_year: tuple[float, float] | None = None
    reason: str | None = None
    interval_reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Progression:
    """One patient's change over time.

    Attributes
    ----------
    segments : tuple of Segment
        One more than there are breaks.
    slope_per_year : float or None
        Median of the slopes of all pairs of readings that no break separates.
    reason : str or None
        Why it is missing: `one_day`.
    """

    segments: tuple[Segment, ...]
    slope_per_year: float | None
    reason: str | None


def progression(readings: Sequence[Reading]) -> Progression:
    """Measure how a patient's number changes.

    Parameters
    ----------
    readings : sequence of Reading
        One view, side or exam over time, in any order; a change of machine, software or pixel size is a break
        that no slope crosses.

    Returns
    -------
    progression : Progression

    Raises
    ------
    SeriesRefusedError
        Code `no_readings`, or `value_invalid` for a value that is not finite.

    Notes
    -----
    The slope of Theil [1]_ and Sen [2]_ with Sen's interval, from scipy. Two readings of one day count as two
    but make no slope with each other.

    References
    ----------
    .. [1] H. Theil, A rank-invariant method of linear and polynomial regression analysis, Proceedings of the
       KNAW 53 (1950) 386-392, 521-525, 1397-1412.
    .. [2] P. K. Sen, Estimates of the regression coefficient based on Kendall's tau, Journal of the American
       Statistical Association 63 (1968) 1379-1389, doi:10.1080/01621459.1968.10480934.
    """
    if not readings:
        raise SeriesRefusedError("There is no reading; a series has one or more.", code="no_readings")
    if not all(math.isfinite(reading.value) for reading in readings):
        raise SeriesRefusedError(
            "A reading has no finite value; leave out exams without one.", code="value_invalid"
        )
    ordered = sorted(readings, key=lambda reading: reading.day)
    starts = [0, *(k for k in range(1, len(ordered)) if _changes(ordered[k - 1], ordered[k])), len(ordered)]
    segments = tuple(
        _segment(ordered[first:past], _changes(ordered[first - 1], ordered[first]) if first else ())
        for first, past in pairwise(starts)
    )
    slopes = [slope for segment in segments for slope in _pair_slopes(segment.readings)]
    return Progression(
        segments=segments,
        slope_per_year=float(np.median(slopes)) if slopes else None,
        reason=None if slopes else "one_day",
    )


def _changes(before: Reading, after: Reading) -> tuple[str, ...]:
    changes = {
        "machine": before.machine != after.machine,
        "software": before.software != after.software,
        "pixel_spacing": not _is_same_spacing(before.pixel_spacing_mm, after.pixel_spacing_mm),
    }
    return tuple(name for name, is_changed in changes.items() if is_changed)


def _is_same_spacing(a: tuple[float, float] | None, b: tuple[float, float] | None) -> bool:
    if a is None or b is None:
        return a is b
    return bool(np.allclose(a, b, rtol=SAME_SPACING, atol=0))


def _years(readings: Sequence[Reading]) -> list[float]:
    return [(reading.day - readings[0].day).days / DAYS_PER_YEAR for reading in readings]


def _pair_slopes(readings: Sequence[Reading]) -> list[float]:
    points = zip(_years(readings), (reading.value for reading in readings), strict=True)
    return [(b[1] - a[1]) / (b[0] - a[0]) for a, b in combinations(points, 2) if b[0] != a[0]]


def _segment(readings: Sequence[Reading], break_before: tuple[str, ...]) -> Segment:
    part = tuple(readings)
    if part[0].day == part[-1].day:
        return Segment(readings=part, break_before=break_before, reason="one_day", interval_reason="one_day")
    fit = stats.theilslopes([reading.value for reading in part], _years(part), alpha=0.95)
    is_enough = len(part) >= LEAST_READINGS_OF_INTERVAL
    return Segment(
        readings=part,
        break_before=break_before,
        slope_per_year=float(fit.slope),
        interval_per_year=(float(fit.low_slope), float(fit.high_slope)) if is_enough else None,
        interval_reason=None if is_enough else "too_few_readings",
    )
