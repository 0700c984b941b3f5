"""Exams that nobody goes on with: past their day, or begun and left; the oldest first."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from annotations.enums import AssignmentState
from annotations.models import Annotation, AnnotationOperation, Assignment, Campaign

LEFT_AFTER = timedelta(days=3)


def stuck_exams(campaign: Campaign) -> QuerySet[Assignment]:
    """Give open exams past their day, and those begun on which nothing was drawn for days.

    `stuck_since` is when anything was last done on them, or when they were given out.
    """
    begun = Annotation.objects.filter(assignment=OuterRef("pk"))
    operations = AnnotationOperation.objects.filter(annotation__assignment=OuterRef("pk"))
    last_touched = Coalesce(
        Subquery(operations.order_by("-created_at").values("created_at")[:1]),
        Subquery(begun.order_by("-created_at").values("created_at")[:1]),
        "created_at",
    )
    is_overdue = Q(due_on__lt=timezone.localdate())
    is_left = Q(Exists(begun), stuck_since__lt=timezone.now() - LEFT_AFTER)
    return (
        Assignment.objects.filter(campaign=campaign, state=AssignmentState.OPEN)
        .annotate(stuck_since=last_touched)
        .filter(is_overdue | is_left)
        .select_related("study__patient", "reader__user")
        .order_by("stuck_since", "id")
    )
