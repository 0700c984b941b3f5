"""What the lead of a campaign looks at: numbers and names, never a label."""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from annotations.enums import AssignmentState
from annotations.models import Annotation, Assignment, Campaign

# What a reading can be, in the order of its way through a campaign: stored nowhere, told from its rows.
STATES = {
    "later": "Not yet open",
    "waiting": "Waiting to be read",
    "in_progress": "In progress",
    "submitted": "Submitted",
    "skipped": "Skipped by the reader",
    "withdrawn": "Withdrawn by the lead",
}


@dataclass(frozen=True)
class StateCount:
    state: str
    text: str
    count: int
    share: float


def with_board_state(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Say of each reading where it stands (`board_state`, a key of STATES)."""
    is_begun = Exists(Annotation.objects.filter(assignment=OuterRef("pk")))
    is_open = Q(state=AssignmentState.OPEN)
    return assignments.annotate(
        board_state=Case(
            When(state=AssignmentState.SUBMITTED, then=Value("submitted")),
            When(state=AssignmentState.SKIPPED, then=Value("skipped")),
            When(state=AssignmentState.WITHDRAWN, then=Value("withdrawn")),
            When(is_open & is_begun, then=Value("in_progress")),
            When(is_open & Q(opens_on__gt=timezone.localdate()), then=Value("later")),
            default=Value("waiting"),
            output_field=CharField(),
        )
    )


def readings_by_state(campaign: Campaign) -> list[StateCount]:
    """Count the readings of a campaign by state, in the order of STATES."""
    found = with_board_state(Assignment.objects.filter(campaign=campaign)).order_by()
    counts = dict(found.values_list("board_state").annotate(count=Count("id")))
    total = sum(counts.values())
    return [
        StateCount(state, text, counts.get(state, 0), counts.get(state, 0) / total if total else 0.0)
        for state, text in STATES.items()
    ]
