"""Saving what a reader does: each operation once, in order, and only onto the version she saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotations.domain.annotation import (
    annotation_masks,
    lock_own_annotation,
    stale_version,
    write_snapshots,
)
from annotations.domain.campaign import check_label
from annotations.domain.exam_end import check_takes_more
from annotations.domain.question import check_answer
from annotations.enums import AlgorithmType, OperationKind, ReadingState, RunState, Tool
from annotations.errors import AnnotationSubmittedError, OperationRefusedError
from annotations.ml_gateway.masks import MaskBytes, check_patch
from annotations.models import Annotation, AnnotationOperation, Reader
from annotations.rules import correction_runs_visible_to, inference_runs_visible_to
from annotations.validators.finding import is_removal, validate_finding
from annotations.validators.operation import (
    OperationDraft,
    validate_details,
    validate_is_complete,
    validate_operation_count,
)

SNAPSHOT_INTERVAL = 50
OPERATIONS_PER_PAGE = 500
# They change a label as a model or a label check proposed.
HELPED_TOOLS = (Tool.ACCEPT_PREDICTION, Tool.ACCEPT_CORRECTION, Tool.TRIM)


@dataclass(frozen=True)
class SavedState:
    """What is durable now: the version, the ids that are stored, and the digests to compare with."""

    version: int
    acknowledged: list[UUID]
    masks: dict[str, MaskBytes]
    saved_at: datetime


@transaction.atomic
def append_operations(
    *, annotation: Annotation, reader: Reader, base_version: int, operations: Sequence[OperationDraft]
) -> SavedState:
    """Add operations to an annotation and return its state; ids that are stored already change nothing.

    The whole request is stored or nothing of it. Locks the annotation. `base_version` is compared with
    the version before the new operations, so a request whose answer was lost can be sent again as it was.
    """
    validate_operation_count(list(operations))
    annotation = lock_own_annotation(annotation, reader=reader)
    fresh = _without_known(annotation, operations)
    if fresh:
        check_takes_more(annotation)
        _check_is_open(annotation)
        if base_version != annotation.version:
            # Named, so that the client makes only the others anew on what is stored now.
            new_ids = {operation.id for operation in fresh}
            stored = [operation.id for operation in operations if operation.id not in new_ids]
            raise stale_version(annotation, seen=base_version, stored=stored)
        for operation in fresh:
            _check_operation(operation, annotation=annotation, reader=reader)
        _store(annotation, fresh)
    masks = annotation_masks(annotation)
    if annotation.version // SNAPSHOT_INTERVAL > (annotation.version - len(fresh)) // SNAPSHOT_INTERVAL:
        write_snapshots(annotation, masks)
    return SavedState(
        version=annotation.version,
        acknowledged=[operation.id for operation in operations],
        masks=masks,
        saved_at=timezone.now(),
    )


def operations_after(annotation: Annotation, sequence: int) -> list[AnnotationOperation]:
    """Return the operations that follow one, in their order, as many as go into one answer."""
    later = annotation.operations.filter(sequence__gt=sequence).order_by("sequence")
    return list(later[:OPERATIONS_PER_PAGE])


def _without_known(annotation: Annotation, operations: Sequence[OperationDraft]) -> list[OperationDraft]:
    """Leave out what is stored already, and every id after its first mention."""
    ids = [operation.id for operation in operations]
    stored = dict(AnnotationOperation.objects.filter(id__in=ids).values_list("id", "annotation_id"))
    fresh: dict[UUID, OperationDraft] = {}
    for operation in operations:
        if stored.get(operation.id, annotation.id) != annotation.id:
            raise _id_taken(f"Operation id {operation.id} belongs to another annotation.")
        if operation.id not in stored:
            fresh.setdefault(operation.id, operation)
    return list(fresh.values())


def _id_taken(reason: str) -> OperationRefusedError:
    return OperationRefusedError(f"{reason} Draw a new id for every operation.", code="operation_id_taken")


def _check_is_open(annotation: Annotation) -> None:
    if annotation.state == ReadingState.SUBMITTED:
        raise AnnotationSubmittedError(
            "This annotation was submitted; it takes no further change. Ask for a new round."
        )


def _check_operation(operation: OperationDraft, *, annotation: Annotation, reader: Reader) -> None:
    validate_is_complete(operation)
    validate_details(operation.details)
    rows, columns = annotation.mammogram.rows, annotation.mammogram.columns
    if operation.patch is not None:
        check_patch(operation.patch, rows=rows, columns=columns)
    if operation.finding is not None:
        validate_finding(operation.finding, rows=rows, columns=columns)
    _check_is_asked(operation, annotation)
    if operation.tool in HELPED_TOOLS:
        _check_help(operation, annotation=annotation, reader=reader)


def _check_is_asked(operation: OperationDraft, annotation: Annotation) -> None:
    """Take labels, answers and findings that the campaign asks for, and nothing else."""
    if operation.kind == OperationKind.ANSWER:
        check_answer(annotation, question=operation.question, value=operation.answer)
    elif operation.finding is None:
        check_label(annotation, operation.label)
    elif not is_removal(operation.finding):
        check_label(annotation, str(operation.finding["label"]))


def _check_help(operation: OperationDraft, *, annotation: Annotation, reader: Reader) -> None:
    """What is taken from a proposal names the run that made it; a trim is of either kind of run."""
    is_of_correction = operation.tool == Tool.TRIM and "correction_run" in operation.details
    if operation.tool == Tool.ACCEPT_CORRECTION or is_of_correction:
        _check_correction(operation, annotation=annotation, reader=reader)
    else:
        _check_prediction(operation, annotation=annotation, reader=reader)


def _check_prediction(operation: OperationDraft, *, annotation: Annotation, reader: Reader) -> None:
    runs = inference_runs_visible_to(reader).filter(
        mammogram=annotation.mammogram_id, state=RunState.SUCCEEDED
    )
    run_id = uuid_or_none(operation.details.get("inference_run"))
    if run_id is None or not runs.filter(id=run_id).exists():
        raise OperationRefusedError(
            "details.inference_run must name a finished inference run of this image that you may see.",
            code="inference_run_unknown",
        )


def _check_correction(operation: OperationDraft, *, annotation: Annotation, reader: Reader) -> None:
    runs = correction_runs_visible_to(reader).filter(annotation=annotation, state=RunState.SUCCEEDED)
    run_id = uuid_or_none(operation.details.get("correction_run"))
    if run_id is None or not runs.filter(id=run_id).exists():
        raise OperationRefusedError(
            "details.correction_run must name a finished check of this label that you may see.",
            code="correction_run_unknown",
        )


def uuid_or_none(value: object) -> UUID | None:
    """Read an id from the details of an operation, which may hold anything."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _store(annotation: Annotation, operations: Sequence[OperationDraft]) -> None:
    rows = [
        AnnotationOperation(annotation=annotation, sequence=sequence, **vars(operation))
        for sequence, operation in enumerate(operations, start=annotation.version + 1)
    ]
    try:
        with transaction.atomic():
            AnnotationOperation.objects.bulk_create(rows)
    except IntegrityError as error:
        # The lock keeps the sequence ours; what is left is an id that came to two annotations at once.
        raise _id_taken("One of these operation ids was stored with another annotation just now.") from error
    annotation.version += len(rows)
    if any(operation.tool in HELPED_TOOLS for operation in operations):
        annotation.algorithm_type = AlgorithmType.SEMIAUTOMATIC
        annotation.preannotation_shown = True
    annotation.save(update_fields=["version", "algorithm_type", "preannotation_shown"])
