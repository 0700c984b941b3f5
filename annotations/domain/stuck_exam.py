"""Exams that nobody goes on with: past their day, or begun and left; and giving them to somebody else."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotations.domain.exam_end import end, lock_exams
from annotations.domain.exam_lease import LEASE
from annotations.domain.give_out import check_readers, lock_campaign
from annotations.domain.planted_twin import closed_readings
from annotations.domain.reading_plan import readers_of
from annotations.enums import AssignmentState, Role
from annotations.errors import ExamNotOpenError
from annotations.models import Annotation, AnnotationOperation, Assignment, Campaign, PoolSlot, Reader

LEFT_AFTER = timedelta(days=3)
MOVED = "The lead gave it to another reader."


def stuck_exams(campaign: Campaign) -> QuerySet[Assignment]:
    """Give open exams past their day, and those begun on which nothing was drawn for days; the oldest first.

    `stuck_since` is when anything was last done on them, or when they were given out.
    """
    begun = Annotation.objects.filter(assignment=OuterRef("pk"))
    operations = AnnotationOperation.objects.filter(annotation__assignment=OuterRef("pk"))
    last_touched = Coalesce(
        Subquery(operations.order_by("-created_at").values("created_at")[:1]),
        Subquery(begun.order_by("-created_at").values("created_at")[:1]),
        "created_at",
    )
    is_overdue = Q(due_on__lt=timezone.localdate())
    is_left = Q(Exists(begun), stuck_since__lt=timezone.now() - LEFT_AFTER)
    return (
        Assignment.objects.filter(campaign=campaign, state=AssignmentState.OPEN)
        .annotate(stuck_since=last_touched)
        .filter(is_overdue | is_left)
        .select_related("study__patient", "reader__user")
        .order_by("stuck_since", "id")
    )


def takers_of(campaign: Campaign, exams: Iterable[Assignment]) -> dict[UUID, list[Reader]]:
    """Name for each exam the readers of the campaign who have never had it; nobody gets a repeat."""
    exams = list(exams)
    members = [reader for reader in readers_of(campaign) if reader.role == Role.READER]
    had = set(
        campaign.assignments.filter(study__in={exam.study_id for exam in exams}).values_list(
            "study", "reader"
        )
    )
    had |= closed_readings({exam.study_id for exam in exams}, [reader.id for reader in members])
    return {
        exam.id: [reader for reader in members if exam.round == 1 and (exam.study_id, reader.id) not in had]
        for exam in exams
    }


@transaction.atomic
def give_to_another(*, assignment: Assignment, reader: Reader, actor: Reader) -> Assignment:
    """Take an open exam from its reader and give it to another one, who begins it from the start.

    What was drawn is kept with the reading that ended; help, priority and days stay as they were.
    """
    campaign = lock_campaign(assignment.campaign)
    check_readers([reader])
    (assignment,) = lock_exams([assignment.id])
    _check_may_move(campaign, assignment, reader)
    slots = list(PoolSlot.objects.select_for_update().filter(assignment=assignment))
    end(assignment, AssignmentState.WITHDRAWN, MOVED, actor=actor, act="give_to_another")
    given = _give(assignment, reader)
    for slot in slots:
        slot.assignment, slot.lease_until = given, timezone.now() + LEASE
        slot.save(update_fields=["assignment", "lease_until"])
    return given


def _check_may_move(campaign: Campaign, assignment: Assignment, reader: Reader) -> None:
    if assignment.state != AssignmentState.OPEN:
        raise ExamNotOpenError(
            f"This exam is {assignment.state} by now, so nobody else gets it.", code="exam_not_open"
        )
    if assignment.round > 1:
        raise ExamNotOpenError(
            "This is the second reading of an exam by the same reader; nobody else can make it.",
            code="repeat_stays",
        )
    if reader not in readers_of(campaign):
        raise ExamNotOpenError(
            f"{reader.pseudonym} does not read in this campaign. Let her join it on the page Plan first.",
            code="not_a_member",
        )
    if campaign.assignments.filter(study=assignment.study_id, reader=reader).exists():
        raise ExamNotOpenError(
            f"{reader.pseudonym} has, or had, this exam herself; nobody gets an exam twice. Choose "
            "somebody else.",
            code="exam_had_before",
        )
    if closed_readings([assignment.study_id], [reader.id]):
        raise ExamNotOpenError(
            f"{reader.pseudonym} has, or had, another exam that would tell her what this one is. Choose "
            "somebody else.",
            code="twin_had_before",
        )


def _give(assignment: Assignment, reader: Reader) -> Assignment:
    """Write the same exam for another reader, behind what she has already."""
    own = Assignment.objects.filter(campaign=assignment.campaign_id, reader=reader)
    last = own.aggregate(last=Max("position"))["last"] or 0
    return Assignment.objects.create(
        campaign_id=assignment.campaign_id,
        study_id=assignment.study_id,
        plan_id=assignment.plan_id,
        reader=reader,
        position=last + 1,
        batch=assignment.batch,
        priority=assignment.priority,
        due_on=assignment.due_on,
        shows_preannotation=assignment.shows_preannotation,
    )
