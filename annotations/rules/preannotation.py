"""What models found, and maps that help: closed where an exam is read without them."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotations.enums import (
    AssignmentState,
    CampaignPurpose,
    MapKind,
    PreannotationPolicy,
    Role,
)
from annotations.models import Assignment, ImageMap, InferenceRun, Mammogram, Reader, Study
from annotations.rules.assignment import assignments_visible_to, unfinished
from annotations.rules.mammogram import mammograms_read_by, mammograms_visible_to
from annotations.rules.pool_slot import slots_open_to

# Both point at what the reader is asked to find.
HELPING_MAPS = (MapKind.CALCIFICATION_THICKNESS, MapKind.HEATMAP)


def inference_runs_visible_to(reader: Reader) -> QuerySet[InferenceRun]:
    """Runs on images that she reads; hidden where she reads, or as a reader has read, without a model."""
    return InferenceRun.objects.filter(mammogram__in=mammograms_read_by(reader)).exclude(
        mammogram__study__in=_studies_read_blind_by(reader)
    )


def mammograms_mapped_for(reader: Reader, kind: MapKind) -> QuerySet[Mammogram]:
    """Images of which a person may ask for a map: one that helps to find only where she reads."""
    return mammograms_read_by(reader) if kind in HELPING_MAPS else mammograms_visible_to(reader)


def image_maps_visible_to(reader: Reader) -> QuerySet[ImageMap]:
    """Maps over visible images; those that help to find only where she reads, and reads with help."""
    is_help = Q(kind__in=HELPING_MAPS)
    blind = _studies_read_blind_by(reader)
    may_be_helped = Q(mammogram__in=mammograms_read_by(reader)) & ~Q(mammogram__study__in=blind)
    return ImageMap.objects.filter(~is_help | may_be_helped, mammogram__in=mammograms_visible_to(reader))


def can_preannotate(reader: Reader, mammogram: Mammogram) -> bool:
    return not _studies_read_blind_by(reader).filter(id=mammogram.study_id).exists()


def is_blind_for_another_campaign(reader: Reader, mammogram: Mammogram) -> bool:
    """Whether a reading of hers shows the proposal, and one of the same exam elsewhere has to hide it."""
    return _shown_to(reader).filter(study=mammogram.study_id).exists()


def kept_blind(hidden: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep readings without a model that hide the proposal of their exam in every campaign.

    Those to be read still, and all of a campaign in which exams come back to their reader unasked: a proposal
    that stayed closed would tell which.
    """
    return hidden.filter(Q(id__in=unfinished(hidden).values("id")) | comes_back())


def comes_back() -> Exists:
    """Tell of an assignment whether exams of its campaign come back to its reader unasked."""
    repeats = Assignment.objects.filter(campaign=OuterRef("campaign"), reader=OuterRef("reader"), round__gt=1)
    return Exists(repeats.exclude(campaign__purpose=CampaignPurpose.TRAINING))


def _shown_to(reader: Reader) -> QuerySet[Assignment]:
    active = (AssignmentState.OPEN, AssignmentState.SUBMITTED)
    return assignments_visible_to(reader).filter(shows_preannotation=True, state__in=active)


def _studies_read_blind_by(reader: Reader) -> QuerySet[Study, UUID]:
    """Exams read with pre-annotation hidden: an expert sees the runs again once she has submitted.

    A reader does not, unless a lot shows them to her elsewhere: it could not be kept otherwise.
    """
    given = assignments_visible_to(reader).filter(shows_preannotation=False)
    if reader.role == Role.READER:
        by_lot = _shown_to(reader).filter(campaign__preannotation=PreannotationPolicy.RANDOMISED)
        was_blind = Q(id__in=given.values("study")) & ~Q(id__in=by_lot.values("study"))
        is_blind = Q(id__in=kept_blind(given).values("study")) | was_blind
    else:
        to_come = slots_open_to(reader).filter(shows_preannotation=False)
        is_blind = Q(id__in=unfinished(given).values("study")) | Q(id__in=to_come.values("study"))
    return Study.objects.filter(is_blind).values_list("id", flat=True)
