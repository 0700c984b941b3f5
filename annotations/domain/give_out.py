"""Giving exams out by a plan: to readers by name, or into the pool of a campaign. All of it or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.campaign import join
from annotations.domain.left_out import left_out
from annotations.domain.lottery import draw_arms
from annotations.domain.plan_request import PlanRequest
from annotations.domain.planned_reading import planned_readings
from annotations.domain.reading_order import batch_of, dated, loads_of, random_order
from annotations.domain.reading_plan import PlanDraft, draft_plan, draft_repeats
from annotations.domain.reading_pool import fill_pool
from annotations.domain.repeat import first_day_after
from annotations.enums import AssignmentState, PreannotationPolicy, Role
from annotations.errors import ConflictError, PlanRefusedError
from annotations.models import Assignment, Campaign, Reader, ReadingPlan

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True)
class GivenOut:
    readings: int
    repeats: int


@transaction.atomic
def give_out(
    *,
    campaign: Campaign,
    request: PlanRequest,
    studies: Sequence[UUID],
    readers: Sequence[Reader],
    seed: int,
    actor: Reader | None,
) -> GivenOut:
    """Give exams out as a draft of the same seed shows them; a plan that cannot be met gives nothing."""
    campaign = lock_campaign(campaign)
    check_readers(readers)
    join(campaign, readers)
    if request.is_pool:
        plan = _store_plan(campaign, request, seed, actor)
        stays_out = left_out(campaign, studies, [reader.id for reader in readers]).exams
        studies = [study for study in studies if study not in stays_out]
        given = GivenOut(fill_pool(plan=plan, request=request, studies=studies), 0)
        record_act("give_out_plan", actor=actor, subject=plan, seed=seed, **vars(given))
        return given
    draft = draft_plan(
        campaign=campaign,
        request=request,
        studies=studies,
        readers=[reader.id for reader in readers],
        seed=seed,
    )
    if draft.problem:
        raise PlanRefusedError(draft.problem, code="plan_cannot_be_met")
    return hand_out(campaign=campaign, draft=draft, actor=actor)


def hand_out(*, campaign: Campaign, draft: PlanDraft, actor: Reader | None) -> GivenOut:
    """Write what a draft says, with the plan it was drawn from. Call with the campaign locked."""
    plan = _store_plan(campaign, draft.request, draft.seed, actor)
    first = _first_readings(plan, draft)
    Assignment.objects.bulk_create(first, batch_size=ROWS_AT_ONCE)
    repeats = _repeats(plan, draft)
    Assignment.objects.bulk_create(repeats, batch_size=ROWS_AT_ONCE)
    given = GivenOut(len(first), len(repeats))
    record_act(
        "give_out_plan", actor=actor, subject=plan, seed=plan.seed, problem=draft.problem, **vars(given)
    )
    return given


def _store_plan(campaign: Campaign, request: PlanRequest, seed: int, actor: Reader | None) -> ReadingPlan:
    return ReadingPlan.objects.create(campaign=campaign, author=actor, seed=seed, parameters=request.stored())


def lock_campaign(campaign: Campaign) -> Campaign:
    """Let one person at a time change who reads what; a closed campaign gives nothing out."""
    campaign = Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    if campaign.closed_at is not None:
        raise ConflictError(
            "This campaign is closed, and gives no exams out. Open it again on its settings page.",
            code="campaign_closed",
        )
    return campaign


def check_readers(readers: Sequence[Reader]) -> None:
    """Refuse a plan for nobody, and for people who may look at what others drew."""
    if not readers:
        raise PlanRefusedError("No reader is chosen. Choose one or more.", code="no_readers")
    others = [reader.pseudonym for reader in readers if reader.role != Role.READER]
    if others:
        raise PlanRefusedError(
            f"{', '.join(others)} cannot read in a campaign: only the role of a reader does not show what "
            "others drew.",
            code="not_a_reader",
        )


def _first_readings(plan: ReadingPlan, draft: PlanDraft) -> list[Assignment]:
    arms = _arms(plan, draft)
    places = _places(plan, draft.new_readings)
    request = draft.request
    return [
        Assignment(
            campaign_id=plan.campaign_id,
            plan=plan,
            study_id=study,
            reader_id=reader,
            position=places[study, reader],
            batch=batch_of(places[study, reader], request.batch_size),
            priority=request.priority,
            due_on=request.due_on,
            shows_preannotation=arms[study, reader],
        )
        for study, reader in draft.new_readings
    ]


def _arms(plan: ReadingPlan, draft: PlanDraft) -> dict[tuple[UUID, UUID], bool]:
    """Say for which new readings a model's proposal is shown, by lot where the campaign says so."""
    policy = plan.campaign.preannotation
    if policy != PreannotationPolicy.RANDOMISED:
        return dict.fromkeys(draft.new_readings, policy == PreannotationPolicy.SHOWN)
    given = planned_readings(plan.campaign).filter(study__in={study for study, _ in draft.new_readings})
    past: Counter[UUID] = Counter()
    for study, is_shown in given.filter(state__in=("open", "submitted")).values_list(
        "study", "shows_preannotation"
    ):
        past[study] += 1 if is_shown else -1
    arms = draw_arms(draft.new_readings, seed=draft.seed, past=past)
    return dict(zip(draft.new_readings, arms, strict=True))


def _places(plan: ReadingPlan, readings: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
    """Give each new reading its random place behind what its reader has already."""
    last = dict(
        Assignment.objects.filter(campaign=plan.campaign_id)
        .order_by()
        .values("reader")
        .annotate(last=Max("position"))
        .values_list("reader", "last")
    )
    exams = dated([study for study, _ in readings])
    return {
        (study, reader): place
        for reader, studies in loads_of(readings).items()
        for place, study in enumerate(
            random_order([exams[study] for study in studies], seed=plan.seed, reader=reader),
            start=last.get(reader, 0) + 1,
        )
    }


def _repeats(plan: ReadingPlan, draft: PlanDraft) -> list[Assignment]:
    """Draw what readers read again; the same help as the first time, or two things would differ."""
    request = draft.request
    if not request.repeat_share:
        return []
    first = {
        (reading.study_id, reading.reader_id): reading
        for reading in planned_readings(plan.campaign).filter(
            reader__in=draft.readers, state__in=(AssignmentState.OPEN, AssignmentState.SUBMITTED)
        )
    }
    drawn = draft_repeats(plan.campaign, draft)
    places = _places(plan, drawn)
    return [
        Assignment(
            campaign_id=plan.campaign_id,
            plan=plan,
            study_id=study,
            reader_id=reader,
            round=2,
            position=places[study, reader],
            batch=batch_of(places[study, reader], request.batch_size),
            priority=request.priority,
            shows_preannotation=first[study, reader].shows_preannotation,
            **_days(first[study, reader], request),
        )
        for study, reader in drawn
    ]


def _days(first: Assignment, request: PlanRequest) -> Mapping[str, date | None]:
    """Say from when on a repeat can be read; of a reading still to come its submission says it anew."""
    opens_on = first_day_after(first.submitted_at or timezone.now(), request.wash_out_days)
    if first.submitted_at is None or request.due_on is None:
        return {"opens_on": opens_on, "due_on": None}
    return {"opens_on": opens_on, "due_on": opens_on + (request.due_on - timezone.localdate())}
