"""Who may see and do what: predicates, and querysets from which every list and every lookup starts.

A reader knows only the images assigned to her and only her own annotations. An adjudicator sees all
submitted annotations. A data scientist sees submitted annotations under pseudonyms and all datasets.
An administrator takes images in and manages people; masks are not shown to her by default.
"""

from django.db.models import Q, QuerySet

from annotations.enums import ReadingState, Role
from annotations.models import Annotation, Assignment, CorrectionRun, InferenceRun, Mammogram, Reader

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


def mammograms_visible_to(reader: Reader) -> QuerySet[Mammogram]:
    if reader.role in (Role.ADJUDICATOR, Role.DATA_SCIENTIST, Role.ADMINISTRATOR):
        return Mammogram.objects.all()
    return Mammogram.objects.filter(study__assignments__reader=reader).distinct()


def annotations_visible_to(reader: Reader) -> QuerySet[Annotation]:
    """Own annotations, and for experts everybody's submitted ones."""
    own = Q(reader=reader)
    if is_expert(reader):
        return Annotation.objects.filter(own | Q(state=ReadingState.SUBMITTED))
    return Annotation.objects.filter(own)


def inference_runs_visible_to(reader: Reader) -> QuerySet[InferenceRun]:
    """Runs on visible images; hidden from a reader wherever a campaign of hers hides pre-annotations."""
    runs = InferenceRun.objects.filter(mammogram__in=mammograms_visible_to(reader))
    if reader.role == Role.READER:
        runs = runs.exclude(mammogram__in=_mammograms_read_blind_by(reader))
    return runs


def can_preannotate(reader: Reader, mammogram: Mammogram) -> bool:
    if reader.role != Role.READER:
        return True
    return not _mammograms_read_blind_by(reader).filter(id=mammogram.id).exists()


def _mammograms_read_blind_by(reader: Reader) -> QuerySet[Mammogram]:
    return Mammogram.objects.filter(
        study__assignments__reader=reader, study__assignments__campaign__shows_preannotation=False
    )


def correction_runs_visible_to(reader: Reader) -> QuerySet[CorrectionRun]:
    return CorrectionRun.objects.filter(annotation__in=annotations_visible_to(reader))
