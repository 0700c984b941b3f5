"""Whether a reader may begin an exam; the gate and the guideline of its campaign have words of their own."""

from django.utils import timezone

from annotations.domain.exam_end import check_goes_on
from annotations.enums import AssignmentState, ReadingState
from annotations.errors import ExamNotOpenError
from annotations.models import Annotation, Assignment
from annotations.rules import exams_shown_again_to


def check_may_begin(assignment: Assignment) -> None:
    """Refuse an exam that ended, or whose day has not come; what is begun or submitted goes on."""
    check_goes_on(assignment.id)
    if assignment.state == AssignmentState.SUBMITTED or assignment.annotations.exists():
        return
    if assignment.campaign.closed_at is not None:
        raise ExamNotOpenError("This campaign is closed; no exam of it is begun now.", code="campaign_closed")
    if not has_come(assignment):
        # She is not told that she has read this exam before.
        raise ExamNotOpenError(
            "This exam is not open yet; it comes by itself when its day has come. Read another one.",
            code="not_open_yet",
        )


def check_opens_again(annotation: Annotation) -> None:
    """Refuse to lead a reader to what she submitted, where she reads some exams a second time."""
    if annotation.state == ReadingState.OPEN or annotation.assignment_id is None:
        return
    if not exams_shown_again_to(annotation.reader).filter(id=annotation.assignment_id).exists():
        raise ExamNotOpenError(
            "You have submitted this exam. What you drew in this campaign is not opened to you again; go on "
            "with the next exam.",
            code="own_label_closed",
        )


def has_come(assignment: Assignment) -> bool:
    """Say whether its day has come; a repeat also waits until the reading before it is submitted."""
    if assignment.opens_on is not None and assignment.opens_on > timezone.localdate():
        return False
    before = Assignment.objects.filter(
        campaign=assignment.campaign_id,
        study=assignment.study_id,
        reader=assignment.reader_id,
        round=assignment.round - 1,
    )
    return not before.exclude(state=AssignmentState.SUBMITTED).exists()
