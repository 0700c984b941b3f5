"""Whether a model's proposal, shown or hidden by lot, changed what readers marked and how long they took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ml.study.bias_trial import Effect, TrialReading, bias_trial
from ml.study.report.figure import Figure


@dataclass(frozen=True, kw_only=True)
class DrawnReading:
    """One image read under the lottery.

    Attributes
    ----------
    reader, patient : str
        Who read, and whose image.
    is_shown : bool
        What the lottery gave: as assigned, whether or not she looked at it.
    length_mm : float or None
        BAC that she marked; None where it is not measured, or the size of a pixel is not known.
    active_s : float or None
        How long she worked; None where no time was recorded.
    """

    reader: str
    patient: str
    is_shown: bool
    length_mm: float | None
    active_s: float | None


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
        drawn = list(_trial_readings(readings, quantity))
        if not drawn:
            continue
        trial = bias_trial(drawn)
        place = 0 if quantity == "length" else 1
        n_patients = len({one.patient for one in drawn})
        about = Figure(section="proposal", measure="", unit=unit, n_patients=n_patients)
        yield from _of_effect((trial.length_mm, trial.active_s)[place], quantity, about)
        for reader, effects in sorted(trial.readers.items()):
            hers = len({one.patient for one in drawn if one.reader == reader})
            of_reader = replace(about, readers=(reader,), n_patients=hers)
            yield from _of_effect(effects[place], quantity, of_reader)


def _trial_readings(readings: Sequence[DrawnReading], quantity: str) -> Iterator[TrialReading]:
    """Leave out what lacks the quantity; the other one is not looked at."""
    for one in readings:
        value = one.length_mm if quantity == "length" else one.active_s
        if value is not None:
            yield TrialReading(
                reader=one.reader,
                patient=one.patient,
                is_shown=one.is_shown,
                length_mm=value if quantity == "length" else 0.0,
                active_s=value if quantity == "time" else 0.0,
            )


def _of_effect(effect: Effect, quantity: str, about: Figure) -> Iterator[Figure]:
    for arm, value, n in (
        ("shown", effect.shown, effect.n_shown),
        ("hidden", effect.hidden, effect.n_hidden),
    ):
        reason = "" if value is not None else "one_arm"
        yield replace(about, measure=f"{quantity}_{arm}", value=value, n_images=n, undefined=reason)
    low, high = effect.over_both or effect.over_patients or (None, None)
    yield replace(
        about,
        measure=f"{quantity}_shown_less_hidden",
        value=effect.difference,
        low=low,
        high=high,
        n_images=effect.n_shown + effect.n_hidden,
        undefined="" if effect.difference is not None else "one_arm",
    )
