from django.db.models import QuerySet
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.hand_over import tell_submitted
from annotations.domain.repeat import open_repeat
from annotations.enums import AssignmentState, ReadingState
from annotations.models import Assignment, Mammogram


def unread_images(assignment: Assignment) -> QuerySet[Mammogram]:
    """Give the images of the exam that its reader has not submitted, also those that came after she had."""
    submitted = assignment.annotations.filter(derived_from__isnull=True, state=ReadingState.SUBMITTED)
    return assignment.study.mammograms.exclude(id__in=submitted.values("mammogram"))


def submit_if_complete(assignment: Assignment) -> None:
    """Submit an assignment once its reader has submitted every image of the exam.

    Call inside the transaction that submits an annotation. The row lock makes two images that are
    submitted at once wait for each other, so that the later one sees both.
    """
    assignment = Assignment.objects.select_for_update().get(id=assignment.id)
    if assignment.state == AssignmentState.OPEN and not unread_images(assignment).exists():
        assignment.state = AssignmentState.SUBMITTED
        assignment.submitted_at = timezone.now()
        assignment.save(update_fields=["state", "submitted_at"])
        record_act("submit_assignment", actor=assignment.reader, subject=assignment)
        open_repeat(assignment)
        tell_submitted(assignment)
