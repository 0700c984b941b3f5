"""Which exam a reader reads next, and why there is none."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Exists, F, Max, Min, OrderBy, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.domain import gate, guideline
from annotations.domain.reading_pool import (
    campaigns_open_to,
    free_slots,
    lapsed_slots,
    take_from_pool,
)
from annotations.enums import AssignmentState
from annotations.errors import ExamNotOpenError
from annotations.models import Annotation, Assignment, Campaign, Mammogram, PoolSlot, Reader
from annotations.rules import assignments_visible_to, unfinished


@dataclass(frozen=True)
class Waiting:
    """Why a reader who asks for the next exam gets none, and what she can do."""

    unconfirmed: list[Campaign]
    gated: list[tuple[Campaign, gate.Gate]]
    opens_on: date | None


def readable(reader: Reader) -> QuerySet[Assignment]:
    """Exams that she may begin or go on with now.

    Open, its day has come, the campaign goes on; a repeat only once the reading before it is submitted. What
    she has begun does not wait for a gate, nor for a new guideline.
    """
    held_back = Q(campaign__in=gate.closed_for(reader)) | Q(campaign__in=guideline.unconfirmed(reader))
    return open_now(reader).exclude(held_back & ~is_begun())


def open_now(reader: Reader) -> QuerySet[Assignment]:
    """Exams that stand on her worklist as still to read, whatever else they wait for; none without images."""
    has_images = Exists(Mammogram.objects.filter(study=OuterRef("study")))
    return _open(reader).filter(has_images).exclude(is_to_come())


def is_to_come() -> Q:
    """Tell of an open exam that its day has not come; nobody tells its reader of it before."""
    is_later = Q(opens_on__gt=timezone.localdate())
    waits_for_first = Q(Exists(_unread_before()), round__gt=1)
    return Q(state=AssignmentState.OPEN) & (is_later | waits_for_first)


def with_new_images(reader: Reader) -> QuerySet[Assignment]:
    """Exams that she submitted and that got an image since, or came back from an expert."""
    submitted = assignments_visible_to(reader).filter(state=AssignmentState.SUBMITTED)
    return unfinished(submitted).filter(campaign__closed_at__isnull=True)


def _open(reader: Reader) -> QuerySet[Assignment]:
    return assignments_visible_to(reader).filter(state=AssignmentState.OPEN, campaign__closed_at__isnull=True)


def is_begun() -> Exists:
    """Tell of an assignment whether one of its images was opened."""
    return Exists(Annotation.objects.filter(assignment=OuterRef("pk")))


def _unread_before() -> QuerySet[Assignment]:
    """The reading that a repeat repeats, as long as it is not submitted."""
    return Assignment.objects.filter(
        campaign=OuterRef("campaign"),
        study=OuterRef("study"),
        reader=OuterRef("reader"),
        round=OuterRef("round") - 1,
    ).exclude(state=AssignmentState.SUBMITTED)


def urgency() -> list[OrderBy | str]:
    """Put the most urgent first, then what is due soonest, then each reader's own random order."""
    due_first = F("due_on").asc(nulls_last=True)
    return [F("priority").desc(), due_first, "campaign__created_at", "position", "created_at"]


def begun(reader: Reader) -> QuerySet[Assignment]:
    """Exams that she has opened, or taken from the pool, and not ended; what she opened last comes first."""
    hers = {"assignment__reader": reader, "assignment__state": AssignmentState.OPEN}
    opened = Annotation.objects.filter(**hers).values_list("assignment", flat=True)
    held = PoolSlot.objects.filter(**hers).values_list("assignment", flat=True)
    return (
        readable(reader)
        .filter(id__in=list(opened.union(held)))  # a few, found first: the rest then is quick
        .annotate(opened_at=Max("annotations__created_at"))
        .order_by(F("opened_at").desc(nulls_last=True), "created_at")
    )


def next_given(reader: Reader) -> Assignment | None:
    """Return what she has begun, else what got a new image, else her next exam; none of a pool."""
    return (
        begun(reader).first()
        or with_new_images(reader).order_by("created_at").first()
        or readable(reader).order_by(*urgency()).first()
    )


def check_turn(assignment: Assignment) -> None:
    """Refuse an exam before which another of its campaign comes: choosing would undo the random order.

    What she has begun goes on, and what waits for something else is told so by whoever opens it.
    """
    waiting = readable(assignment.reader).filter(campaign=assignment.campaign_id).exclude(is_begun())
    first = waiting.order_by(*urgency()).first()
    if first is not None and first != assignment and waiting.filter(id=assignment.id).exists():
        raise ExamNotOpenError(
            "Another exam comes before this one in your order. Read that one first; this one then follows.",
            code="not_her_turn",
        )


@transaction.atomic
def take_next(reader: Reader) -> Assignment | None:
    """Give a reader what she has begun, else her next exam, else one of a pool; None where there is none.

    Her own exams come first, unless one of a pool is more urgent. Two readers who ask at once get two exams;
    one who asks twice gets one.
    """
    Reader.objects.select_for_update(no_key=True).get(id=reader.id)
    own = next_given(reader)
    if own is None:
        return _take_from_pools(reader)
    if own.state != AssignmentState.OPEN or begun(reader).filter(id=own.id).exists():
        return own
    return _take_from_pools(reader, above=own.priority) or own


def _take_from_pools(reader: Reader, above: int | None = None) -> Assignment | None:
    """Take the most urgent free reading, else one that another reader let lie."""
    held_back = Q(id__in=gate.closed_for(reader)) | Q(id__in=guideline.unconfirmed(reader))
    campaigns = list(campaigns_open_to(reader).exclude(held_back).order_by("created_at"))
    free = [free_slots(reader, campaign) for campaign in campaigns]
    if above is not None:
        free = [slots.filter(priority__gt=above) for slots in free]
    firsts = [(slot, slots) for slots in free if (slot := slots.first()) is not None]
    firsts.sort(key=lambda first: (-first[0].priority, first[0].due_on or date.max))
    in_turn = [slots for _slot, slots in firsts]
    if above is None:
        in_turn += [lapsed_slots(reader, campaign) for campaign in campaigns]
    for slots in in_turn:
        if (taken := take_from_pool(reader, slots=slots)) is not None:
            return taken
    return None


def why_none(reader: Reader) -> Waiting:
    """Say what keeps a reader's open exams from her."""
    mine = Campaign.objects.filter(
        Exists(_open(reader).filter(campaign=OuterRef("pk")))
        | Q(id__in=campaigns_open_to(reader)) & Exists(free_slots(reader, OuterRef("pk")))
    ).order_by("created_at")
    closed = gate.closed_gates(reader)
    later = _open(reader).filter(opens_on__gt=timezone.localdate()).exclude(Exists(_unread_before()))
    return Waiting(
        unconfirmed=list(mine.filter(id__in=guideline.unconfirmed(reader).values("id"))),
        gated=[(campaign, closed[campaign.id]) for campaign in mine.filter(id__in=closed)],
        opens_on=later.aggregate(first=Min("opens_on"))["first"],
    )
