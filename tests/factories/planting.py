"""Copies with calcification planted in them, made at once and not by a worker."""

from collections.abc import Sequence

from annotations.domain.planted_study import PlantedStudy, draw_copies, store_copies
from annotations.domain.reference_exam import take_planted_reference
from annotations.models import Campaign, Reader, ReferenceExam, Study


def plant_study(
    source: Study, lengths_mm: Sequence[float] = (8,), *, actor: Reader | None = None, seed: int = 4
) -> PlantedStudy:
    drawn = list(draw_copies(source, lengths_mm=lengths_mm, seed=seed))
    return store_copies(drawn, lengths_mm=lengths_mm, seed=seed, actor=actor)


def plant_reference(
    campaign: Campaign, source: Study, lengths_mm: Sequence[float] = (12,), *, actor: Reader | None = None
) -> ReferenceExam:
    planted = plant_study(source, lengths_mm, actor=actor)
    return take_planted_reference(campaign=campaign, planted=planted, maximum_tries=1, actor=actor)
