"""Where each reading of a campaign stands on its way: stored nowhere, told from the rows of others."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from annotations.domain.disagreement import waiting_segments
from annotations.domain.gate import gates, last_reviews
from annotations.enums import AssignmentState, ExamState, ReviewValue
from annotations.models import Annotation, Assignment, Campaign, ExamReview
from annotations.rules import returned


def with_exam_state(campaign: Campaign) -> QuerySet[Any]:
    """Give the readings of a campaign, each with where it stands (`exam_state`, of ExamState).

    Every question is one set that the database builds once (IN), not a look-up for each of 100,000 rows.
    """
    own = Assignment.objects.filter(campaign=campaign)
    is_open = Q(state=AssignmentState.OPEN)
    open_ones = own.filter(is_open)
    is_begun = Q(pk__in=open_ones.filter(Exists(Annotation.objects.filter(assignment=OuterRef("pk")))))
    is_disputed = Q(study__in=waiting_segments(campaign).order_by().values("mammogram__study"))
    return own.annotate(
        exam_state=Case(
            When(state=AssignmentState.SKIPPED, then=Value(ExamState.SKIPPED)),
            When(state=AssignmentState.WITHDRAWN, then=Value(ExamState.WITHDRAWN)),
            When(is_open & is_begun, then=Value(ExamState.IN_PROGRESS)),
            When(is_open & Q(opens_on__gt=timezone.localdate()), then=Value(ExamState.LATER)),
            When(is_open, then=Value(ExamState.WAITING)),
            When(pk__in=returned(own), then=Value(ExamState.RETURNED)),
            When(_waits_for_review(campaign), then=Value(ExamState.IN_REVIEW)),
            When(is_disputed, then=Value(ExamState.IN_ADJUDICATION)),
            When(study__in=open_ones.values("study"), then=Value(ExamState.SUBMITTED)),
            default=Value(ExamState.DONE),
            output_field=CharField(),
        )
    )


def _waits_for_review(campaign: Campaign) -> Q:
    """Tell of a submitted reading whether an expert looks next: it comes again, or a gate is not passed."""
    again = [
        last_reviews(value).filter(assignment__campaign=campaign).values("assignment")
        for value in (ReviewValue.REOPENED, ReviewValue.RETURNED)
    ]
    comes_again = Q(pk__in=again[0]) | Q(pk__in=again[1])
    at_gate = [reader for reader, gate in gates(campaign).items() if gate.accepted < gate.exams]
    if not at_gate:
        return comes_again
    reviewed = ExamReview.objects.filter(assignment__campaign=campaign).values("assignment")
    return comes_again | Q(reader__in=at_gate) & ~Q(pk__in=reviewed)
