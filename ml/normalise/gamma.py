"""The exponent that brings the mean of an image to a target."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import bisect

from ml.errors import NormalisationRefusedError

SMALLEST_VALUE = 1e-4
SMALLEST_GAMMA, LARGEST_GAMMA = 1e-3, 1e3


def solve_gamma(
    values: NDArray[np.floating], *, target: float = 0.5, counts: NDArray[np.integer] | None = None
) -> float:
    """Find the exponent with which the mean of values becomes a target.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        In 0 to 1; values below 1e-4 count as 1e-4.
    target : float
        Wanted mean, between 0 and 1.
    counts : ndarray of int, shape (n,), optional
        How often each value occurs; once by default.

    Returns
    -------
    gamma : float
        So that mean(values ** gamma) is the target, by bisection of ln(gamma) between 1e-3 and 1e3: the mean
        falls as gamma grows, so there is one solution.

    Raises
    ------
    NormalisationRefusedError
        Code ``gamma_unreachable`` if no exponent gives that mean (no values, or so many of exactly 1 that the
        mean stays above it); ``normalisation_parameter`` if the target is not between 0 and 1.

    Notes
    -----
    Our own formulation of the usual automatic gamma: ln(target) / ln(mean) solves it for a constant image
    only.
    """
    if not 0 < target < 1:
        raise NormalisationRefusedError(
            f"The wanted mean is {target}; it must lie between 0 and 1.", code="normalisation_parameter"
        )
    given = np.clip(np.asarray(values, dtype=np.float64), SMALLEST_VALUE, 1.0)

    def excess(log_gamma: float) -> float:
        return float(np.average(given ** math.exp(log_gamma), weights=counts)) - target

    first, last = math.log(SMALLEST_GAMMA), math.log(LARGEST_GAMMA)
    if given.size == 0 or excess(first) < 0 or excess(last) > 0:
        raise NormalisationRefusedError(
            f"No exponent from {SMALLEST_GAMMA} to {LARGEST_GAMMA:.0f} brings the mean of the breast to "
            f"{target}: it is all but black or white.",
            code="gamma_unreachable",
        )
    return math.exp(bisect(excess, first, last, xtol=1e-12))
