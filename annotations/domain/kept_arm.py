"""Whether a reading was made with the help that the lot gave it; an effect is measured on no other."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from annotations.models import Annotation, Assignment
from annotations.rules import comes_back


def arms_not_kept(annotations: Collection[UUID]) -> set[UUID]:
    """Return those whose proposal was to be hidden and was seen, or was to be shown and could not be.

    It could not be shown where its reader had the same exam to read without a model elsewhere, and had not
    ended that by the time she submitted, or gets exams of that campaign again (`kept_blind` in the rules).
    """
    blind_elsewhere = Assignment.objects.filter(
        Q(submitted_at=None, ended_at=None)
        | Q(submitted_at__gt=OuterRef("submitted_at"))
        | Q(ended_at__gt=OuterRef("submitted_at"))
        | comes_back(),
        study=OuterRef("assignment__study"),
        reader=OuterRef("reader"),
        shows_preannotation=False,
        created_at__lt=OuterRef("submitted_at"),
    ).exclude(campaign=OuterRef("assignment__campaign"))
    was_seen = Q(assignment__shows_preannotation=False, preannotation_shown=True)
    was_refused = Q(Exists(blind_elsewhere), assignment__shows_preannotation=True)
    found = Annotation.objects.filter(was_seen | was_refused, id__in=list(annotations))
    return set(found.order_by().values_list("id", flat=True))
