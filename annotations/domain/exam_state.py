"""Where each reading of a campaign stands on its way: stored nowhere, told from the rows of others."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from annotations.domain.disagreement import waiting_segments
from annotations.domain.gate import gates, with_last_review
from annotations.enums import AssignmentState, ExamState, ReviewValue
from annotations.models import Annotation, Assignment, Campaign
from annotations.rules import copies_to_go_on_with


def with_exam_state(campaign: Campaign) -> QuerySet[Assignment]:
    """Give the readings of a campaign, each with where it stands (`exam_state`, of ExamState)."""
    own = Assignment.objects.filter(campaign=campaign)
    is_begun = Exists(Annotation.objects.filter(assignment=OuterRef("pk")))
    is_read_by_others = Exists(own.filter(state=AssignmentState.OPEN, study=OuterRef("study")))
    is_disputed = Q(study__in=waiting_segments(campaign).order_by().values("mammogram__study"))
    is_open = Q(state=AssignmentState.OPEN)
    return with_last_review(own).annotate(
        exam_state=Case(
            When(state=AssignmentState.SKIPPED, then=Value(ExamState.SKIPPED)),
            When(state=AssignmentState.WITHDRAWN, then=Value(ExamState.WITHDRAWN)),
            When(is_open & is_begun, then=Value(ExamState.IN_PROGRESS)),
            When(is_open & Q(opens_on__gt=timezone.localdate()), then=Value(ExamState.LATER)),
            When(is_open, then=Value(ExamState.WAITING)),
            When(Exists(copies_to_go_on_with()), then=Value(ExamState.RETURNED)),
            When(_waits_for_review(campaign), then=Value(ExamState.IN_REVIEW)),
            When(is_disputed, then=Value(ExamState.IN_ADJUDICATION)),
            When(is_read_by_others, then=Value(ExamState.SUBMITTED)),
            default=Value(ExamState.DONE),
            output_field=CharField(),
        )
    )


def _waits_for_review(campaign: Campaign) -> Q:
    """Tell of a submitted reading whether an expert looks next: it comes again, or a gate is not passed."""
    comes_again = Q(last_review__in=[ReviewValue.REOPENED, ReviewValue.RETURNED])
    if not campaign.gate_exams:
        return comes_again
    at_gate = [reader for reader, gate in gates(campaign).items() if gate.accepted < gate.exams]
    return comes_again | Q(last_review__isnull=True, reader__in=at_gate)
