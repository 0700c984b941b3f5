"""How often each stored value occurs in the breast: all that statistics of a scale need."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STORED_VALUES = 2**16


@dataclass(frozen=True, kw_only=True)
class Levels:
    """The stored values of a set of pixels.

    Attributes
    ----------
    stored : ndarray of int64, shape (n,)
        Those that occur, ascending.
    counts : ndarray of int64, shape (n,)
        How often.
    """

    stored: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def total(self) -> int:
        """Count the pixels."""
        return int(self.counts.sum())

    def mean(self, scale: NDArray[np.float64]) -> float:
        """Average a scale, of shape (65536,), over the pixels."""
        return float(np.average(scale[self.stored], weights=self.counts))

    def standard_deviation(self, scale: NDArray[np.float64]) -> float:
        """Return the standard deviation of a scale, of shape (65536,), over the pixels."""
        values = scale[self.stored]
        spread = values - np.average(values, weights=self.counts)
        return float(np.sqrt(np.average(spread**2, weights=self.counts)))

    def percentile(self, scale: NDArray[np.float64], percent: float) -> float:
        """Return the smallest value of a scale that so many percent of the pixels do not exceed."""
        order = np.argsort(scale[self.stored])
        reached = np.cumsum(self.counts[order])
        index = int(np.searchsorted(reached, percent / 100 * reached[-1]))
        return float(scale[self.stored][order[min(index, len(order) - 1)]])


def levels_of(stored: NDArray[np.uint16], *, without: NDArray[np.bool_] | None = None) -> Levels:
    """Count stored values.

    Parameters
    ----------
    stored : ndarray of uint16, shape (n,)
        Stored values of the pixels.
    without : ndarray of bool, shape (65536,), optional
        True for stored values that do not count.

    Returns
    -------
    levels : Levels
        Empty for no pixels.
    """
    counts = np.bincount(stored, minlength=STORED_VALUES)
    if without is not None:
        counts[without] = 0
    present = np.flatnonzero(counts)
    return Levels(stored=present, counts=counts[present])
