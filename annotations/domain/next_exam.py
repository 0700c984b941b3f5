"""Which exam a reader reads next, and why there is none."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotations.enums import AssignmentState
from annotations.models import Assignment, Reader
from annotations.rules import assignments_visible_to


def readable(reader: Reader) -> QuerySet[Assignment]:
    """Exams that she may begin or go on with now.

    Open, its day has come, the campaign goes on; a repeat only once the reading before it is submitted.
    """
    before = Assignment.objects.filter(
        campaign=OuterRef("campaign"),
        study=OuterRef("study"),
        reader=OuterRef("reader"),
        round=OuterRef("round") - 1,
    )
    unread_before = before.exclude(state=AssignmentState.SUBMITTED)
    return (
        assignments_visible_to(reader)
        .filter(state=AssignmentState.OPEN, campaign__closed_at__isnull=True)
        .filter(Q(opens_on__isnull=True) | Q(opens_on__lte=timezone.localdate()))
        .exclude(Exists(unread_before))
    )
