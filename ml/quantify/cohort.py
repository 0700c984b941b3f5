"""What a group of patients has in common: the usual slope, and how far repeated readings differ."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ml.errors import SeriesRefusedError
from ml.quantify.longitudinal import Progression

RESAMPLES = 2000
NORMAL_95 = 1.96


@dataclass(frozen=True, kw_only=True)
class CohortSlope:
    """The usual change per year of a group.

    Attributes
    ----------
    median_per_year : float or None
        Median of the patients' slopes.
    interval_per_year : tuple of float or None
        95 % percentile interval over resamples of whole patients.
    patients, without_slope : int
        How many there are, and how many of them have no slope.
    reason, interval_reason : str or None
        Why a number is missing: `no_slope`, `one_patient`.
    """

    median_per_year: float | None
    interval_per_year: tuple[float, float] | None
    patients: int
    without_slope: int
    reason: str | None = None
    interval_reason: str | None = None


def cohort_slope(progressions: Sequence[Progression], *, seed: int = 0) -> CohortSlope:
    """Return the median slope of a group of patients with a bootstrap interval.

    Parameters
    ----------
    progressions : sequence of Progression
        One for each patient.
    seed : int
        Of the resampling; the same gives the same interval.

    Returns
    -------
    slope : CohortSlope
        Patients without a slope are counted apart.

    Notes
    -----
    2000 resamples of patients, percentile interval [1]_, from scipy. Exams of one patient are never drawn
    apart, because they are not independent.

    References
    ----------
    .. [1] B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, Chapman and Hall 1993.
    """
    slopes = [each.slope_per_year for each in progressions if each.slope_per_year is not None]
    interval, interval_reason = None, None
    if len(slopes) < 2:
        interval_reason = "one_patient" if slopes else "no_slope"
    else:
        drawn = stats.bootstrap(
            (np.array(slopes),),
            np.median,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
        interval = (float(drawn.low), float(drawn.high))
    return CohortSlope(
        median_per_year=float(np.median(slopes)) if slopes else None,
        interval_per_year=interval,
        patients=len(progressions),
        without_slope=len(progressions) - len(slopes),
        reason=None if slopes else "no_slope",
        interval_reason=interval_reason,
    )


@dataclass(frozen=True, kw_only=True)
class Repeatability:
    """How far two readings of the same thing differ.

    Attributes
    ----------
    within_sd : float
        Standard deviation of readings of one thing.
    band : float
        95 % of the differences of two readings are smaller: 1.96 times root 2 times that.
    degrees_of_freedom : int
        Readings less things.
    """

    within_sd: float
    band: float
    degrees_of_freedom: int


def repeatability(repeats: Sequence[Sequence[float]]) -> Repeatability:
    """Measure the noise of reading from repeated readings.

    Parameters
    ----------
    repeats : sequence of sequence of float
        For each image or exam all its readings by one reader or one program. Those read once add nothing.

    Returns
    -------
    repeatability : Repeatability
        0 where all readings of one thing agree.

    Raises
    ------
    SeriesRefusedError
        Code `no_repeats` if nothing was read twice, `value_invalid` for a value that is not finite.

    References
    ----------
    .. [1] J. M. Bland, D. G. Altman, Measurement error, BMJ 313 (1996) 744, doi:10.1136/bmj.313.7059.744.
    """
    groups = [np.asarray(readings, dtype=np.float64) for readings in repeats if len(readings) > 1]
    if not groups:
        raise SeriesRefusedError(
            "Nothing was read twice; read some images again to know the noise of reading.", code="no_repeats"
        )
    if not all(np.isfinite(group).all() for group in groups):
        raise SeriesRefusedError("A repeated reading is not a finite number.", code="value_invalid")
    freedom = sum(len(group) - 1 for group in groups)
    squares = sum(float(((group - group.mean()) ** 2).sum()) for group in groups)
    within_sd = float(np.sqrt(squares / freedom))
    return Repeatability(
        within_sd=within_sd, band=float(NORMAL_95 * np.sqrt(2) * within_sd), degrees_of_freedom=freedom
    )
