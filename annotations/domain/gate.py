"""The gate of a campaign: the first exams of each reader are reviewed before she gets more."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery
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

    @property
    def words(self) -> str:
        """Say how many are accepted; what is accepted beyond the gate counts for nothing."""
        return f"{min(self.accepted, self.exams)} of {self.exams} accepted"


def last_reviews(value: ReviewValue) -> QuerySet[ExamReview]:
    """Give the reviews that are the last word on a reading, and say this."""
    later = ExamReview.objects.filter(assignment=OuterRef("assignment"), sequence__gt=OuterRef("sequence"))
    return ExamReview.objects.filter(~Exists(later), value=value)


def with_last_review(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Say of each exam what the last review made of it (`last_review`, None where there is none)."""
    last = ExamReview.objects.filter(assignment=OuterRef("pk")).order_by("-sequence").values("value")[:1]
    return assignments.annotate(last_review=Subquery(last))


def closed_for(reader: Reader) -> QuerySet[Any]:
    """Campaigns in which this reader has read her first exams, and an expert has not accepted them all."""
    return _with_counts(reader).filter(submitted__gte=F("gate_exams"), accepted__lt=F("gate_exams"))


def closed_gates(reader: Reader) -> dict[UUID, Gate]:
    """Return the gates at which this reader waits, by campaign."""
    counts = closed_for(reader).values("id", "gate_exams", "submitted", "accepted")
    return {row["id"]: Gate(row["gate_exams"], row["submitted"], row["accepted"]) for row in counts}


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


def gates(campaign: Campaign) -> dict[UUID, Gate]:
    """Return how far each reader is who has submitted an exam; empty without a gate."""
    if not campaign.gate_exams:
        return {}
    submitted = _per_reader(_submitted().filter(campaign=campaign), "reader")
    accepted = _per_reader(_accepted().filter(assignment__campaign=campaign), "assignment__reader")
    return {
        reader: Gate(exams=campaign.gate_exams, submitted=count, accepted=accepted.get(reader, 0))
        for reader, count in submitted.items()
    }


def _per_reader(rows: QuerySet[Any], path: str) -> dict[UUID, int]:
    return dict(rows.order_by().values_list(path).annotate(count=Count("pk")))


def _submitted() -> QuerySet[Assignment]:
    return Assignment.objects.filter(state=AssignmentState.SUBMITTED)


def _accepted() -> QuerySet[ExamReview]:
    return last_reviews(ReviewValue.ACCEPTED).filter(assignment__state=AssignmentState.SUBMITTED)


def _with_counts(reader: Reader) -> QuerySet[Any]:
    """Count in each campaign with a gate what she has submitted, and what of it is accepted."""
    submitted = _submitted().filter(campaign=OuterRef("pk"), reader=reader).values("campaign")
    accepted = _accepted().filter(assignment__campaign=OuterRef("pk"), assignment__reader=reader)
    return Campaign.objects.filter(gate_exams__gt=0).annotate(
        submitted=_count(submitted), accepted=_count(accepted.values("assignment__campaign"))
    )


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())
