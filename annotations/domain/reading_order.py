"""In which order each reader meets her exams: at random, but no earlier exam of a patient after a later one.

A later exam would tell how it went on. So the exams of one patient take the random places of this patient in
the order of their days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from uuid import UUID

from annotations.models import Study


@dataclass(frozen=True)
class Dated:
    """An exam with what decides on its place."""

    study: UUID
    patient: UUID
    day: int | None


def dated(studies: Sequence[UUID]) -> dict[UUID, Dated]:
    rows = Study.objects.filter(id__in=studies).values_list("id", "patient_id", "shifted_day")
    return {study: Dated(study, patient, day) for study, patient, day in rows}


def random_order(exams: Sequence[Dated], *, seed: int, reader: UUID) -> list[UUID]:
    """Shuffle the exams of a reader; the same seed, reader and exams give the same order."""
    chance = Random(f"order {seed} {reader}")  # noqa: S311 - a lot that can be drawn again, no secret
    order = sorted(exams, key=lambda exam: exam.study)
    chance.shuffle(order)
    places: dict[UUID, list[int]] = {}
    for place, exam in enumerate(order):
        places.setdefault(exam.patient, []).append(place)
    result = [exam.study for exam in order]
    for of_patient in places.values():
        exams_by_day = sorted((order[place] for place in of_patient), key=_day)
        for place, exam in zip(of_patient, exams_by_day, strict=True):
            result[place] = exam.study
    return result


def _day(exam: Dated) -> tuple[bool, int]:
    return exam.day is None, exam.day or 0


def batch_of(position: int, batch_size: int) -> int:
    """Number the batches of a reader from 1; with no size there is one."""
    return (position - 1) // batch_size + 1 if batch_size else 1


def loads_of(readings: Sequence[tuple[UUID, UUID]]) -> Mapping[UUID, list[UUID]]:
    """Collect the exams of each reader."""
    by_reader: dict[UUID, list[UUID]] = {}
    for study, reader in readings:
        by_reader.setdefault(reader, []).append(study)
    return by_reader
