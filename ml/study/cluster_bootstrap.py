"""Intervals that draw patients with all of their images, for statistics of sums over images."""

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from ml.errors import StatisticsInputError
from ml.metrics.resampling import RESAMPLES, Bootstrap, checked_patients

LEAST_PATIENTS = 2
MIDDLE = 95.0
NO_WIDTH = 1e-5  # by this much the models of readers still move when they stop
DRAWS_KEPT = 2**22  # patients drawn, over all resamples: 32 MiB
Sums = NDArray[np.float64]


def bootstrap_sums(
    terms: ArrayLike,
    patients: Sequence[str],
    statistic: Callable[[Sums], Sums],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Bootstrap:
    """Give a statistic of sums over images its interval by drawing patients.

    Parameters
    ----------
    terms : array_like of float, shape (n_images, n_terms)
        What each image adds to each sum.
    patients : sequence of str, length n_images
        Whose each image is; none missing.
    statistic : callable
        From sums, shape (resamples, n_terms), to the number of each resample, shape (resamples,); NaN where
        it is not defined.
    resamples : int
        Draws.
    seed : int
        Of the draws; the same seed draws the same patients as `bootstrap_by_patient` does.

    Returns
    -------
    bootstrap : Bootstrap
        Equal to that of `bootstrap_by_patient`, in a fraction of its time. Without an interval, and no
        resample drawn, of fewer than two patients: how patients differ cannot be told from one. Without an
        interval too where they do not differ (see `percentiles`).

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch`, `no_patient`, or `no_resamples` below one draw.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall 1993.
    .. [2] C. A. Field, A. H. Welsh, Bootstrapping clustered data, Journal of the Royal Statistical Society B
       69 (2007) 369-390, doi:10.1111/j.1467-9868.2007.00593.x.
    """
    table = np.asarray(terms, dtype=np.float64)
    if table.ndim != 2 or len(table) != len(patients):
        raise StatisticsInputError(
            f"Terms of the shape {table.shape} for {len(patients)} images; expected one row for each image.",
            code="length_mismatch",
        )
    if resamples < 1:
        raise StatisticsInputError(
            f"{resamples} draws give no interval; ask for 1 or more.", code="no_resamples"
        )
    names, of_image = np.unique(checked_patients(patients), return_inverse=True)
    of_patient = np.zeros((len(names), table.shape[1]))
    np.add.at(of_patient, of_image, table)
    has_interval = len(names) >= LEAST_PATIENTS
    with np.errstate(divide="ignore", invalid="ignore"):
        value = statistic(of_patient.sum(axis=0, keepdims=True)) if len(names) else np.array([np.nan])
        drawn = _drawn(of_patient, statistic, resamples, seed) if has_interval else np.empty(0)
    return Bootstrap(
        value=float(value[0]) if np.isfinite(value[0]) else None,
        interval=percentiles(float(value[0]), drawn),
        n_patients=len(names),
        n_images=len(table),
        resamples=len(drawn),
        undefined_resamples=int((~np.isfinite(drawn)).sum()),
        seed=seed,
    )


def times_drawn(patients: int, resamples: int, seed: int) -> Sums:
    """Draw patients.

    Parameters
    ----------
    patients : int
        How many there are.
    resamples : int
        How often so many are drawn.
    seed : int
        Of the draws.

    Returns
    -------
    times : ndarray of float, shape (resamples, patients)
        How often each comes in each resample; no resample of fewer than two patients.
    """
    if patients < LEAST_PATIENTS:
        return np.zeros((0, patients))
    return _times(np.random.default_rng(seed), patients, resamples)


def percentiles(value: float, drawn: Sums, *, middle: float = MIDDLE) -> tuple[float, float] | None:
    """Take the middle of resamples, 95 % of them unless another share was found to hold as often.

    Parameters
    ----------
    value : float
        Of all patients; NaN where it is not defined.
    drawn : ndarray of float
        Of each resample; NaN where it is not defined.
    middle : float
        Share of resamples inside, in percent.

    Returns
    -------
    interval : tuple of float or None
        Widened to hold the value. None of no value or resample, where fewer than half are defined, and where
        all are the same: drawing patients who do not differ says nothing, least of all that no doubt is left.

    Examples
    --------
    >>> percentiles(0.5, np.array([0.5, 0.5, 0.5])) is None
    True
    >>> percentiles(0.0, np.array([1e-4, 1.0]))[0]
    0.0
    """
    defined = drawn[np.isfinite(drawn)]
    if not np.isfinite(value) or not len(defined) or 2 * len(defined) < len(drawn):
        return None
    low, high = np.percentile(defined, [50 - middle / 2, 50 + middle / 2])
    if high - low <= NO_WIDTH:
        return None
    return min(float(low), value), max(float(high), value)


def _drawn(of_patient: Sums, statistic: Callable[[Sums], Sums], resamples: int, seed: int) -> Sums:
    patients = len(of_patient)
    if resamples * patients <= DRAWS_KEPT:
        return statistic(_kept_times(patients, resamples, seed) @ of_patient)
    random = np.random.default_rng(seed)
    at_once = max(1, DRAWS_KEPT // patients)
    batches = [min(at_once, resamples - first) for first in range(0, resamples, at_once)]
    return np.concatenate([statistic(_times(random, patients, draws) @ of_patient) for draws in batches])


@functools.lru_cache(maxsize=1)
def _kept_times(patients: int, resamples: int, seed: int) -> Sums:
    """Draw once for all the measures of one pair of readers, which rest on the same patients."""
    return _times(np.random.default_rng(seed), patients, resamples)


def _times(random: Generator, patients: int, draws: int) -> Sums:
    """Return how often each patient comes in each resample."""
    chosen = random.integers(0, max(patients, 1), (draws, patients))
    chosen += np.arange(draws)[:, None] * patients
    return np.bincount(chosen.ravel(), minlength=draws * patients).reshape(draws, patients).astype(np.float64)
