"""Who may see and do what: predicates, and querysets from which every list and every lookup starts.

A reader knows the images assigned to her, the other exams of these patients as pictures, and only her own
annotations. An adjudicator sees all
submitted annotations. A data scientist sees submitted annotations under pseudonyms and all datasets.
An administrator takes images in and manages people; masks are not shown to her by default.
Whoever still has an exam to read, in whatever role, is blind to what others made of it.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import MapKind, ReadingState, Role
from annotations.models import (
    Annotation,
    AnnotationBranch,
    Assignment,
    Comment,
    CorrectionRun,
    ImageMap,
    InferenceRun,
    Mammogram,
    Reader,
)

EXPERTS = (Role.ADJUDICATOR, Role.DATA_SCIENTIST)


def is_expert(reader: Reader) -> bool:
    return reader.role in EXPERTS


def can_take_in(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def can_manage_campaigns(reader: Reader) -> bool:
    """Only an administrator: whoever gives out exams knows which name is behind which pseudonym."""
    return reader.role == Role.ADMINISTRATOR


def can_manage_models(reader: Reader) -> bool:
    return reader.role in (Role.ADMINISTRATOR, Role.DATA_SCIENTIST)


def can_manage_datasets(reader: Reader) -> bool:
    return reader.role == Role.DATA_SCIENTIST


def can_compare(reader: Reader) -> bool:
    return is_expert(reader)


def can_decide_corrections(reader: Reader) -> bool:
    return reader.role in (Role.READER, Role.ADJUDICATOR)


def assignments_visible_to(reader: Reader) -> QuerySet[Assignment]:
    return Assignment.objects.filter(reader=reader)


def unfinished(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep what is open, and what has an image that came after it was submitted and waits to be read."""
    submitted = Annotation.objects.filter(
        assignment=OuterRef(OuterRef("pk")),
        mammogram=OuterRef("pk"),
        derived_from__isnull=True,
        state=ReadingState.SUBMITTED,
    )
    unread = Mammogram.objects.filter(study=OuterRef("study")).exclude(Exists(submitted))
    return assignments.filter(Q(state=ReadingState.OPEN) | Exists(unread))


def mammograms_visible_to(reader: Reader) -> QuerySet[Mammogram]:
    """Images as pictures: for a reader those of every patient of whom she has an exam to read.

    Earlier exams belong to reading. What a person or a model made of them does not: see
    `mammograms_read_by` and the rules of annotations and runs.
    """
    if reader.role != Role.READER:
        return Mammogram.objects.all()
    patients = assignments_visible_to(reader).values("study__patient")
    return Mammogram.objects.filter(study__patient__in=patients)


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


def annotations_visible_to(reader: Reader) -> QuerySet[Annotation]:
    """Own annotations, and for experts everybody's submitted ones, but for exams that they still read."""
    own = Q(reader=reader)
    if not is_expert(reader):
        return Annotation.objects.filter(own)
    is_blind = Q(mammogram__study__in=unfinished(assignments_visible_to(reader)).values("study"))
    return Annotation.objects.filter(own | Q(state=ReadingState.SUBMITTED) & ~is_blind)


def people_who_may_see(annotation: Annotation) -> QuerySet[Reader]:
    """Everybody to whom `annotations_visible_to` gives this annotation: whom its comments may call."""
    own = Q(id=annotation.reader_id)
    if annotation.state != ReadingState.SUBMITTED:
        return Reader.objects.filter(own)
    blind = unfinished(Assignment.objects.filter(study=annotation.mammogram.study_id)).values("reader")
    return Reader.objects.filter(own | Q(role__in=EXPERTS) & ~Q(id__in=blind))


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


def inference_runs_visible_to(reader: Reader) -> QuerySet[InferenceRun]:
    """Runs on images that she reads; hidden where she reads, or as a reader has read, without a model."""
    return InferenceRun.objects.filter(mammogram__in=mammograms_read_by(reader)).exclude(
        mammogram__study__in=_studies_read_blind_by(reader)
    )


def image_maps_visible_to(reader: Reader) -> QuerySet[ImageMap]:
    """Maps over visible images; those that point at calcification not where she reads without help."""
    is_help = ~Q(kind=MapKind.DENSITY)
    blind = Q(mammogram__study__in=_studies_read_blind_by(reader))
    return ImageMap.objects.filter(mammogram__in=mammograms_visible_to(reader)).exclude(is_help & blind)


def can_preannotate(reader: Reader, mammogram: Mammogram) -> bool:
    return not _studies_read_blind_by(reader).filter(study=mammogram.study_id).exists()


def _studies_read_blind_by(reader: Reader) -> QuerySet[Assignment, UUID]:
    """Exams in campaigns that hide pre-annotation: an expert sees the runs again once she has submitted."""
    assignments = assignments_visible_to(reader)
    if reader.role != Role.READER:
        assignments = unfinished(assignments)
    return assignments.filter(campaign__shows_preannotation=False).values_list("study", flat=True)


def correction_runs_visible_to(reader: Reader) -> QuerySet[CorrectionRun]:
    """Runs on visible annotations; a reader does not learn who else corrects hers."""
    runs = CorrectionRun.objects.filter(annotation__in=annotations_visible_to(reader))
    return runs if is_expert(reader) else runs.filter(requested_by=reader)
