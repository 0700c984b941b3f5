"""How well the two breasts, and the two views of one breast, go together in what was read of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ml.errors import StatisticsInputError
from ml.metrics.resampling import Bootstrap
from ml.study.intervals import (
    concordance_correlation_interval,
    kappa_interval,
    ratio_interval,
    weighted_f1_interval,
)

Axis = Literal["sides", "views"]
Answer = Any  # bool, int or str, of one kind throughout: they are put in order
_Place = tuple[str, str, str, str]  # patient, exam, what does not change along the axis, place on it
LEFT, RIGHT, CC, MLO = "L", "R", "CC", "MLO"


@dataclass(frozen=True, kw_only=True)
class ViewReading:
    """What one reader, or a model, said of one image.

    Attributes
    ----------
    patient, exam : str
        Whose image it is, and of which exam.
    side : {"L", "R"}
        The breast.
    view : {"CC", "MLO"}
        The direction.
    answer : bool or int or str or None
        Of the question that is compared; None where it was not answered.
    length_mm : float or None
        Marked length; None where it is not known.
    """

    patient: str
    exam: str
    side: Literal["L", "R"]
    view: Literal["CC", "MLO"]
    answer: Answer | None = None
    length_mm: float | None = None


@dataclass(frozen=True, kw_only=True)
class Concordance:
    """Pairs of images of one exam: left beside right of one view, or CC beside MLO of one breast.

    Attributes
    ----------
    n_answers, n_lengths : int
        Pairs in which both images have an answer, or a length.
    weighted_f1, kappa, agreement : Bootstrap
        Of the answers: F1 of each category weighted by how often the left side, or CC, names it; Cohen's
        kappa; share of equal answers.
    length_concordance : Bootstrap
        Lin's concordance correlation of the lengths.
    definition : str
        How pairs were made.
    """

    n_answers: int
    n_lengths: int
    weighted_f1: Bootstrap
    kappa: Bootstrap
    agreement: Bootstrap
    length_concordance: Bootstrap
    definition: str


DEFINITIONS = {
    "sides": "left beside right, of one exam and view",
    "views": "CC beside MLO, of one exam and breast",
}


def concordance(readings: Sequence[ViewReading], *, axis: Axis, seed: int = 0) -> Concordance:
    """Compare the two sides, or the two views, of each exam.

    Parameters
    ----------
    readings : sequence of ViewReading
        Of one reader or one reference standard. Of several images of one view of one breast the highest
        answer and the greatest length count.
    axis : {"sides", "views"}
        Left with right, or CC with MLO.
    seed : int
        Of the draws.

    Returns
    -------
    concordance : Concordance
        Values None where there is no pair.

    Raises
    ------
    StatisticsInputError
        With code `unknown_choice` if the axis, a side or a view is none of those named; `no_patient`.

    Notes
    -----
    Calcified arteries are mostly alike on both sides, so that two sides or views that differ point to a label
    that is worth a second look. Figure 10 of the published label-correction method (2022) gives the weighted
    F1 of readers and of its model.

    Examples
    --------
    >>> both = [
    ...     ViewReading(patient=str(n), exam=str(n), side=side, view="CC", answer=n < 5)
    ...     for n in range(10)
    ...     for side in ("L", "R")
    ... ]
    >>> concordance(both, axis="sides").weighted_f1.value
    1.0
    """
    if axis not in DEFINITIONS:
        raise StatisticsInputError(
            f"The axis {axis!r} is not known; give one of {', '.join(DEFINITIONS)}.", code="unknown_choice"
        )
    one, other = (LEFT, RIGHT) if axis == "sides" else (CC, MLO)
    answers: dict[_Place, Answer] = {}
    lengths: dict[_Place, float] = {}
    for reading in readings:
        _check(reading)
        on_axis, beside = (reading.side, reading.view) if axis == "sides" else (reading.view, reading.side)
        key = (reading.patient, reading.exam, beside, on_axis)
        if reading.answer is not None:
            answers[key] = max(answers.get(key, reading.answer), reading.answer)
        if reading.length_mm is not None:
            lengths[key] = max(lengths.get(key, reading.length_mm), reading.length_mm)
    first, second, patients = _pairs(answers, one, other)
    first_mm, second_mm, patients_mm = _pairs(lengths, one, other)
    equal = [float(a == b) for a, b in zip(first, second, strict=True)]
    return Concordance(
        n_answers=len(first),
        n_lengths=len(first_mm),
        weighted_f1=weighted_f1_interval(first, second, patients, seed=seed),
        kappa=kappa_interval(first, second, patients, seed=seed),
        agreement=ratio_interval(equal, [1.0] * len(equal), patients, seed=seed),
        length_concordance=concordance_correlation_interval(first_mm, second_mm, patients_mm, seed=seed),
        definition=DEFINITIONS[axis],
    )


def _check(reading: ViewReading) -> None:
    if reading.side not in (LEFT, RIGHT) or reading.view not in (CC, MLO):
        raise StatisticsInputError(
            f"An image is of the side {reading.side!r} and the view {reading.view!r}; only L and R, and CC "
            "and MLO, are compared. Leave other images out.",
            code="unknown_choice",
        )


def _pairs(found: dict[_Place, Any], one: str, other: str) -> tuple[list[Any], list[Any], list[str]]:
    """Put together what is there of both, and whose it is."""
    pairs = [
        (value, found[patient, exam, beside, other], patient)
        for (patient, exam, beside, on_axis), value in found.items()
        if on_axis == one and (patient, exam, beside, other) in found
    ]
    first, second, patients = zip(*pairs, strict=True) if pairs else ((), (), ())
    return list(first), list(second), list(patients)
