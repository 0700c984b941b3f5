"""Which disputed segments of a campaign are for an expert, which of them are decided, and in what order."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from annotations.domain.consensus import current_consensuses
from annotations.enums import AdjudicationChoice, AssignmentState, SegmentOutcome
from annotations.models import (
    AdjudicationDecision,
    AdjudicationRequest,
    Campaign,
    ConsensusSegment,
    Disagreement,
    DisagreementVersion,
)

DECIDING = (
    AdjudicationChoice.READER,
    AdjudicationChoice.BOTH,
    AdjudicationChoice.NEITHER,
    AdjudicationChoice.REDRAW,
)


@dataclass(frozen=True, kw_only=True)
class AdjudicationProgress:
    """How far the disputed segments of a campaign are decided; lengths are of those still to be decided."""

    total: int
    decided: int
    waiting_mm: float
    waiting_without_mm: int


def standing_decisions(*, up_to: int | None = None) -> QuerySet[AdjudicationDecision]:
    """Give the decisions that count: in time, of the deciding kind, and not taken back (up to a number)."""
    decisions = AdjudicationDecision.objects.filter(choice__in=DECIDING, is_late=False)
    if up_to is None:
        return decisions.filter(undone_by__isnull=True)
    return decisions.filter(sequence__lte=up_to).exclude(undone_by__sequence__lte=up_to)


def disputed_segments(campaign: Campaign) -> QuerySet[Disagreement]:
    """Give the segments for an expert, decided or not: ties, and all of an image that was sent to her.

    A reading that was withdrawn counts at once, before the images are compared anew: what it drew is no
    longer disputed.
    """
    found = ConsensusSegment.objects.filter(
        disagreement=OuterRef("pk"), consensus__in=current_consensuses(campaign)
    )
    sent = AdjudicationRequest.objects.filter(campaign=campaign, mammogram=OuterRef("mammogram"))
    withdrawn = DisagreementVersion.objects.filter(disagreement=OuterRef("pk")).exclude(
        annotation__assignment__state=AssignmentState.SUBMITTED
    )
    return (
        Disagreement.objects.filter(campaign=campaign)
        .annotate(is_sent=Exists(sent))
        .filter(Exists(found.filter(outcome=SegmentOutcome.TIED)) | Q(is_sent=True) & Exists(found))
        .exclude(Exists(withdrawn))
        .annotate(is_decided=Exists(standing_decisions().filter(disagreement=OuterRef("pk"))))
    )


def waiting_segments(campaign: Campaign) -> QuerySet[Disagreement]:
    """Give what is left to decide: images that were sent first, then the longest; what is discussed, last."""
    discussed = AdjudicationDecision.objects.filter(
        disagreement=OuterRef("pk"), choice=AdjudicationChoice.DISCUSS, undone_by__isnull=True
    ).values("disagreement")
    return (
        disputed_segments(campaign)
        .filter(is_decided=False)
        .annotate(discussed=Subquery(discussed.annotate(last=Max("sequence")).values("last")))
        .order_by(
            F("discussed").asc(nulls_first=True),
            "-is_sent",
            F("length_mm").desc(nulls_last=True),
            "-length_px",
            "id",
        )
    )


def adjudication_progress(campaign: Campaign) -> AdjudicationProgress:
    is_waiting = Q(is_decided=False)
    sums = disputed_segments(campaign).aggregate(
        total=Count("id"),
        waiting=Count("id", filter=is_waiting),
        waiting_mm=Coalesce(Sum("length_mm", filter=is_waiting), 0.0, output_field=FloatField()),
        waiting_without_mm=Count("id", filter=is_waiting & Q(length_mm__isnull=True)),
    )
    return AdjudicationProgress(
        total=sums["total"],
        decided=sums["total"] - sums["waiting"],
        waiting_mm=sums["waiting_mm"],
        waiting_without_mm=sums["waiting_without_mm"],
    )
