from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.enums import ReadingState
from annotations.models import Assignment, Reader


def next_assignment(reader: Reader) -> Assignment | None:
    """Return the open assignment that was given first; None where all is read."""
    return reader.assignments.filter(state=ReadingState.OPEN).order_by("created_at", "id").first()


def submit_if_complete(assignment: Assignment) -> None:
    """Submit an assignment once its reader has submitted every image of the exam.

    Call inside the transaction that submits an annotation. The row lock makes two images that are
    submitted at once wait for each other, so that the later one sees both.
    """
    assignment = Assignment.objects.select_for_update().get(id=assignment.id)
    submitted = assignment.annotations.filter(derived_from__isnull=True, state=ReadingState.SUBMITTED)
    is_complete = not assignment.study.mammograms.exclude(id__in=submitted.values("mammogram")).exists()
    if assignment.state == ReadingState.OPEN and is_complete:
        assignment.state = ReadingState.SUBMITTED
        assignment.submitted_at = timezone.now()
        assignment.save(update_fields=["state", "submitted_at"])
        record_act("submit_assignment", actor=assignment.reader, subject=assignment)
