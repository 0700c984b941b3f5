"""Repeats: a reader reads some of her exams once more, when she has had time to forget them."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.enums import AssignmentState
from annotations.models import Assignment

Reading = tuple[UUID, UUID]


def draw_repeats(
    readings: Mapping[UUID, Sequence[UUID]],
    *,
    share: float,
    seed: int,
    repeated: Mapping[UUID, Collection[UUID]],
) -> list[Reading]:
    """Draw (exam, reader) of what each reader reads again, rounded up, of the exams of each.

    What was drawn for her before, `repeated`, counts as long as she still reads it the first time.
    """
    drawn = []
    for reader, studies in sorted(readings.items()):
        chance = Random(f"repeats {seed} {reader}")  # noqa: S311 - a lot that can be drawn again, no secret
        before = set(repeated.get(reader, ()))
        fresh = sorted(study for study in studies if study not in before)
        wanted = math.ceil(round(share * len(studies), 9)) - len(before.intersection(studies))
        drawn += [(study, reader) for study in chance.sample(fresh, min(max(wanted, 0), len(fresh)))]
    return drawn


def first_day_after(moment: datetime, days: int) -> date:
    """Name the first day that begins when so many times 24 hours have passed."""
    end = timezone.localtime(moment + timedelta(days=days))
    return end.date() if end.time() == time() else end.date() + timedelta(days=1)


def open_repeat(assignment: Assignment) -> None:
    """Let the wash-out of the repeat begin, now that the reading before it is submitted.

    Its own deadline leaves her as many days as the first reading had.
    """
    repeat = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("plan")
        .filter(
            campaign=assignment.campaign_id,
            study=assignment.study_id,
            reader=assignment.reader_id,
            round=assignment.round + 1,
            state=AssignmentState.OPEN,
        )
        .first()
    )
    if repeat is None or repeat.plan is None or assignment.submitted_at is None:
        return
    repeat.opens_on = first_day_after(assignment.submitted_at, repeat.plan.parameters["wash_out_days"])
    if assignment.due_on is not None:
        given_on = timezone.localtime(assignment.created_at).date()
        repeat.due_on = repeat.opens_on + max(assignment.due_on - given_on, timedelta(days=1))
    repeat.save(update_fields=["opens_on", "due_on"])
    record_act("open_repeat", actor=None, subject=repeat, opens_on=str(repeat.opens_on))
