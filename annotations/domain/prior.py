"""Other exams of the same person, to be looked at beside the one that is read: pictures, never labels."""

from dataclasses import dataclass

from annotations.domain.exam_hanging import HungImage, hang_images
from annotations.models import Mammogram, Reader, Study
from annotations.rules import can_see_priors, mammograms_visible_to


@dataclass(frozen=True)
class Prior:
    """An earlier exam; `days_before` is None where the dates do not say how much earlier, or whether."""

    study: Study
    days_before: int | None
    images: list[HungImage]


def prior_exams(study: Study, reader: Reader) -> list[Prior]:
    """Return the earlier exams of a person, the latest first, and behind them those without a date.

    There are none where the exam is read for a campaign that leaves them out.
    """
    if not can_see_priors(reader, study):
        return []
    visible = mammograms_visible_to(reader).filter(study__patient=study.patient_id).exclude(study=study)
    by_study: dict[Study, list[Mammogram]] = {}
    for mammogram in visible.select_related("study").order_by("created_at"):
        by_study.setdefault(mammogram.study, []).append(mammogram)
    priors = [
        Prior(other, days, hang_images(images))
        for other, images in by_study.items()
        if (days := _days_between(other, study)) is None or days > 0
    ]
    return sorted(priors, key=lambda prior: (prior.days_before is None, prior.days_before or 0))


def _days_between(earlier: Study, later: Study) -> int | None:
    if earlier.shifted_day is None or later.shifted_day is None:
        return None
    return later.shifted_day - earlier.shifted_day
