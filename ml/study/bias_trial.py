"""Whether a pre-annotation that was shown or hidden by lot changed what was found, and how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.metrics.checks import finite_numbers
from ml.metrics.resampling import RESAMPLES, checked_patients
from ml.study.cluster_bootstrap import percentiles, times_drawn

Array = NDArray[np.float64]
LEAST_READERS = 3  # of whom readers in general can be told
UNDEFINED = {
    "nothing_shown": "No reading was made with the pre-annotation shown.",
    "nothing_hidden": "No reading was made with the pre-annotation hidden.",
    "nobody_in_both": "No reader has read both with it shown and with it hidden.",
}


@dataclass(frozen=True, kw_only=True)
class TrialReading:
    """One exam or image read by one reader under the lottery.

    Attributes
    ----------
    reader, patient : str
        Who read, and whose exam.
    is_shown : bool
        What the lottery gave: as assigned, whether or not she looked at it.
    length_mm : float
        What she marked.
    active_s : float
        How long she worked.
    """

    reader: str
    patient: str
    is_shown: bool
    length_mm: float
    active_s: float


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Shown minus hidden.

    Attributes
    ----------
    shown, hidden : float or None
        Mean of the readings of either kind; None where there is none.
    difference : float or None
        Within readers: each reader's difference of means, weighted by n_shown n_hidden / (n_shown +
        n_hidden).
    over_patients : tuple of float or None
        95 % interval for these readers and other patients.
    over_both : tuple of float or None
        95 % interval for other readers and other patients; None of fewer than three readers.
    n_shown, n_hidden : int
        Readings.
    undefined : str
        "" or a code of `UNDEFINED`.
    """

    shown: float | None
    hidden: float | None
    difference: float | None
    over_patients: tuple[float, float] | None
    over_both: tuple[float, float] | None
    n_shown: int
    n_hidden: int
    undefined: str = ""


@dataclass(frozen=True, kw_only=True)
class BiasTrial:
    """The report of an automation-bias trial.

    Attributes
    ----------
    length_mm, active_s : Effect
        Of all readers.
    readers : dict of str to tuple of Effect
        Of each reader alone: length and time.
    seed : int
        Of the draws.
    definition : str
        How it was computed.
    """

    length_mm: Effect
    active_s: Effect
    readers: dict[str, tuple[Effect, Effect]]
    seed: int
    definition: str = (
        "shown minus hidden as assigned by lot, within readers (least squares with one level per reader); "
        "intervals are percentiles of resamples of patients, or of patients and readers each on their own"
    )


def bias_trial(readings: Sequence[TrialReading], *, draws: int = RESAMPLES, seed: int = 0) -> BiasTrial:
    """Compare readings made with the pre-annotation shown and hidden.

    Parameters
    ----------
    readings : sequence of TrialReading
        First readings of the campaign, all that the lottery assigned and that were submitted.
    draws : int
        Resamples.
    seed : int
        Of the draws.

    Returns
    -------
    trial : BiasTrial
        Effects are undefined, with a reason, where one arm is empty.

    Raises
    ------
    StatisticsInputError
        With code `no_patient`, `not_finite` or `not_a_number`; `no_resamples` below one draw.

    Notes
    -----
    The difference is the coefficient of a linear model with a level for each reader. Readings of one patient
    are not independent, nor are those of one reader: patients are drawn with all their readings, and, for the
    wider interval, readers too, each reading counting as often as its patient times as its reader was drawn
    [1]_. That interval is a little too wide rather than too narrow.

    References
    ----------
    .. [1] A. B. Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1 (2007) 386-411,
       doi:10.1214/07-AOAS122.

    Examples
    --------
    >>> rows = [
    ...     TrialReading(reader="a", patient=str(n), is_shown=n % 2 == 0, length_mm=n % 2, active_s=60)
    ...     for n in range(20)
    ... ]
    >>> bias_trial(rows).length_mm.difference
    -1.0
    """
    if draws < 1:
        raise StatisticsInputError(f"{draws} draws give no interval; ask for 1 or more.", code="no_resamples")
    names = sorted({reading.reader for reading in readings})

    def effects(some: Sequence[TrialReading]) -> tuple[Effect, Effect]:
        length, time = (
            _effect(some, finite_numbers(values), draws, seed)
            for values in ([one.length_mm for one in some], [one.active_s for one in some])
        )
        return length, time

    length_mm, active_s = effects(readings)
    return BiasTrial(
        length_mm=length_mm,
        active_s=active_s,
        readers={name: effects([one for one in readings if one.reader == name]) for name in names},
        seed=seed,
    )


def _effect(readings: Sequence[TrialReading], values: Array, draws: int, seed: int) -> Effect:
    shown = np.array([one.is_shown for one in readings], dtype=bool)
    means = [float(values[arm].mean()) if arm.any() else None for arm in (shown, ~shown)]
    sums = _sums(readings, values, shown)
    ones = np.ones((1, sums.shape[0])), np.ones((1, sums.shape[1]))
    difference = _difference(sums, *ones)
    reason = _reason(shown, is_defined=bool(np.isfinite(difference[0])))
    over_patients = over_both = None
    if not reason:
        patients = times_drawn(sums.shape[0], draws, seed)
        over_patients = percentiles(
            float(difference[0]), _difference(sums, patients, np.ones((len(patients), sums.shape[1])))
        )
        if sums.shape[1] >= LEAST_READERS and len(patients):
            over_both = percentiles(
                float(difference[0]),
                _difference(sums, patients, times_drawn(sums.shape[1], draws, seed + 1)),
            )
    return Effect(
        shown=means[0],
        hidden=means[1],
        difference=None if reason else float(difference[0]),
        over_patients=over_patients,
        over_both=over_both,
        n_shown=int(shown.sum()),
        n_hidden=int((~shown).sum()),
        undefined=reason,
    )


def _reason(shown: NDArray[np.bool_], *, is_defined: bool) -> str:
    if not shown.any():
        return "nothing_shown"
    if shown.all():
        return "nothing_hidden"
    return "" if is_defined else "nobody_in_both"


def _sums(readings: Sequence[TrialReading], values: Array, shown: NDArray[np.bool_]) -> Array:
    """Add up readings and values of either arm: patients, readers, (n and sum shown, n and sum hidden)."""
    patients, of_patient = np.unique(checked_patients([one.patient for one in readings]), return_inverse=True)
    names, of_reader = np.unique(np.array([one.reader for one in readings], dtype=str), return_inverse=True)
    sums = np.zeros((len(patients), len(names), 4))
    arm = np.where(shown, 0, 2)
    np.add.at(sums, (of_patient, of_reader, arm), 1.0)
    np.add.at(sums, (of_patient, of_reader, arm + 1), values)
    return sums


def _difference(sums: Array, patients: Array, readers: Array) -> Array:
    """Return the difference within readers of each resample; NaN where no reader is in both arms."""
    patient, reader, four = sums.shape
    per_reader = (patients @ sums.reshape(patient, reader * four)).reshape(len(patients), reader, four)
    n_shown, shown, n_hidden, hidden = np.moveaxis(per_reader, 2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = readers * n_shown * n_hidden / (n_shown + n_hidden)
        apart = shown / n_shown - hidden / n_hidden
        weight = np.where(np.isfinite(apart), weight, 0.0)
        return np.asarray((weight * np.where(weight > 0, apart, 0.0)).sum(axis=1) / weight.sum(axis=1))
