"""The gate of a campaign: the first exams of each reader are reviewed before she gets more."""

from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from annotations.enums import AssignmentState, ReviewValue
from annotations.errors import GateClosedError
from annotations.models import Assignment, Campaign, ExamReview, Reader


@dataclass(frozen=True)
class Gate:
    """How far a reader is through the gate of a campaign."""

    exams: int
    submitted: int
    accepted: int

    @property
    def is_closed(self) -> bool:
        """Whether she has read all first exams and some wait for an expert's word."""
        return self.submitted >= self.exams > self.accepted

    @property
    def waiting(self) -> int:
        return max(self.exams - self.accepted, 0)


def with_last_review(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Say of each exam what the last review made of it (`last_review`, None where there is none)."""
    last = ExamReview.objects.filter(assignment=OuterRef("pk")).order_by("-sequence").values("value")[:1]
    return assignments.annotate(last_review=Subquery(last))


def closed_for(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns in which this reader has read her first exams, and an expert has not accepted them all."""
    return _with_counts(reader).filter(submitted__gte=F("gate_exams"), accepted__lt=F("gate_exams"))


def gate_of(reader: Reader, campaign: Campaign) -> Gate | None:
    """Return how far she is; None where the campaign has no gate."""
    if not campaign.gate_exams:
        return None
    counts = _with_counts(reader).values("submitted", "accepted").get(id=campaign.id)
    return Gate(exams=campaign.gate_exams, **counts)


def check_gate(assignment: Assignment) -> None:
    """Refuse to begin an exam while the gate is closed; what was begun goes on."""
    if assignment.annotations.exists():
        return
    if closed_for(assignment.reader).filter(id=assignment.campaign_id).exists():
        raise GateClosedError(
            f"An expert looks at your first {assignment.campaign.gate_exams} exams of "
            f"{assignment.campaign.name}. The next one opens once they are accepted."
        )


def _with_counts(reader: Reader) -> QuerySet[Campaign]:
    return Campaign.objects.filter(gate_exams__gt=0).annotate(
        submitted=_count(reader, Q()), accepted=_count(reader, Q(last_review=ReviewValue.ACCEPTED))
    )


def _count(reader: Reader, condition: Q) -> Coalesce:
    own = Assignment.objects.filter(
        campaign=OuterRef("pk"), reader=reader, state=AssignmentState.SUBMITTED
    ).order_by()
    counted = with_last_review(own).filter(condition).values("campaign").annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0, output_field=IntegerField())
