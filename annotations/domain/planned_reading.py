"""What the plan of a campaign counts: the readings that it gave out."""

from django.db.models import Count, Q, QuerySet

from annotations.domain.plan_request import PlanRequest
from annotations.enums import AssignmentState
from annotations.models import Assignment, Campaign, ExamWithdrawal

ACTIVE = (AssignmentState.OPEN, AssignmentState.SUBMITTED)


def latest_request(campaign: Campaign) -> PlanRequest | None:
    """Return what the last plan of a campaign asked for."""
    plan = campaign.plans.order_by("created_at").last()
    return None if plan is None else PlanRequest.from_stored(plan.parameters)


def standing_withdrawals(campaign: Campaign) -> QuerySet[ExamWithdrawal]:
    """Give the withdrawals of exams that were not taken back."""
    return campaign.withdrawals.filter(reinstatement=None)


def planned_readings(campaign: Campaign) -> QuerySet[Assignment]:
    """First readings of exams that a plan of this campaign counts: none from a pool, no reference exam."""
    return (
        Assignment.objects.filter(campaign=campaign, round=1)
        .exclude(study__in=standing_withdrawals(campaign).values("study"))
        .exclude(study__in=campaign.reference_exams.values("study"))
        .exclude(study__in=campaign.pool_slots.values("study"))
    )


def readings_by_exam(campaign: Campaign) -> list[int]:
    """Count the readings of each exam that the plan counts; 0 where all that it had were skipped or ended."""
    counted = planned_readings(campaign).order_by().values("study")
    readings = counted.annotate(readings=Count("pk", filter=Q(state__in=ACTIVE)))
    return list(readings.values_list("readings", flat=True))
