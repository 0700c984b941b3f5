"""How a quantity changes along another one, robust against single odd values, with its interval."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from ml.errors import StatisticsInputError

# With fewer points the interval of a median of slopes says nothing.
LEAST_POINTS = 8
CONFIDENCE = 0.95


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A straight line through points.

    Attributes
    ----------
    slope, low, high : float
        Change of the quantity for each unit along, and its interval of 95 %.
    intercept : float
        Of the line, at 0.
    n : int
        Points.
    definition : str
        What the numbers are.
    """

    slope: float
    low: float
    high: float
    intercept: float
    n: int
    definition: str = "Theil-Sen: median of the slopes between all pairs of points; 95 % interval of Sen"

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def trend_of(along: ArrayLike, values: ArrayLike) -> Trend | None:
    """Fit a line that a few odd points do not move.

    Parameters
    ----------
    along, values : array_like of float, shape (n,)
        Where each value stands, and the value.

    Returns
    -------
    trend : Trend or None
        None with fewer than 8 points, or where all stand at one place.

    Raises
    ------
    StatisticsInputError
        Code `length_mismatch` or `not_finite`.

    Notes
    -----
    The slope is the median of the slopes between all pairs of points, its interval that of Sen [1]_, which
    follows from the ranks of these slopes. It takes points as independent; exams of one session are not
    quite, so the true interval is a little wider.

    References
    ----------
    .. [1] P. K. Sen, "Estimates of the regression coefficient based on Kendall's tau", J. Am. Stat. Assoc.
       63, 1968.

    Examples
    --------
    >>> trend = trend_of(range(10), [2.0 * i + 1 for i in range(9)] + [500.0])
    >>> trend.slope, trend.intercept
    (2.0, 1.0)
    """
    x, y = np.asarray(along, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if x.shape != y.shape or x.ndim != 1:
        raise StatisticsInputError(
            f"{x.size} places came for {y.size} values; expected one each.", code="length_mismatch"
        )
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise StatisticsInputError("A place or a value is not a finite number.", code="not_finite")
    if x.size < LEAST_POINTS or np.ptp(x) == 0:
        return None
    slope, _, low, high = stats.theilslopes(y, x, alpha=CONFIDENCE)
    intercept = float(np.median(y - slope * x))
    return Trend(slope=float(slope), low=float(low), high=float(high), intercept=intercept, n=int(x.size))
