"""Leases of exams from a pool: held for minutes, renewed by the reading page, given back by time."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from annotations.domain.exam_end import check_goes_on
from annotations.errors import ForbiddenError
from annotations.models import Annotation, Assignment, Campaign, PoolSlot, Reader

# Many heartbeats long: a page that lost the network for a while keeps its exam.
LEASE = timedelta(minutes=10)


def renew_lease(*, assignment: Assignment, reader: Reader) -> datetime | None:
    """Hold an exam for one lease from now; None where it needs none.

    A lease that ran out is taken up again as long as nobody else has the exam.
    """
    if assignment.reader_id != reader.id:
        raise ForbiddenError("This exam is another reader's; only her page holds it.")
    check_goes_on(assignment.id)
    until = timezone.now() + LEASE
    held = PoolSlot.objects.filter(assignment=assignment).update(lease_until=until)
    return until if held else None


def has_strokes() -> Exists:
    """Tell of a slot whether the reader who holds it has drawn or answered anything."""
    return Exists(Annotation.objects.filter(assignment=OuterRef("assignment"), version__gt=0))


def stuck_slots(campaign: Campaign) -> QuerySet[PoolSlot]:
    """Exams of the pool that were begun and let lie: they stay with their reader until the lead acts."""
    return (
        campaign.pool_slots.filter(
            has_strokes(), lease_until__lt=timezone.now(), closed_at=None, assignment__state="open"
        )
        .select_related("assignment__reader__user", "study__patient")
        .order_by("lease_until")
    )
