"""Where each reading of a campaign stands on its way: stored nowhere, told from the rows of others."""

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from annotations.domain.disagreement import waiting_segments
from annotations.domain.gate import with_last_review
from annotations.enums import AssignmentState, ExamState, ReviewValue
from annotations.models import Annotation, Assignment, Campaign


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
            When(last_review=ReviewValue.RETURNED, then=Value(ExamState.RETURNED)),
            When(_waits_for_review(campaign), then=Value(ExamState.IN_REVIEW)),
            When(is_disputed, then=Value(ExamState.IN_ADJUDICATION)),
            When(is_read_by_others, then=Value(ExamState.SUBMITTED)),
            default=Value(ExamState.DONE),
            output_field=CharField(),
        )
    )


def _waits_for_review(campaign: Campaign) -> Q:
    """Tell of a submitted reading whether an expert has to look: opened again, or at a gate not passed."""
    is_opened_again = Q(last_review=ReviewValue.REOPENED)
    if not campaign.gate_exams:
        return is_opened_again
    return is_opened_again | Q(last_review__isnull=True, reader__in=_readers_at_gate(campaign))


def _readers_at_gate(campaign: Campaign) -> list[object]:
    """Readers of whom fewer exams are accepted than the gate wants: a short list, asked for once."""
    submitted = with_last_review(
        Assignment.objects.filter(campaign=campaign, state=AssignmentState.SUBMITTED)
    )
    accepted = submitted.filter(last_review=ReviewValue.ACCEPTED).values_list("reader", flat=True)
    counts: dict[object, int] = dict.fromkeys(
        submitted.order_by().values_list("reader", flat=True).distinct(), 0
    )
    for reader in accepted:
        counts[reader] += 1
    return [reader for reader, count in counts.items() if count < campaign.gate_exams]
