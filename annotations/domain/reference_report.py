"""What readers of a campaign found of its reference exams, for whoever watches over it.

Readers stand in the order of their pseudonyms, and no figure sets one against another.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from annotations.ml_gateway.quality import Share, pooled_share
from annotations.models import Campaign, ReferenceScore


@dataclass(frozen=True, kw_only=True)
class ReferenceRow:
    """What one reader found of the references that she has read."""

    reader: str
    exams: int
    images: int
    length: Share
    segments: Share
    extra_mm: float | None


def reference_rows(campaign: Campaign, *, without_studies: Iterable[UUID] = ()) -> list[ReferenceRow]:
    """Give one row for each reader who has read a reference, by pseudonym.

    `without_studies` are exams to which whoever asks is blind.
    """
    scores: dict[str, list[ReferenceScore]] = defaultdict(list)
    found = ReferenceScore.objects.filter(label__exam__campaign=campaign, length_mm__isnull=False).exclude(
        label__exam__study__in=without_studies
    )
    for score in found.select_related(
        "annotation__reader", "annotation__assignment", "label__mammogram__study__patient"
    ).order_by("created_at"):
        scores[score.annotation.reader.pseudonym].append(score)
    return [_reference_row(reader, scores[reader]) for reader in sorted(scores)]


def _reference_row(reader: str, scores: Sequence[ReferenceScore]) -> ReferenceRow:
    patients = [score.label.mammogram.study.patient.code for score in scores]
    whole = [score.extra_mm for score in scores if score.extra_mm is not None]
    return ReferenceRow(
        reader=reader,
        exams=len({score.annotation.assignment_id for score in scores}),
        images=len(scores),
        length=pooled_share(
            [score.found_mm or 0.0 for score in scores],
            [score.length_mm or 0.0 for score in scores],
            patients,
        ),
        segments=pooled_share(
            [score.segments_found for score in scores], [score.segments for score in scores], patients
        ),
        extra_mm=sum(whole) / len(whole) if whole else None,
    )
