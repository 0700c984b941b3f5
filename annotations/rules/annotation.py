"""Labels, and what is said and made of them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from annotations.enums import ReadingState, Role
from annotations.models import Annotation, AnnotationBranch, Assignment, Comment, CorrectionRun, Reader
from annotations.rules.assignment import assignments_visible_to, studies_still_read_by, to_repeat, unfinished
from annotations.rules.pool_slot import members_to_get
from annotations.rules.reader import EXPERTS, is_expert


def annotations_visible_to(reader: Reader) -> QuerySet[Annotation]:
    """Own annotations but those of exams she is to repeat, and for experts everybody's submitted ones.

    An expert is blind to exams that she still reads, or may be given from a pool.
    """
    own = Q(reader=reader) & ~_is_repeated(to_repeat(assignments_visible_to(reader)))
    if not is_expert(reader):
        return Annotation.objects.filter(own)
    is_blind = Q(mammogram__study__in=studies_still_read_by(reader))
    return Annotation.objects.filter(own | Q(state=ReadingState.SUBMITTED) & ~is_blind)


def _is_repeated(repeated: QuerySet[Assignment]) -> Q:
    """Tell of an annotation whether it belongs to one of these readings, or was made of one by correction.

    What is still to be drawn, on a new image or on a copy that came back, is not hidden.
    """
    is_submitted = Q(assignment__in=repeated.values("id"), state=ReadingState.SUBMITTED)
    return is_submitted | Q(assignment=None, mammogram__study__in=repeated.values("study"))


def people_who_may_see(annotation: Annotation) -> QuerySet[Reader]:
    """Everybody to whom `annotations_visible_to` gives this annotation: whom its comments may call."""
    own = Q(id__in=_its_reader(annotation))
    if annotation.state != ReadingState.SUBMITTED:
        return Reader.objects.filter(own)
    study = annotation.mammogram.study_id
    reads = unfinished(Assignment.objects.filter(study=study)).values("reader")
    is_blind = Q(id__in=reads) | Q(id__in=members_to_get(study).values("reader"))
    return Reader.objects.filter(own | Q(role__in=EXPERTS) & ~is_blind)


def _its_reader(annotation: Annotation) -> list[UUID]:
    """Name who made an annotation; nobody while she is to repeat the exam."""
    repeated = to_repeat(Assignment.objects.filter(reader=annotation.reader_id))
    is_hidden = Annotation.objects.filter(_is_repeated(repeated), id=annotation.id).exists()
    return [] if is_hidden else [annotation.reader_id]


def comments_visible_to(reader: Reader) -> QuerySet[Comment]:
    """Comments on visible annotations: whoever is blind to a label is blind to what is said of it."""
    return Comment.objects.filter(annotation__in=annotations_visible_to(reader))


def branches_visible_to(reader: Reader) -> QuerySet[AnnotationBranch]:
    return AnnotationBranch.objects.filter(annotation__in=annotations_visible_to(reader))


def can_decide_branch(reader: Reader, annotation: Annotation) -> bool:
    """Whoever drew it; of what was submitted also an adjudicator, who is the next to look at it."""
    if annotation.reader_id == reader.id:
        return True
    return reader.role == Role.ADJUDICATOR and annotation.state == ReadingState.SUBMITTED


def correction_runs_visible_to(reader: Reader) -> QuerySet[CorrectionRun]:
    """Runs on visible annotations; a reader does not learn who else corrects hers."""
    runs = CorrectionRun.objects.filter(annotation__in=annotations_visible_to(reader))
    return runs if is_expert(reader) else runs.filter(requested_by=reader)
