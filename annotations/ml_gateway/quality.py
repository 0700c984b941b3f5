"""Shares and trends with their intervals, for figures about readings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.errors import MlError
from ml.metrics.classification import proportion
from ml.metrics.resampling import bootstrap_by_patient
from ml.metrics.trend import Trend, trend_of

RESAMPLES = 1000


@dataclass(frozen=True)
class Share:
    """A share with its interval of 95 %; None where it is not defined, with the reason in words."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    reason: str = ""


@dataclass(frozen=True)
class FittedLine:
    """Change for each unit along, with its interval, and where the line stands at 0."""

    slope: float
    low: float
    high: float
    intercept: float
    is_clear: bool


def pooled_share(parts: Sequence[float], wholes: Sequence[float], patients: Sequence[str]) -> Share:
    """Give the sum of parts over the sum of wholes its interval over patients; None where it has none."""
    if not parts or sum(wholes) == 0:
        return Share(None, None, None, len(parts), "nothing to find")
    part, whole = np.array(parts, dtype=float), np.array(wholes, dtype=float)

    def share(chosen: "np.ndarray") -> float | None:
        total = whole[chosen].sum()
        return float(part[chosen].sum() / total) if total else None

    try:
        found = bootstrap_by_patient(share, patients, resamples=RESAMPLES)
    except MlError:  # one patient alone cannot tell how patients differ
        return Share(float(part.sum() / whole.sum()), None, None, len(parts), "one patient")
    low, high = found.interval or (None, None)
    if low == high:
        # Where patients do not differ, drawing them anew says nothing, least of all that there is no doubt.
        return Share(found.value, None, None, len(parts), "no difference yet")
    return Share(found.value, low, high, len(parts))


def counted_share(successes: int, n: int) -> Share:
    """Give a share of counted things the interval of Wilson."""
    found = proportion(successes, n)
    low, high = found.interval or (None, None)
    return Share(found.value, low, high, n, "" if n else "none yet")


def fit_trend(along: Sequence[float], values: Sequence[float]) -> FittedLine | None:
    """Fit a line that odd points do not move; None with too few points."""
    trend: Trend | None = trend_of(along, values)
    if trend is None:
        return None
    return FittedLine(trend.slope, trend.low, trend.high, trend.intercept, trend.is_clear)
