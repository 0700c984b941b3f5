"""Readings that a pool may still give: whoever may get one is blind to the exam already."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import AssignmentState
from annotations.models import Assignment, CampaignReader, PoolSlot, Reader


def slots_open_to(reader: Reader) -> QuerySet[PoolSlot]:
    """Readings that a pool may still give her, of exams that she has not had.

    Whatever her role: one day she may read again, and is blind only to what she was never shown.
    """
    joined = CampaignReader.objects.filter(reader=reader, left_at=None).values("campaign")
    had = Assignment.objects.filter(
        campaign=OuterRef("campaign"), study=OuterRef("study"), reader=reader
    ).exclude(state=AssignmentState.WITHDRAWN)
    return _slots_to_come().filter(~Exists(had), campaign__in=joined)


def members_to_get(study: UUID) -> QuerySet[CampaignReader]:
    """The same, asked of one exam: who of the pools that hold it may still be given it."""
    slots = _slots_to_come().filter(campaign=OuterRef("campaign"), study=study)
    had = Assignment.objects.filter(
        campaign=OuterRef("campaign"), study=study, reader=OuterRef("reader")
    ).exclude(state=AssignmentState.WITHDRAWN)
    return CampaignReader.objects.filter(Exists(slots), ~Exists(had), left_at=None)


def _slots_to_come() -> QuerySet[PoolSlot]:
    """Readings that pools of open campaigns may give out, today or when what is held comes back."""
    free = Q(assignment=None) | Q(assignment__state=AssignmentState.OPEN)
    return PoolSlot.objects.filter(free, closed_at=None, campaign__closed_at=None)
