"""Exams given to a reader: which are hers to read still, and what of her own she must not see."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import AssignmentState, CampaignPurpose, ReadingState, ReviewValue
from annotations.models import Annotation, Assignment, ExamReview, Mammogram, Reader, ReviewedImage, Study
from annotations.rules.pool_slot import slots_open_to


def assignments_visible_to(reader: Reader) -> QuerySet[Assignment]:
    return Assignment.objects.filter(reader=reader)


def studies_still_read_by(reader: Reader) -> QuerySet[Study, UUID]:
    """Exams on which she is blind to what others made of them: hers to read, and what a pool may give her."""
    given = unfinished(assignments_visible_to(reader)).values("study")
    to_come = slots_open_to(reader).values("study")
    return Study.objects.filter(Q(id__in=given) | Q(id__in=to_come)).values_list("id", flat=True)


def unfinished(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what is open, what has an image that came after it was submitted, and what an expert sent back.

    What was skipped or withdrawn is over, whatever of it was read.
    """
    submitted = Annotation.objects.filter(
        assignment=OuterRef(OuterRef("pk")),
        mammogram=OuterRef("pk"),
        derived_from__isnull=True,
        state=ReadingState.SUBMITTED,
    )
    unread = Mammogram.objects.filter(study=OuterRef("study")).exclude(Exists(submitted))
    return assignments.filter(
        Q(state=AssignmentState.OPEN)
        | Q(state=AssignmentState.SUBMITTED) & (Exists(unread) | Exists(copies_to_go_on_with()))
    )


def returned(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what an expert sent back, and its reader has not submitted again."""
    return assignments.filter(Exists(copies_to_go_on_with()), state=AssignmentState.SUBMITTED)


def to_repeat(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what its reader has ended and is to read once more: until then she is blind to what she made."""
    later = Assignment.objects.filter(
        campaign=OuterRef("campaign"),
        study=OuterRef("study"),
        reader=OuterRef("reader"),
        round__gt=OuterRef("round"),
    )
    return assignments.exclude(state=AssignmentState.OPEN).filter(Exists(unfinished(later)))


def campaigns_repeated_by(reader: Reader) -> QuerySet[Assignment, UUID]:
    """Campaigns in which she reads some exams twice; no list offers her own labels, or it told which."""
    return assignments_visible_to(reader).filter(round__gt=1).values_list("campaign", flat=True)


def exams_shown_again_to(reader: Reader) -> QuerySet[Assignment]:
    """Exams whose own labels and answers open to her: none that she repeats.

    Where some come back to her unasked, none that she has ended: what stayed closed would tell which. In
    training she asks for a further try herself.
    """
    own = assignments_visible_to(reader)
    unasked = campaigns_repeated_by(reader).exclude(campaign__purpose=CampaignPurpose.TRAINING)
    ended = own.exclude(state=AssignmentState.OPEN).filter(campaign__in=unasked)
    return own.exclude(id__in=to_repeat(own).values("id")).exclude(id__in=ended.values("id"))


def copies_to_go_on_with(assignment: str = "pk") -> QuerySet[ReviewedImage]:
    """Open copies of an assignment by its last review; a word that was taken back asks for nothing.

    `assignment` is its field in the rows that are asked about.
    """
    later = ExamReview.objects.filter(
        assignment=OuterRef("review__assignment"), sequence__gt=OuterRef("review__sequence")
    )
    return ReviewedImage.objects.filter(
        ~Exists(later),
        review__assignment=OuterRef(assignment),
        review__value=ReviewValue.RETURNED,
        result__state=ReadingState.OPEN,
    )
