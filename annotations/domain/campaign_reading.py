"""What readers of a campaign made of its images; consensus, agreement and the reference standard rest on it.

The reading of a reader on an image is what she submitted last in that assignment: her first label, or the
one after an expert sent the image back. docs/decisions/0010 says why, and what is no reading.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from annotations.enums import AssignmentState, ReadingState, ReviewValue
from annotations.models import Annotation, Assignment, Campaign, PlantedCopy, Reader, ReviewedImage
from annotations.rules import copies_to_go_on_with


def readings(campaign: Campaign, *, round: int | None = None) -> QuerySet[Annotation]:  # noqa: A002 - as the field
    """Give each reader's reading of each image, of exams read to their end, of all rounds or of one.

    What was skipped or withdrawn is not among them, whatever of it had been read, nor an image that is back
    with its reader, nor what an expert or a label correction made of a reading, nor are planted copies.
    Image, exam, patient, reader and assignment come along in one query.
    """
    with_reader = copies_to_go_on_with("assignment").filter(result__mammogram=OuterRef("mammogram"))
    submitted_later = _returned_images().filter(
        review__assignment=OuterRef("assignment"),
        result__mammogram=OuterRef("mammogram"),
        result__state=ReadingState.SUBMITTED,
        result__submitted_at__gt=OuterRef("submitted_at"),
    )
    return _submitted(campaign, round).filter(
        is_own_drawing(), ~Exists(with_reader), ~Exists(submitted_later)
    )


def first_readings(campaign: Campaign, *, round: int | None = None) -> QuerySet[Annotation]:  # noqa: A002 - as the field
    """Give what the same readers submitted first, before any expert had said a word on it."""
    return _submitted(campaign, round).filter(derived_from__isnull=True)


def is_own_drawing() -> Q:
    """Tell of an annotation that its reader drew it herself: at first, or after it was sent back to her."""
    return Q(derived_from__isnull=True) | Q(id__in=_returned_images().values("result"))


def _returned_images() -> QuerySet[ReviewedImage]:
    return ReviewedImage.objects.filter(review__value=ReviewValue.RETURNED)


def _submitted(campaign: Campaign, round: int | None) -> QuerySet[Annotation]:  # noqa: A002 - as the field
    # A copy with planted calcification measures its reader, and belongs to no patient.
    planted = PlantedCopy.objects.filter(mammogram=OuterRef("mammogram"))
    found = Annotation.objects.filter(
        ~Exists(planted),
        assignment__campaign=campaign,
        assignment__state=AssignmentState.SUBMITTED,
        state=ReadingState.SUBMITTED,
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
