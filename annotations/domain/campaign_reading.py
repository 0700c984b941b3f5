"""What readers of a campaign made of its images, before anybody corrected it; agreement is measured on it."""

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from annotations.enums import AssignmentState, ReadingState
from annotations.models import Annotation, Assignment, Campaign, PlantedCopy, Reader


def readings(campaign: Campaign, *, round: int | None = None) -> QuerySet[Annotation]:  # noqa: A002 - as the field
    """Give the submitted first readings of exams that were read to their end, of all rounds or of one.

    What was skipped or withdrawn is not among them, whatever of it had been read, nor is what an expert made
    of a reading, nor are planted copies. Image, exam, patient, reader and assignment come along in one query.
    """
    # A copy with planted calcification measures its reader, and belongs to no patient.
    planted = PlantedCopy.objects.filter(mammogram=OuterRef("mammogram"))
    found = Annotation.objects.filter(
        ~Exists(planted),
        assignment__campaign=campaign,
        assignment__state=AssignmentState.SUBMITTED,
        state=ReadingState.SUBMITTED,
        derived_from__isnull=True,
    )
    if round is not None:
        found = found.filter(assignment__round=round)
    return found.select_related("mammogram__study__patient", "reader", "assignment").order_by(
        "mammogram", "reader", "assignment__round"
    )


def readers_of(campaign: Campaign) -> QuerySet[Reader]:
    """Give those who have a reading in a campaign, by pseudonym."""
    # From each reader to her first exam with a reading, and no further: `IN` goes through all readings.
    own = Assignment.objects.filter(
        Exists(readings(campaign).filter(assignment=OuterRef("pk"))),
        reader=OuterRef("pk"),
        campaign=campaign,
        state=AssignmentState.SUBMITTED,
    )
    any_exam = Subquery(own.order_by().values("id")[:1])
    return Reader.objects.alias(any_exam=any_exam).filter(any_exam__isnull=False).order_by("pseudonym")
