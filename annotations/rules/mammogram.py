"""Images, as pictures and to work on."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import AssignmentState, Role
from annotations.models import Mammogram, Reader, Study
from annotations.rules.assignment import assignments_visible_to


def mammograms_visible_to(reader: Reader) -> QuerySet[Mammogram]:
    """Images as pictures: for a reader those of her exams, and those of the same patients' earlier ones.

    Earlier exams belong to reading, unless a campaign leaves them out; a later one would tell how it went on.
    Where a date is missing nobody can say which came first, and the exam is shown. What a person or a model
    made of other exams does not belong to reading: see `mammograms_read_by`, and the rules of annotations and
    of runs.
    """
    if reader.role != Role.READER:
        return Mammogram.objects.all()
    given = assignments_visible_to(reader).filter(study__patient=OuterRef("study__patient"))
    is_undated = Q(study__shifted_day__isnull=True)
    is_later = Q(study__shifted_day__gt=OuterRef("study__shifted_day"))
    looks_back = given.filter(campaign__shows_priors=True)
    leaves_out = given.filter(campaign__shows_priors=False, state=AssignmentState.OPEN)
    is_earlier = Exists(looks_back.filter(is_undated | is_later)) | is_undated & Exists(looks_back)
    return Mammogram.objects.filter(
        Exists(given.filter(study=OuterRef("study"))) | is_earlier & ~Exists(leaves_out)
    )


def can_see_priors(reader: Reader, study: Study) -> bool:
    """Whether earlier exams are shown beside this one: not while she reads it for a campaign without them."""
    shown = set(
        assignments_visible_to(reader).filter(study=study).values_list("campaign__shows_priors", "state")
    )
    return not shown or (
        any(is_shown for is_shown, _state in shown) and (False, AssignmentState.OPEN) not in shown
    )


def mammograms_read_by(reader: Reader) -> QuerySet[Mammogram]:
    """Images on which she may do more than look: for a reader those of the exams that she was given."""
    if reader.role != Role.READER:
        return Mammogram.objects.all()
    return Mammogram.objects.filter(study__in=assignments_visible_to(reader).values("study"))


def can_state_view(reader: Reader, mammogram: Mammogram) -> bool:
    """Breast and view are told from the picture by those who read it."""
    if reader.role == Role.ADJUDICATOR:
        return True
    return reader.role == Role.READER and mammograms_read_by(reader).filter(pk=mammogram.pk).exists()
