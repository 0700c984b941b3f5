"""What is measured of a reading once it is submitted: its length, and its score where the answer is known.

The worker does it for every reading alike: the time that a submission takes tells nothing of which exams are
references.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.annotation import annotation_masks
from annotations.domain.campaign_reading import is_own_drawing
from annotations.domain.reference_exam import reference_label_of
from annotations.enums import Label, ReadingState
from annotations.errors import InvalidError
from annotations.jobs import defer_reading_measures
from annotations.ml_gateway.reading_length import measure_length
from annotations.ml_gateway.reference_score import hold_against
from annotations.models import Annotation, Campaign, ReadingLength, ReferenceLabel, ReferenceScore

# Of one press of the button; the rest comes with the next one.
MOST_AT_ONCE = 5000


def measure_reading(annotation_id: UUID) -> None:
    """Write length and score of a reading, each once; a second call changes nothing."""
    annotation = (
        Annotation.objects.select_related("mammogram", "assignment")
        .filter(is_own_drawing(), id=annotation_id, state=ReadingState.SUBMITTED)
        .first()
    )
    if annotation is None:
        return
    drawn = annotation_masks(annotation)[Label.BAC].data
    with transaction.atomic():
        _write_length(annotation, drawn)
        label = reference_label_of(annotation)
        if label is not None:
            _write_score(annotation, label, drawn)


def unmeasured(campaign: Campaign) -> QuerySet[Annotation]:
    """What readers of a campaign drew and submitted themselves, and the worker has not come to."""
    return Annotation.objects.filter(
        is_own_drawing(),
        assignment__campaign=campaign,
        state=ReadingState.SUBMITTED,
        reading_length__isnull=True,
    )


def count_unmeasured(campaign: Campaign) -> int:
    """Count them, up to one more than are queued at once: nobody acts on more."""
    return unmeasured(campaign).order_by()[: MOST_AT_ONCE + 1].count()


@transaction.atomic
def measure_missing(campaign: Campaign) -> int:
    """Queue readings that were submitted before anybody measured, or whose job was lost; return how many."""
    ids = list(unmeasured(campaign).values_list("id", flat=True)[:MOST_AT_ONCE])
    for annotation_id in ids:
        defer_reading_measures(annotation_id)
    return len(ids)


def _write_length(annotation: Annotation, drawn: bytes) -> None:
    measured = measure_length(drawn, mammogram=annotation.mammogram)
    ReadingLength.objects.get_or_create(
        annotation=annotation,
        defaults={
            "bac_mm": measured.length_mm,
            "bac_mm2": measured.area_mm2,
            "definition": measured.definition,
        },
    )


def _write_score(annotation: Annotation, label: ReferenceLabel, drawn: bytes) -> None:
    try:
        measure = hold_against(bytes(label.mask), drawn, mammogram=label.mammogram)
    except InvalidError:
        # Pixels of unknown size: nothing to score by length.
        return
    before = ReferenceScore.objects.filter(label=label, annotation__reader=annotation.reader_id)
    ReferenceScore.objects.get_or_create(
        annotation=annotation,
        defaults={
            "label": label,
            "try_number": before.exclude(annotation=annotation).count() + 1,
            "length_mm": measure.length_mm,
            "found_mm": measure.found_mm,
            "extra_mm": measure.extra_mm if label.is_whole else None,
            "segments": measure.segments,
            "segments_found": measure.segments_found,
            "definition": dict(measure.definition),
        },
    )
