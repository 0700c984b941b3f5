"""Which disputed segments of a campaign are for an expert, which of them are decided, and in what order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from annotations.domain.campaign_reading import readings
from annotations.enums import AdjudicationChoice, Role, SegmentOutcome
from annotations.models import (
    AdjudicationDecision,
    AdjudicationRequest,
    Campaign,
    Consensus,
    ConsensusSegment,
    Disagreement,
    DisagreementVersion,
    Reader,
)
from annotations.rules import disagreements_visible_to

DECIDING = (
    AdjudicationChoice.READER,
    AdjudicationChoice.BOTH,
    AdjudicationChoice.NEITHER,
    AdjudicationChoice.REDRAW,
)


CROP_PX = 1536  # as much as a large screen shows beside the panel at 1:1, for the most part
MARGIN_PX = 192  # around a segment that is larger than the usual crop


@dataclass(frozen=True, kw_only=True)
class SegmentView:
    """A disputed segment as an expert sees it: what was drawn under letters, and what was asked about it."""

    segment: Disagreement
    marked_by: int
    read_by: int
    is_sent: bool
    versions: list[DisagreementVersion]
    notes: list[AdjudicationDecision]


@dataclass(frozen=True, kw_only=True)
class AdjudicationProgress:
    """How far one expert is with what she may decide; lengths are of what waits for her.

    `for_others` counts what waits and is another expert's to decide.
    """

    total: int
    decided: int
    for_others: int
    waiting_mm: float
    waiting_without_mm: int


def current_consensuses(campaign: Campaign, *, up_to: int | None = None) -> QuerySet[Consensus]:
    """Give the latest consensus of each image and label, or the latest up to a number."""
    counted = Consensus.objects.filter(campaign=campaign)
    if up_to is not None:
        counted = counted.filter(sequence__lte=up_to)
    later = counted.filter(
        mammogram=OuterRef("mammogram"), label=OuterRef("label"), sequence__gt=OuterRef("sequence")
    )
    return counted.exclude(Exists(later))


def standing_decisions(*, up_to: int | None = None) -> QuerySet[AdjudicationDecision]:
    """Give the decisions that count: in time, of the deciding kind, and not taken back (up to a number)."""
    decisions = AdjudicationDecision.objects.filter(choice__in=DECIDING, is_late=False)
    if up_to is None:
        return decisions.filter(undone_by__isnull=True)
    return decisions.filter(sequence__lte=up_to).exclude(undone_by__sequence__lte=up_to)


def disputed_segments(campaign: Campaign) -> QuerySet[Disagreement]:
    """Give the segments for an expert, decided or not: ties, and all of an image that was sent to her.

    A reading that was withdrawn or sent back counts no more at once, before the images are compared anew:
    what it drew is no longer disputed.
    """
    found = ConsensusSegment.objects.filter(
        disagreement=OuterRef("pk"), consensus__in=current_consensuses(campaign)
    )
    sent = AdjudicationRequest.objects.filter(campaign=campaign, mammogram=OuterRef("mammogram"))
    stands = readings(campaign).filter(pk=OuterRef("annotation"))
    fallen = DisagreementVersion.objects.filter(~Exists(stands), disagreement=OuterRef("pk"))
    return (
        Disagreement.objects.filter(campaign=campaign)
        .annotate(is_sent=Exists(sent))
        .filter(Exists(found.filter(outcome=SegmentOutcome.TIED)) | Q(is_sent=True) & Exists(found))
        .exclude(Exists(fallen))
        .annotate(is_decided=Exists(standing_decisions().filter(disagreement=OuterRef("pk"))))
    )


def drawn_by(reader: Reader) -> Exists:
    """Tell of a segment whether this person drew it, or a part of it, in her own reading."""
    return Exists(DisagreementVersion.objects.filter(disagreement=OuterRef("pk"), annotation__reader=reader))


def decidable_by(reader: Reader) -> Q:
    """Tell of a segment whether this expert may decide it: she neither drew it nor still reads its exam."""
    return Q(~drawn_by(reader), id__in=disagreements_visible_to(reader).values("id"))


def waiting_segments(campaign: Campaign) -> QuerySet[Disagreement]:
    """Give what is left to decide: images that were sent first, then the longest; what is discussed, last."""
    discussed = AdjudicationDecision.objects.filter(
        disagreement=OuterRef("pk"), choice=AdjudicationChoice.DISCUSS, undone_by__isnull=True
    ).values("disagreement")
    return (
        disputed_segments(campaign)
        .filter(Q(is_decided=False))
        .annotate(discussed=Subquery(discussed.annotate(last=Max("sequence")).values("last")))
        .order_by(
            F("discussed").asc(nulls_first=True),
            F("is_sent").desc(),
            F("length_mm").desc(nulls_last=True),
            "-length_px",
            "id",
        )
    )


def undecidable_count(campaign: Campaign) -> int:
    """Count what waits although every adjudicator there is drew it herself, or there is none."""
    drew = DisagreementVersion.objects.filter(
        disagreement=OuterRef(OuterRef("pk")), annotation__reader=OuterRef("pk")
    )
    others = Reader.objects.filter(~Exists(drew), role=Role.ADJUDICATOR, user__is_active=True)
    return waiting_segments(campaign).filter(~Exists(others)).count()


def adjudication_progress(campaign: Campaign, reader: Reader) -> AdjudicationProgress:
    """Count what this expert is, or was, to be asked; what is not hers to decide is counted apart."""
    is_hers, is_waiting = Q(is_hers=True), Q(is_decided=False)
    segments = disputed_segments(campaign).annotate(
        is_hers=ExpressionWrapper(decidable_by(reader), BooleanField())
    )
    hers = is_hers & is_waiting
    sums = segments.aggregate(
        total=Count("id", filter=is_hers),
        waiting=Count("id", filter=hers),
        for_others=Count("id", filter=~is_hers & is_waiting),
        waiting_mm=Coalesce(Sum("length_mm", filter=hers), 0.0, output_field=FloatField()),
        waiting_without_mm=Count("id", filter=hers & Q(length_mm__isnull=True)),
    )
    return AdjudicationProgress(
        total=sums["total"],
        decided=sums["total"] - sums["waiting"],
        for_others=sums["for_others"],
        waiting_mm=sums["waiting_mm"],
        waiting_without_mm=sums["waiting_without_mm"],
    )


def view_segments(campaign: Campaign, segments: Sequence[Disagreement]) -> list[SegmentView]:
    """Gather what an expert sees of some segments, with as many queries for many as for one."""
    ids = [segment.id for segment in segments]
    versions: dict[UUID, list[DisagreementVersion]] = defaultdict(list)
    for version in DisagreementVersion.objects.filter(disagreement__in=ids).order_by("letter"):
        versions[version.disagreement_id].append(version)
    notes: dict[UUID, list[AdjudicationDecision]] = defaultdict(list)
    asked = AdjudicationDecision.objects.filter(
        disagreement__in=ids, choice=AdjudicationChoice.DISCUSS, undone_by__isnull=True
    )
    for note in asked.select_related("adjudicator").order_by("sequence"):
        notes[note.disagreement_id].append(note)
    votes = {
        vote.disagreement_id: vote
        for vote in ConsensusSegment.objects.filter(disagreement__in=ids).order_by("consensus__sequence")
    }
    sent = set(
        AdjudicationRequest.objects.filter(
            campaign=campaign, mammogram__in=[segment.mammogram_id for segment in segments]
        ).values_list("mammogram_id", flat=True)
    )
    return [
        SegmentView(
            segment=segment,
            marked_by=votes[segment.id].marked_by,
            read_by=votes[segment.id].read_by,
            is_sent=segment.mammogram_id in sent,
            versions=versions[segment.id],
            notes=notes[segment.id],
        )
        for segment in segments
    ]


def crop_box(segment: Disagreement) -> tuple[int, int, int, int]:
    """Return the part of the image around a segment: a square of CROP_PX, larger where the segment is."""
    top, bottom = _stretch(segment.box[0], segment.box[2], segment.mammogram.rows)
    left, right = _stretch(segment.box[1], segment.box[3], segment.mammogram.columns)
    return top, left, bottom, right


def _stretch(first: int, past: int, size: int) -> tuple[int, int]:
    """Lay a stretch around another one, as far as the image reaches; at its edge it moves inwards."""
    length = min(size, max(CROP_PX, past - first + 2 * MARGIN_PX))
    start = min(max(0, (first + past - length) // 2), size - length)
    return start, start + length
