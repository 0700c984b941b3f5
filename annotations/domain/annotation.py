"""Annotations as the replay of their operations: opened, read, submitted."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotations.domain.assignment import submit_if_complete
from annotations.domain.audit import record_act
from annotations.domain.coverage import check_coverage
from annotations.domain.exam_begin import check_may_begin
from annotations.domain.exam_end import check_takes_more
from annotations.domain.gate import check_gate
from annotations.domain.guideline import begin_under_guideline
from annotations.domain.preannotation_view import has_seen_preannotation
from annotations.domain.question import check_answered
from annotations.domain.reading_check import check_reading
from annotations.enums import Label, OperationKind, Question, ReadingState
from annotations.errors import (
    ForbiddenError,
    MaskDigestMismatchError,
    MissingError,
    StaleVersionError,
)
from annotations.jobs import defer_reading_measures
from annotations.ml_gateway.masks import MaskBytes, compact_mask, replay_patches
from annotations.models import Annotation, AnnotationSnapshot, Assignment, Mammogram, Reader
from annotations.validators.finding import is_removal


def open_annotation(*, assignment: Assignment, mammogram: Mammogram) -> Annotation:
    """Return the reader's annotation of an image of her exam, made where there is none. Idempotent."""
    if mammogram.study_id != assignment.study_id:
        raise MissingError("This image does not belong to the exam of the assignment.")
    with transaction.atomic():
        check_may_begin(assignment)
        check_gate(assignment)
        begin_under_guideline(assignment)
        annotation, is_new = Annotation.objects.get_or_create(
            assignment=assignment,
            mammogram=mammogram,
            derived_from=None,
            defaults={
                "reader": assignment.reader,
                "preannotation_shown": has_seen_preannotation(reader=assignment.reader, mammogram=mammogram),
            },
        )
        if is_new:
            record_act("open_annotation", actor=assignment.reader, subject=annotation)
    return annotation


def annotation_masks(annotation: Annotation, at_version: int | None = None) -> dict[str, MaskBytes]:
    """Return the mask of every label after operation number `at_version`; None means all of them."""
    version = annotation.version if at_version is None else at_version
    snapshots = (
        annotation.snapshots.filter(version__lte=version).order_by("label", "-version").distinct("label")
    )
    # Snapshots are taken of all labels at once, so one start serves them all.
    start = max((snapshot.version for snapshot in snapshots), default=0)
    later = annotation.operations.filter(sequence__gt=start, sequence__lte=version)
    patches: dict[str, list[bytes]] = {label: [] for label in Label.values}
    for label, patch in later.values_list("label", "patch"):
        if patch is not None:  # an answer has none
            patches[label].append(bytes(patch))
    for snapshot in snapshots:
        # Last, though it came first: XOR takes any order, and strokes alone are quick to join.
        patches[snapshot.label].append(bytes(snapshot.mask))
    mammogram = annotation.mammogram
    return {
        label: replay_patches(patches[label], rows=mammogram.rows, columns=mammogram.columns)
        for label in Label.values
    }


def annotation_answers(annotation: Annotation) -> dict[str, str | None]:
    """Return the last answer to each question; None where that of every image has none."""
    answers = annotation.operations.filter(kind=OperationKind.ANSWER).order_by("sequence")
    unanswered: dict[str, str | None] = dict.fromkeys(Question.values)
    return unanswered | dict(answers.values_list("question", "answer"))


def annotation_findings(annotation: Annotation, at_version: int | None = None) -> list[dict[str, Any]]:
    """Return the findings after operation number `at_version`, in the order of their first mention."""
    version = annotation.version if at_version is None else at_version
    told = annotation.operations.filter(finding__isnull=False, sequence__lte=version)
    last: dict[str, dict[str, Any]] = {}
    for operation in told.order_by("sequence").only("finding"):
        if operation.finding is not None:
            last[operation.finding["id"]] = operation.finding
    return [finding for finding in last.values() if not is_removal(finding)]


def write_snapshots(annotation: Annotation, masks: dict[str, MaskBytes]) -> None:
    """Store the masks of all labels at the annotation's version; a version that has them keeps them."""
    AnnotationSnapshot.objects.bulk_create(
        [
            AnnotationSnapshot(
                annotation=annotation,
                version=annotation.version,
                label=label,
                mask=compact_mask(mask.data),
                sha256=mask.sha256,
                area_px=mask.area_px,
            )
            for label, mask in masks.items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def submit_annotation(
    *,
    annotation: Annotation,
    reader: Reader,
    version: int,
    shown_digests: Mapping[str, str] | None = None,
    acknowledged: Collection[str] = (),
) -> Annotation:
    """Close an annotation at the version its reader saw, and the assignment with its last image.

    `shown_digests` are those of the masks on her screen, by label: what she submits is what she sees. A
    second call for the same version changes nothing: the first answer may have been lost on its way.
    `acknowledged` are the checks of the campaign that warned her, and that she goes past.
    """
    annotation = lock_own_annotation(annotation, reader=reader)
    if annotation.version != version:
        raise stale_version(annotation, seen=version)
    if annotation.state == ReadingState.SUBMITTED:
        return annotation
    check_takes_more(annotation)
    check_answered(annotation)
    check_coverage(annotation)
    masks = annotation_masks(annotation)
    digests = {label: mask.sha256 for label, mask in masks.items()}
    _check_shown(shown_digests or {}, digests)
    check_reading(
        annotation,
        masks=masks,
        answer=annotation_answers(annotation)[Question.BAC_PRESENT] or "",
        findings=annotation_findings(annotation),
        acknowledged=acknowledged,
    )
    write_snapshots(annotation, masks)
    annotation.state = ReadingState.SUBMITTED
    annotation.submitted_at = timezone.now()
    annotation.preannotation_shown |= has_seen_preannotation(reader=reader, mammogram=annotation.mammogram)
    annotation.save(update_fields=["state", "submitted_at", "preannotation_shown"])
    record_act("submit_annotation", actor=reader, subject=annotation, version=version, masks=digests)
    if annotation.assignment is not None:
        submit_if_complete(annotation.assignment)
    defer_reading_measures(annotation.id)
    return annotation


def _check_shown(shown: Mapping[str, str], stored: Mapping[str, str]) -> None:
    for label, sha256 in shown.items():
        if stored.get(label) != sha256:
            raise MaskDigestMismatchError(
                f"The label {label} on your screen is not the one that is stored. Reload the page, look at "
                "it again and submit then."
            )


def lock_own_annotation(annotation: Annotation, *, reader: Reader) -> Annotation:
    """Lock the row until the transaction ends; only its own reader writes to an annotation."""
    locked = (
        Annotation.objects.select_for_update(of=("self",)).select_related("mammogram").get(id=annotation.id)
    )
    if locked.reader_id != reader.id:
        raise ForbiddenError("This is another reader's annotation; only she may change it.")
    return locked


def stale_version(annotation: Annotation, *, seen: int, **facts: Sequence[UUID]) -> StaleVersionError:
    return StaleVersionError(
        f"This annotation is at version {annotation.version} and you have seen version {seen}: it was "
        "changed elsewhere. Reload it, then go on.",
        code=StaleVersionError.code,
        version=annotation.version,
        **facts,
    )
