"""Taking the withdrawal of an exam back: its readings stand as they stood, and those that were open go on."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.exam_end import clean_reason, lock_exams
from annotations.domain.exam_lease import LEASE
from annotations.domain.give_out import lock_campaign
from annotations.domain.planned_reading import standing_withdrawals
from annotations.enums import AssignmentState
from annotations.errors import ExamNotOpenError
from annotations.models import (
    Assignment,
    AuditEntry,
    Campaign,
    ExamReinstatement,
    ExamWithdrawal,
    Reader,
)


@transaction.atomic
def take_back_withdrawal(*, withdrawal: ExamWithdrawal, reason: str, actor: Reader) -> int:
    """Bring an exam back into its campaign; return how many readings of it stand again.

    What was submitted counts with the time of its submission. What somebody had open who has left since stays
    ended: the next plan gives it to others.
    """
    reason = clean_reason(reason)
    campaign = lock_campaign(withdrawal.campaign)
    if not standing_withdrawals(campaign).filter(id=withdrawal.id).exists():
        raise ExamNotOpenError(
            "The withdrawal of this exam was taken back already; it stands in the campaign.",
            code="withdrawal_taken_back",
        )
    ExamReinstatement.objects.create(withdrawal=withdrawal, actor=actor, reason=reason)
    campaign.pool_slots.filter(study=withdrawal.study_id).update(closed_at=None)
    restored = [each for each in _ended_by(withdrawal) if _restore(each, campaign)]
    for assignment in restored:
        _put_back_into_slot(assignment)
    record_act(
        "take_back_withdrawal",
        actor=actor,
        subject=campaign,
        study=str(withdrawal.study_id),
        reason=reason,
        readings=[str(assignment.id) for assignment in restored],
    )
    return len(restored)


def _ended_by(withdrawal: ExamWithdrawal) -> list[Assignment]:
    """Lock the readings that ended with it: those that had ended before stay so."""
    ended = Assignment.objects.filter(
        campaign=withdrawal.campaign_id,
        study=withdrawal.study_id,
        state=AssignmentState.WITHDRAWN,
        ended_at__gte=withdrawal.created_at,
    )
    return lock_exams(ended.values_list("id", flat=True))


def _restore(assignment: Assignment, campaign: Campaign) -> bool:
    """Give a reading the state it had; False where it was open and its reader has left since."""
    submitted_at = _was_submitted_at(assignment)
    if submitted_at is None and _has_left(assignment, campaign):
        return False
    assignment.state = AssignmentState.SUBMITTED if submitted_at else AssignmentState.OPEN
    assignment.submitted_at, assignment.ended_at, assignment.end_reason = submitted_at, None, ""
    assignment.save(update_fields=["state", "submitted_at", "ended_at", "end_reason"])
    return True


def _was_submitted_at(assignment: Assignment) -> datetime | None:
    """Read from the record of its end when it had been submitted."""
    entries = AuditEntry.objects.filter(act="end_exam_withdrawn", subject_id=str(assignment.id))
    told = entries.order_by("created_at").values_list("details__submitted_at", flat=True).last()
    return datetime.fromisoformat(told) if told else None


def _has_left(assignment: Assignment, campaign: Campaign) -> bool:
    return campaign.readers.filter(reader=assignment.reader_id, left_at__isnull=False).exists()


def _put_back_into_slot(assignment: Assignment) -> None:
    """Hold for a reading out of a pool the place that it had there, or another one of its exam."""
    slots = assignment.campaign.pool_slots.select_for_update().filter(
        study=assignment.study_id, plan=assignment.plan_id, assignment=None
    )
    if assignment.round > 1:
        return
    slot = slots.filter(shows_preannotation=assignment.shows_preannotation).first() or slots.first()
    if slot is not None:
        slot.assignment, slot.lease_until = assignment, timezone.now() + LEASE
        slot.save(update_fields=["assignment", "lease_until"])
