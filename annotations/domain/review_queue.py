"""Which readings of a campaign wait for an expert, which are with their reader, and which are accepted."""

from django.db.models import BooleanField, Case, Exists, OuterRef, QuerySet, Value, When

from annotations.domain.gate import gates, last_reviews
from annotations.enums import ReviewValue
from annotations.models import Annotation, Assignment, Campaign, ExamReview, Reader
from annotations.rules import copies_to_go_on_with, exams_reviewable_by

# In the order of their tabs.
STATES = {
    "waiting": "Waiting for a review",
    "returned": "With their reader again",
    "accepted": "Accepted",
}


def reviews_of(campaign: Campaign, reviewer: Reader, state: str) -> QuerySet[Assignment]:
    """Give the readings of one state, those behind which a gate is closed first, then the oldest.

    `is_gate` says whether the reader waits for the word on it, `came_back` whether it was reviewed before.
    """
    gated = [reader for reader, gate in gates(campaign).items() if gate.accepted < gate.exams]
    reviewed = ExamReview.objects.filter(assignment=OuterRef("pk"))
    return (
        _in_state(exams_reviewable_by(reviewer).filter(campaign=campaign), state)
        .annotate(
            is_gate=Case(
                When(reader__in=gated, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
            came_back=Exists(reviewed),
        )
        .select_related("study__patient", "reader", "guideline")
        .order_by("-is_gate", "submitted_at", "id")
    )


def counts_by_state(campaign: Campaign, reviewer: Reader) -> dict[str, int]:
    readings = exams_reviewable_by(reviewer).filter(campaign=campaign)
    return {state: _in_state(readings, state).count() for state in STATES}


def state_of(assignment: Assignment) -> str:
    """Return the one state, a key of STATES, in which a submitted reading is."""
    found = Assignment.objects.filter(id=assignment.id)
    return next(state for state in STATES if _in_state(found, state).exists())


def next_to_review(campaign: Campaign, reviewer: Reader) -> Assignment | None:
    return reviews_of(campaign, reviewer, "waiting").first()


def _in_state(readings: QuerySet[Assignment], state: str) -> QuerySet[Assignment]:
    accepted = Exists(last_reviews(ReviewValue.ACCEPTED).filter(assignment=OuterRef("pk")))
    with_reader = Exists(copies_to_go_on_with())
    if state == "accepted":
        return readings.filter(accepted)
    if state == "returned":
        return readings.filter(with_reader)
    return readings.filter(~accepted, ~with_reader)


def is_changed_since(review: ExamReview) -> bool:
    """Whether the reader submitted anything after a review."""
    return Annotation.objects.filter(
        assignment=review.assignment_id, submitted_at__gt=review.created_at
    ).exists()
