"""Shares and trends with their intervals, for figures about readings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.metrics.resampling import Bootstrap
from ml.metrics.trend import Trend, trend_of
from ml.study.cluster_bootstrap import bootstrap_sums

RESAMPLES = 1000
# Meant to hold in 95 of 100, an interval over two patients holds in 51, over four in 80, over ten in 90.
LEAST_PATIENTS = 5
NO_INTERVAL = {
    "patients_alike": "no difference yet",
    "often_undefined": "too few patients with anything to find",
}


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
    """Give the sum of parts over the sum of wholes its interval over patients, or say why it has none.

    Pieces of one patient, like lengths of one, are found or missed together: they are drawn with her.
    """
    found = bootstrap_sums(np.column_stack([parts, wholes]), patients, _share, resamples=RESAMPLES)
    if found.value is None:
        return Share(None, None, None, len(parts), "nothing to find" if parts else "none yet")
    if found.interval is None or found.n_patients < LEAST_PATIENTS:
        return Share(found.value, None, None, len(parts), _reason(found))
    return Share(found.value, *found.interval, len(parts))


def _share(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return sums[:, 0] / sums[:, 1]


def _reason(found: Bootstrap) -> str:
    if found.n_patients == 1:
        return "one patient"
    if found.n_patients < LEAST_PATIENTS:
        return f"fewer than {LEAST_PATIENTS} patients"
    return NO_INTERVAL[found.no_interval]


def fit_trend(along: Sequence[float], values: Sequence[float]) -> FittedLine | None:
    """Fit a line that odd points do not move; None with too few points."""
    trend: Trend | None = trend_of(along, values)
    if trend is None:
        return None
    return FittedLine(trend.slope, trend.low, trend.high, trend.intercept, trend.is_clear)
