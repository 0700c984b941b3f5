"""What a reader's worklist shows: of each campaign what is begun, what comes next, and what is done.

Thousands of exams are counted and a few are shown: she reads them one by one, in her own order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber

from annotations.domain import guideline
from annotations.domain.exam_end import touched
from annotations.domain.gate import Gate, closed_gates
from annotations.domain.next_exam import is_begun, open_now, urgency, with_new_images
from annotations.domain.reading_pool import campaigns_open_to, free_slots
from annotations.enums import AssignmentState
from annotations.models import Assignment, Campaign, Reader
from annotations.rules import assignments_visible_to, campaigns_repeated_by

SHOWN_OPEN = 5
SHOWN_DONE = 5
DONE_ON_A_PAGE = 20


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A campaign of this reader.

    `gate` is one that is closed for her, `shows_own_labels` off where she reads some exams a second time.
    """

    campaign: Campaign
    open_count: int
    done_count: int
    batch: int
    batch_count: int
    due_on: date | None
    gate: Gate | None
    is_unconfirmed: bool
    has_pool: bool
    shows_own_labels: bool
    open_ids: list[UUID]
    done_ids: list[UUID]

    @property
    def is_held_back(self) -> bool:
        """Whether nothing new can be begun: an expert has to look, or she to confirm the guideline."""
        return self.gate is not None or self.is_unconfirmed

    @property
    def total(self) -> int:
        return self.open_count + self.done_count


def shelves_of(reader: Reader) -> list[Shelf]:
    """Return the campaigns in which a person reads, the oldest first, in a fixed number of queries."""
    renewed = _by_campaign(with_new_images(reader).order_by("created_at"))
    is_renewed = Q(id__in=[each for group in renewed.values() for each in group])
    opened, done = _counts(open_now(reader)), _counts(done_exams(reader).exclude(is_renewed))
    begun_first: list[OrderBy | str] = [F("is_begun").desc(), *urgency()]
    shown = _first(open_now(reader).annotate(is_begun=is_begun()), SHOWN_OPEN, begun_first)
    shown_done = _first(done_exams(reader).exclude(is_renewed), SHOWN_DONE, [_ended_last()])
    gates = closed_gates(reader)
    unconfirmed = _ids(guideline.unconfirmed(reader))
    repeated = set(campaigns_repeated_by(reader))
    nothing: dict[str, Any] = {"count": 0, "first_batch": 1, "last_batch": 1, "due_on": None}
    shelves = []
    for campaign in _campaigns(reader, {*opened, *done, *renewed}):
        mine, over = opened.get(campaign.id, nothing), done.get(campaign.id, nothing)
        new_images = renewed.get(campaign.id, [])
        shelves.append(
            Shelf(
                campaign=campaign,
                open_count=mine["count"] + len(new_images),
                done_count=over["count"],
                batch=mine["first_batch"],
                batch_count=max(mine["last_batch"], over["last_batch"]),
                due_on=mine["due_on"],
                gate=gates.get(campaign.id),
                is_unconfirmed=campaign.id in unconfirmed,
                has_pool=campaign.has_pool,  # type: ignore[attr-defined]
                shows_own_labels=campaign.id not in repeated,
                open_ids=[*new_images, *shown.get(campaign.id, [])],
                done_ids=shown_done.get(campaign.id, []),
            )
        )
    return shelves


def done_exams(reader: Reader) -> QuerySet[Assignment]:
    """What she has submitted or skipped, and what was withdrawn after she had begun it.

    From the day of a repeat its exam is one to read, as any other; before, nothing tells of it.
    """
    withdrawn = Q(touched(), state=AssignmentState.WITHDRAWN)
    return (
        assignments_visible_to(reader)
        .filter(Q(state__in=(AssignmentState.SUBMITTED, AssignmentState.SKIPPED)) | withdrawn)
        .exclude(is_read_again(reader))
    )


def is_read_again(reader: Reader) -> Exists:
    """Tell of a reading that its exam is to be read once more now: beside its repeat it would betray it."""
    # Asked of repeats alone, of which there are few: the database then begins with them.
    repeats = open_now(reader).filter(round__gt=1)
    return Exists(
        repeats.filter(campaign=OuterRef("campaign"), study=OuterRef("study"), round__gt=OuterRef("round"))
    )


def done_page(reader: Reader, campaign: UUID, page: int) -> list[UUID]:
    """Return one page, from 1 on, of what she has done in a campaign, the latest first."""
    done = done_exams(reader).filter(campaign=campaign).order_by(_ended_last(), "id")
    start = (page - 1) * DONE_ON_A_PAGE
    return list(done.values_list("id", flat=True)[start : start + DONE_ON_A_PAGE])


def _ended_last() -> OrderBy:
    return Coalesce("submitted_at", "ended_at").desc()


def _counts(assignments: QuerySet[Assignment]) -> dict[UUID, dict[str, Any]]:
    counted = (
        assignments.order_by()
        .values("campaign")
        .annotate(count=Count("pk"), first_batch=Min("batch"), last_batch=Max("batch"), due_on=Min("due_on"))
    )
    return {row["campaign"]: dict(row) for row in counted}


def _first(
    assignments: QuerySet[Assignment], count: int, order: list[OrderBy | str]
) -> dict[UUID, list[UUID]]:
    """Keep so many of each campaign, in this order."""
    place = Window(RowNumber(), partition_by="campaign", order_by=order)
    return _by_campaign(assignments.annotate(place=place).filter(place__lte=count).order_by("place"))


def _by_campaign(assignments: QuerySet[Assignment]) -> dict[UUID, list[UUID]]:
    rows: Iterable[tuple[UUID, UUID]] = assignments.values_list("campaign", "id")
    found: dict[UUID, list[UUID]] = {}
    for campaign, assignment in rows:
        found.setdefault(campaign, []).append(assignment)
    return found


def _ids(campaigns: QuerySet[Campaign]) -> set[UUID]:
    return set(campaigns.values_list("id", flat=True))


def _campaigns(reader: Reader, ids: set[UUID]) -> QuerySet[Campaign]:
    in_pool = Q(id__in=campaigns_open_to(reader)) & Exists(free_slots(reader, OuterRef("pk")))
    campaigns = Campaign.objects.annotate(has_pool=ExpressionWrapper(in_pool, BooleanField()))
    return campaigns.filter(Q(id__in=ids) | Q(has_pool=True)).order_by("created_at", "id")
