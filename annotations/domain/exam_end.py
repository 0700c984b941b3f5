"""How an exam ends without being read to its end: skipped by its reader, or withdrawn by the lead.

What was drawn until then is kept as it is and takes no more.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.hand_over import tell_ended
from annotations.domain.planned_reading import standing_withdrawals
from annotations.enums import AssignmentState, Grade
from annotations.errors import ExamEndedError, ExamNotOpenError, InvalidError
from annotations.models import (
    Annotation,
    Assignment,
    Campaign,
    CampaignReader,
    ExamWithdrawal,
    PoolSlot,
    Reader,
    Study,
)

ENDED = (AssignmentState.SKIPPED, AssignmentState.WITHDRAWN)
LONGEST_REASON = 500


def touched() -> Exists:
    """Tell of an assignment whether its reader has drawn or answered anything."""
    return Exists(Annotation.objects.filter(assignment=OuterRef("pk"), version__gt=0))


def check_goes_on(assignment_id: UUID | None) -> None:
    """Refuse to write to an exam that was skipped or withdrawn; what stands alone always goes on."""
    if assignment_id is None:
        return
    ended = Assignment.objects.filter(id=assignment_id, state__in=ENDED).first()
    if ended is not None:
        raise ExamEndedError(
            f"This exam was {ended.state}: {ended.end_reason} What was drawn until then is kept; it takes no "
            "more. Go on with the next exam."
        )


def is_left_behind(annotation: Annotation) -> bool:
    """Whether it is a copy that came back to a reader who has left the campaign since."""
    if annotation.derived_from_id is None or annotation.assignment is None:
        return False
    members = CampaignReader.objects.filter(
        campaign=annotation.assignment.campaign_id, reader=annotation.reader_id
    )
    return members.filter(left_at__isnull=False).exists()


def check_takes_more(annotation: Annotation) -> None:
    """Refuse to write to what ended: its exam, or the copy that came back to a reader who left."""
    check_goes_on(annotation.assignment_id)
    if is_left_behind(annotation):
        raise ExamEndedError(
            "You read in this campaign no more, so what came back to you is closed. What was drawn until "
            "then is kept; it takes no more."
        )


@transaction.atomic
def skip_exam(*, assignment: Assignment, reader: Reader, reason: str) -> Assignment:
    """End an exam that its reader cannot read; skipped twice, it stays as it was the first time."""
    reason = clean_reason(reason)
    (assignment,) = lock_exams([assignment.id])
    if assignment.reader_id != reader.id:
        raise ExamNotOpenError("This exam is another reader's; only she may skip it.")
    if assignment.state == AssignmentState.SKIPPED:
        return assignment
    if assignment.state != AssignmentState.OPEN:
        raise ExamNotOpenError(f"This exam is {assignment.state}; only an open one can be skipped.")
    end(assignment, AssignmentState.SKIPPED, reason, actor=reader)
    tell_ended(assignment)
    return assignment


@transaction.atomic
def withdraw_exam(*, campaign: Campaign, study: Study, reason: str, actor: Reader) -> int:
    """Take an exam out of a campaign, from every reader and the pool; return how many readings ended.

    Submitted readings are withdrawn with it: they count nowhere from then on. Withdrawn twice, it stays as
    it was the first time. Locks the campaign.
    """
    reason = clean_reason(reason)
    Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    if standing_withdrawals(campaign).filter(study=study).exists():
        return 0
    ExamWithdrawal.objects.create(campaign=campaign, study=study, actor=actor, reason=reason)
    PoolSlot.objects.filter(campaign=campaign, study=study, closed_at=None).update(closed_at=timezone.now())
    given = Assignment.objects.filter(campaign=campaign, study=study).exclude(state__in=ENDED)
    assignments = lock_exams(given.values_list("id", flat=True))
    for assignment in assignments:
        end(assignment, AssignmentState.WITHDRAWN, reason, actor=actor)
    record_act("withdraw_exam", actor=actor, subject=campaign, study=str(study.id), reason=reason)
    return len(assignments)


@transaction.atomic
def grade_exam(*, assignment: Assignment, reader: Reader, grade: str) -> Assignment:
    """Keep how hard its reader found an exam; "" takes it back."""
    if grade not in ("", *Grade.values):
        raise InvalidError(f"An exam is easy, medium or hard; {grade} came.", code="grade_unknown")
    assignment = Assignment.objects.select_for_update().get(id=assignment.id)
    if assignment.reader_id != reader.id:
        raise ExamNotOpenError("This exam is another reader's; only she says how hard it was.")
    if assignment.grade != grade:
        record_act("grade_exam", actor=reader, subject=assignment, grade=grade, before=assignment.grade)
        assignment.grade = grade
        assignment.save(update_fields=["grade"])
    return assignment


def clean_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise InvalidError(
            f"Say why, in at most {LONGEST_REASON} characters; {len(reason)} came.", code="reason_missing"
        )
    return reason


def lock_exams(ids: Iterable[UUID]) -> list[Assignment]:
    """Lock annotations, then assignments, in the order in which submitting locks them."""
    ids = list(ids)
    list(Annotation.objects.select_for_update().filter(assignment__in=ids).order_by("id").values("id"))
    return list(Assignment.objects.select_for_update().filter(id__in=ids).order_by("id"))


def end(
    assignment: Assignment, state: AssignmentState, reason: str, *, actor: Reader | None, act: str = ""
) -> None:
    """Close a locked assignment, give back its place in the pool, and end the repeat that waited for it."""
    was_submitted_at = assignment.submitted_at
    assignment.state, assignment.end_reason = state, reason
    assignment.ended_at, assignment.submitted_at = timezone.now(), None
    assignment.save(update_fields=["state", "end_reason", "ended_at", "submitted_at"])
    PoolSlot.objects.filter(assignment=assignment).update(assignment=None, lease_until=None)
    record_act(
        act or f"end_exam_{state}",
        actor=actor,
        subject=assignment,
        reason=reason,
        submitted_at=was_submitted_at.isoformat() if was_submitted_at else None,
    )
    repeats = Assignment.objects.filter(
        campaign=assignment.campaign_id,
        study=assignment.study_id,
        reader=assignment.reader_id,
        round=assignment.round + 1,
        state=AssignmentState.OPEN,
    )
    for repeat in lock_exams(repeats.values_list("id", flat=True)):
        end(repeat, AssignmentState.WITHDRAWN, f"The reading before it was {state}: {reason}", actor=actor)
