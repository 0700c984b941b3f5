"""The pool of a campaign: readings that whoever asks next may take, held by a lease while she reads."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.exam_end import end, lock_exams, touched
from annotations.domain.exam_lease import LEASE, has_strokes
from annotations.domain.plan_request import PlanRequest
from annotations.domain.planted_twin import patients_closed_to
from annotations.enums import AssignmentState, PreannotationPolicy, Role
from annotations.errors import PlanRefusedError
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.models import (
    Annotation,
    Assignment,
    Campaign,
    CampaignReader,
    PoolSlot,
    Reader,
    ReadingPlan,
)

ROWS_AT_ONCE = 5_000
# By more than this the readings of one reader with a proposal and those without one never differ by design.
LARGEST_IMBALANCE = 2
NOT_BEGUN = "Not begun in time; it went back to the pool."


def fill_pool(*, plan: ReadingPlan, request: PlanRequest, studies: Sequence[UUID]) -> int:
    """Put as many readings of each exam into the pool as the shares say; return how many."""
    if not studies:
        raise PlanRefusedError("No exam is chosen. Choose one or more.", code="no_exams")
    chance = Random(f"pool {plan.seed}")  # noqa: S311 - a lot that can be drawn again, no secret
    exams = sorted(studies)
    chance.shuffle(exams)
    numbers = [
        number for number, count in exams_by_number(len(exams), request.shares).items() for _ in range(count)
    ]
    readings = [(exam, number) for exam, total in zip(exams, numbers, strict=True) for number in range(total)]
    chance.shuffle(readings)
    arms = _coins(exams, chance)
    PoolSlot.objects.bulk_create(
        [
            PoolSlot(
                campaign_id=plan.campaign_id,
                plan=plan,
                study_id=exam,
                number=number + 1,
                position=position,
                priority=request.priority,
                due_on=request.due_on,
                shows_preannotation=_is_shown(plan.campaign, arms[exam], number),
            )
            for position, (exam, number) in enumerate(readings, start=1)
        ],
        batch_size=ROWS_AT_ONCE,
    )
    return len(readings)


def _coins(exams: Sequence[UUID], chance: Random) -> dict[UUID, bool]:
    """Draw for one half of the exams that their first reading shows a proposal."""
    half = len(exams) // 2
    coins = [True] * half + [False] * half + [chance.random() < 0.5] * (len(exams) % 2)
    chance.shuffle(coins)
    return dict(zip(exams, coins, strict=True))


def _is_shown(campaign: Campaign, coin: bool, number: int) -> bool:  # noqa: FBT001 - a coin that was tossed
    """Say whether a reading shows a proposal; where a lot decides, the readings of an exam take turns."""
    if campaign.preannotation == PreannotationPolicy.RANDOMISED:
        return coin == (number % 2 == 0)
    return campaign.preannotation == PreannotationPolicy.SHOWN


def campaigns_open_to(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns from whose pool she may take.

    Only who is a reader still: any other role could have looked at what others drew on these exams.
    """
    is_member = CampaignReader.objects.filter(reader=reader, left_at=None, reader__role=Role.READER)
    has_slots = PoolSlot.objects.filter(campaign=OuterRef("pk"))
    return Campaign.objects.filter(Exists(has_slots), id__in=is_member.values("campaign"), closed_at=None)


def free_slots(reader: Reader, campaign: Campaign | OuterRef) -> QuerySet[PoolSlot]:
    """Readings of a campaign that nobody has, of exams that she has not had, the most urgent first.

    Of one campaign, since the database then finds the first of many without sorting all of them.
    """
    return (
        _slots_for(reader, campaign)
        .filter(assignment=None)
        .order_by(F("priority").desc(), F("due_on").asc(nulls_last=True), "position")
    )


def lapsed_slots(reader: Reader, campaign: Campaign) -> QuerySet[PoolSlot]:
    """Readings of others whose lease ran out before they drew anything, the longest ago first."""
    return (
        _slots_for(reader, campaign)
        .filter(~has_strokes(), assignment__state=AssignmentState.OPEN, lease_until__lt=timezone.now())
        .order_by("lease_until")
    )


def _slots_for(reader: Reader, campaign: Campaign | OuterRef) -> QuerySet[PoolSlot]:
    """What she once took and gave back untouched does not keep an exam from her; its twin does."""
    had = Assignment.objects.filter(campaign=OuterRef("campaign"), study=OuterRef("study"), reader=reader)
    returned = Q(~touched(), state=AssignmentState.WITHDRAWN)
    closed = patients_closed_to([reader.id])[reader.id]
    slots = PoolSlot.objects.filter(campaign=campaign, closed_at=None)
    if closed:
        slots = slots.exclude(study__patient__in=closed)
    return slots.exclude(Exists(had.exclude(returned)))


def take_from_pool(reader: Reader, *, slots: QuerySet[PoolSlot]) -> Assignment | None:
    """Take the first of these readings that nobody else is taking at this moment; None where there is none.

    Call inside a transaction that holds the reader's row: she takes one at a time.
    """
    first = slots.select_related("campaign").first()
    if first is None:
        return None
    slot = _lock_first(_in_balance(reader, slots, first)) or _lock_first(slots)
    if slot is None or (slot.assignment_id is not None and not _give_back(slot.assignment_id)):
        return None
    return _take(slot, reader)


def _lock_first(slots: QuerySet[PoolSlot]) -> PoolSlot | None:
    return slots.select_for_update(skip_locked=True, of=("self",)).first()


def _in_balance(reader: Reader, slots: QuerySet[PoolSlot], first: PoolSlot) -> QuerySet[PoolSlot]:
    """Keep what is as urgent as the first and has the arm that she lacks; all, as long as she lacks none.

    In between chance decides, so that nobody can tell the next arm.
    """
    if first.campaign.preannotation != PreannotationPolicy.RANDOMISED:
        return slots
    active = (AssignmentState.OPEN, AssignmentState.SUBMITTED)
    hers = Assignment.objects.filter(campaign=first.campaign, reader=reader, round=1, state__in=active)
    shown = hers.filter(shows_preannotation=True).count()
    imbalance = 2 * shown - hers.count()
    if abs(imbalance) < LARGEST_IMBALANCE:
        return slots
    return slots.filter(priority=first.priority, due_on=first.due_on, shows_preannotation=imbalance < 0)


def _give_back(assignment_id: UUID) -> bool:
    """Take a reading from whoever let its lease run out, unless she draws at this very moment."""
    (assignment,) = lock_exams([assignment_id])
    is_touched = Annotation.objects.filter(assignment=assignment, version__gt=0).exists()
    if is_touched or assignment.state != AssignmentState.OPEN:
        return False
    end(assignment, AssignmentState.WITHDRAWN, NOT_BEGUN, actor=None)
    return True


def _take(slot: PoolSlot, reader: Reader) -> Assignment:
    facts = {
        "plan_id": slot.plan_id,
        "priority": slot.priority,
        "due_on": slot.due_on,
        "shows_preannotation": slot.shows_preannotation,
        "state": AssignmentState.OPEN,
        "ended_at": None,
        "end_reason": "",
    }
    assignment, _is_new = Assignment.objects.update_or_create(
        campaign_id=slot.campaign_id, study_id=slot.study_id, reader=reader, round=1, defaults=facts
    )
    slot.assignment, slot.lease_until = assignment, timezone.now() + LEASE
    slot.save(update_fields=["assignment", "lease_until"])
    record_act("take_from_pool", actor=reader, subject=assignment, slot=str(slot.id))
    return assignment
