"""Whether a model's proposal, shown or hidden by lot, changed what readers marked and how long they took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ml.study.bias_trial import Effect, TrialReading, bias_trial
from ml.study.cluster_bootstrap import LEAST_PATIENTS
from ml.study.report.figure import Figure


@dataclass(frozen=True, kw_only=True)
class DrawnReading:
    """One image read under the lottery.

    Attributes
    ----------
    reader, image, patient : str
        Who read which image, and whose it is.
    is_shown : bool
        What the lottery gave: as assigned, whether or not she looked at it.
    is_kept : bool
        Whether she could read as assigned; a reading that was not is left out and counted.
    length_mm : float or None
        BAC that she marked; None where it is not measured, or the size of a pixel is not known.
    active_s : float or None
        How long she worked; None where no time was recorded.
    """

    reader: str
    image: str
    patient: str
    is_shown: bool
    length_mm: float | None
    active_s: float | None
    is_kept: bool = True


def proposal_figures(readings: Sequence[DrawnReading]) -> Iterator[Figure]:
    """Compare readings with the proposal shown and hidden.

    Parameters
    ----------
    readings : sequence of DrawnReading
        First readings of all that the lottery assigned; none where there was no lottery.

    Yields
    ------
    figure : Figure
        Length and time, for all readers and for each: both means, and their difference within readers.
    """
    for quantity, unit in (("length", "mm"), ("time", "s")):
        of_quantity = [one for one in readings if _value(one, quantity) is not None]
        measured = [one for one in of_quantity if one.is_kept]
        not_kept = [one for one in of_quantity if not one.is_kept]
        about = Figure(section="proposal", measure="", unit=unit, n_arm_not_kept=len(not_kept))
        if not measured:
            if not_kept:
                whole = _counted(about, measured)
                yield replace(whole, measure=f"{quantity}_shown_less_hidden", undefined="one_arm")
            continue
        trial = bias_trial([_trial_reading(one, quantity) for one in measured])
        place = 0 if quantity == "length" else 1
        yield from _of_effect((trial.length_mm, trial.active_s)[place], quantity, about, measured)
        for reader, effects in sorted(trial.readers.items()):
            hers = [one for one in measured if one.reader == reader]
            lost = sum(one.reader == reader for one in not_kept)
            about_her = replace(about, readers=(reader,), n_arm_not_kept=lost)
            yield from _of_effect(effects[place], quantity, about_her, hers)


def _value(one: DrawnReading, quantity: str) -> float | None:
    return one.length_mm if quantity == "length" else one.active_s


def _trial_reading(one: DrawnReading, quantity: str) -> TrialReading:
    """Give the one quantity that is looked at; a reading may lack the other."""
    value = _value(one, quantity) or 0.0
    return TrialReading(
        reader=one.reader,
        patient=one.patient,
        is_shown=one.is_shown,
        length_mm=value if quantity == "length" else 0.0,
        active_s=value if quantity == "time" else 0.0,
    )


def _of_effect(
    effect: Effect, quantity: str, about: Figure, measured: Sequence[DrawnReading]
) -> Iterator[Figure]:
    for arm, value in (("shown", effect.shown), ("hidden", effect.hidden)):
        of_arm = _counted(about, [one for one in measured if one.is_shown == (arm == "shown")])
        yield replace(
            of_arm,
            measure=f"{quantity}_{arm}",
            value=value,
            undefined="one_arm" if value is None else "",
            no_interval="" if value is None else "difference_alone",
        )
    low, high = effect.over_both or effect.over_patients or (None, None)
    whole = replace(_counted(about, measured), measure=f"{quantity}_shown_less_hidden")
    if effect.difference is None:
        yield replace(whole, undefined="one_arm")
        return
    reason = "one_patient" if whole.n_patients < LEAST_PATIENTS else "patients_alike"
    yield replace(
        whole, value=effect.difference, low=low, high=high, no_interval=reason if low is None else ""
    )


def _counted(about: Figure, measured: Sequence[DrawnReading]) -> Figure:
    return replace(
        about,
        n_images=len({one.image for one in measured}),
        n_patients=len({one.patient for one in measured}),
    )
