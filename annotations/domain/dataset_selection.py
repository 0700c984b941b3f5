"""Which annotations a filter picks, and which split a patient belongs to."""

import hashlib
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from annotations.enums import OperationKind, Question
from annotations.models import Annotation, AnnotationOperation, ReferenceImage, ReferenceStandard
from annotations.validators.dataset_filter import LATEST, REFERENCE, DatasetFilter

TRAIN, VALIDATION, TEST = "train", "validation", "test"
SPLITS = (TRAIN, VALIDATION, TEST)
# Of 100 hash values; part of the export format, so a change is a new format version.
TRAIN_SHARE, VALIDATION_SHARE = 80, 10
CANONICAL_ORDER = (
    "mammogram__study__patient__code",
    "mammogram__study__study_instance_uid",
    "mammogram__image_laterality",
    "mammogram__view_position",
    "mammogram__pixels_sha256",
    "id",
)


def select_annotations(chosen: DatasetFilter) -> QuerySet[Annotation]:
    """Give the annotations of a filter, in the canonical order of a dataset version.

    Campaign, readers and types choose the candidates. `latest` keeps the newest candidate of each reading: a
    correction takes the place of what it was made from, and no reader's work displaces another's. The answer
    is asked of what is left: nothing is taken in by an answer that a correction has withdrawn. `reference`
    picks the newest reference standard of the campaign, and nothing else does.
    """
    picked = _candidates(chosen)
    if chosen["which"] == LATEST:
        picked = Annotation.objects.filter(id__in=_newest_of_each_reading(picked))
    if chosen["bac_present"]:
        picked = picked.annotate(bac_present=Subquery(_last_answer())).filter(
            bac_present__in=chosen["bac_present"]
        )
    return picked.select_related(
        "mammogram__study__patient", "reader", "assignment__campaign", "assignment__guideline", "corrected_by"
    ).order_by(*CANONICAL_ORDER)


def split_of_patient(code: str) -> str:
    """Give all images of a patient the same split, in every dataset version and on every machine."""
    value = int.from_bytes(hashlib.sha256(f"tramline-split-1:{code}".encode()).digest()[:8]) % 100
    if value < TRAIN_SHARE:
        return TRAIN
    return VALIDATION if value < TRAIN_SHARE + VALIDATION_SHARE else TEST


def _candidates(chosen: DatasetFilter) -> QuerySet[Annotation]:
    # Planted copies are of nobody: calcification that is not there must teach no model.
    candidates = Annotation.objects.filter(state=chosen["state"], mammogram__planted_copy__isnull=True)
    if chosen["which"] == REFERENCE:
        candidates = candidates.filter(Exists(_newest_reference_images(chosen["campaign"])))
    else:
        # A reference standard is made of readings: beside them it would be the same labels once more.
        candidates = candidates.filter(reference_images__isnull=True)
        if chosen["campaign"]:
            candidates = candidates.filter(id__in=_annotations_of_campaign(chosen["campaign"]))
    if chosen["algorithm_types"]:
        candidates = candidates.filter(algorithm_type__in=chosen["algorithm_types"])
    if chosen["readers"]:
        candidates = candidates.filter(reader__pseudonym__in=chosen["readers"])
    return candidates


def _newest_reference_images(campaign_name: str) -> QuerySet[ReferenceImage]:
    """Give the images of the newest reference standard of one campaign, or of each where none is named."""
    later = ReferenceStandard.objects.filter(
        campaign=OuterRef("reference__campaign"), number__gt=OuterRef("reference__number")
    )
    images = ReferenceImage.objects.filter(annotation=OuterRef("pk")).exclude(Exists(later))
    return images.filter(reference__campaign__name=campaign_name) if campaign_name else images


def _annotations_of_campaign(name: str) -> set[UUID]:
    """Return what was read for a campaign and what derives from it: a correction may have no assignment."""
    fresh = set(Annotation.objects.filter(assignment__campaign__name=name).values_list("id", flat=True))
    found = fresh
    while fresh:
        derived = Annotation.objects.filter(derived_from__in=fresh).values_list("id", flat=True)
        fresh = set(derived) - found
        found = found | fresh
    return found


def _newest_of_each_reading(candidates: QuerySet[Annotation]) -> set[UUID]:
    """Keep the last that goes back to each first reading; one query for each link of the longest chain."""
    links = candidates.order_by("submitted_at", "id").values_list("id", "derived_from")
    source = dict(links)
    in_order = list(source)
    while unknown := {before for before in source.values() if before is not None} - source.keys():
        source |= dict(Annotation.objects.filter(id__in=unknown).values_list("id", "derived_from"))
    return set({_first_of_chain(candidate, source): candidate for candidate in in_order}.values())


def _first_of_chain(annotation: UUID, source: dict[UUID, UUID | None]) -> UUID:
    while (before := source[annotation]) is not None:
        annotation = before
    return annotation


def _last_answer() -> QuerySet[AnnotationOperation, str]:
    return (
        AnnotationOperation.objects.filter(
            annotation=OuterRef("pk"), kind=OperationKind.ANSWER, question=Question.BAC_PRESENT
        )
        .order_by("-sequence")
        .values_list("answer", flat=True)[:1]
    )
