"""Branches: what a reader did that could not join her annotation by itself. Kept first, decided on later."""

from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from annotations.domain.annotation import lock_own_annotation
from annotations.domain.audit import record_act
from annotations.domain.question import check_answer
from annotations.enums import BranchDecisionValue, OperationKind, ReadingState
from annotations.errors import (
    AnnotationSubmittedError,
    BranchNotMergedError,
    BranchRefusedError,
    ForbiddenError,
    OperationRefusedError,
)
from annotations.ml_gateway.masks import check_patch
from annotations.models import (
    Annotation,
    AnnotationBranch,
    AnnotationOperation,
    BranchDecision,
    BranchOperation,
    Reader,
)
from annotations.rules import can_decide_branch
from annotations.validators.branch_operation import BranchOperationDraft, validate_branch_operation
from annotations.validators.finding import validate_finding
from annotations.validators.operation import validate_details, validate_operation_count


@transaction.atomic
def store_branch(
    *,
    annotation: Annotation,
    reader: Reader,
    branch_id: UUID,
    reason: str,
    base_version: int,
    operations: Sequence[BranchOperationDraft],
) -> AnnotationBranch:
    """Keep operations in a branch, made where there is none of this id. Sent twice, they are stored once.

    Open and submitted annotations alike take branches: nothing of what a reader drew is refused for being
    late. Locks the annotation. What is stored in the annotation itself, because only the answer to it was
    lost, is left out.
    """
    validate_operation_count(list(operations))
    annotation = lock_own_annotation(annotation, reader=reader)
    branch = AnnotationBranch.objects.filter(id=branch_id).first()
    if branch is not None and branch.annotation_id != annotation.id:
        raise BranchRefusedError(
            f"Branch {branch_id} belongs to another annotation. Draw a new id for every branch.",
            code="branch_id_taken",
        )
    fresh = _without_known(annotation, operations)
    for operation in fresh:
        _check_operation(operation, annotation)
    if branch is None:
        branch = AnnotationBranch.objects.create(
            id=branch_id, annotation=annotation, reason=reason, base_version=base_version
        )
        record_act("store_branch", actor=reader, subject=branch, annotation=str(annotation.id), reason=reason)
    _store(branch, fresh)
    return branch


@transaction.atomic
def decide_branch(*, branch: AnnotationBranch, reader: Reader, value: str) -> BranchDecision:
    """Write down what a person made of a branch; said twice in a row, it is written once.

    The strokes of a branch that is merged come as operations of the annotation whose details name the branch.
    Where there is none, because it overlapped once more, it is not merged.
    """
    annotation = Annotation.objects.select_for_update(of=("self",)).get(id=branch.annotation_id)
    if not can_decide_branch(reader, annotation):
        raise ForbiddenError("Only the reader of this image, or an adjudicator, decides about its branches.")
    if value == BranchDecisionValue.MERGED and annotation.state == ReadingState.SUBMITTED:
        raise AnnotationSubmittedError(
            "This image is submitted and takes no further stroke, so nothing can be merged into it. Leave "
            "these strokes aside, or ask for a new round."
        )
    if value == BranchDecisionValue.MERGED:
        _check_is_merged(branch, annotation)
    latest = branch.decisions.order_by("sequence").last()
    if latest is not None and (latest.value, latest.reader_id) == (value, reader.id):
        return latest
    decision = BranchDecision.objects.create(
        branch=branch, reader=reader, sequence=latest.sequence + 1 if latest else 1, value=value
    )
    record_act("decide_branch", actor=reader, subject=branch, value=value)
    return decision


def _check_is_merged(branch: AnnotationBranch, annotation: Annotation) -> None:
    is_merged = annotation.operations.filter(details__branch=str(branch.id)).exists()
    if branch.operations.exists() and not is_merged:
        raise BranchNotMergedError(
            f"No operation of this annotation names branch {branch.id} in its details. Store the strokes of "
            "the branch in the annotation first, or leave them aside."
        )


def _without_known(
    annotation: Annotation, operations: Sequence[BranchOperationDraft]
) -> list[BranchOperationDraft]:
    """Leave out what is stored already, in a branch or the annotation, and later mentions of an id."""
    ids = [operation.id for operation in operations]
    stored = dict(AnnotationOperation.objects.filter(id__in=ids).values_list("id", "annotation_id"))
    stored |= dict(BranchOperation.objects.filter(id__in=ids).values_list("id", "branch__annotation_id"))
    if any(owner != annotation.id for owner in stored.values()):
        raise _id_taken()
    fresh: dict[UUID, BranchOperationDraft] = {}
    for operation in operations:
        if operation.id not in stored:
            fresh.setdefault(operation.id, operation)
    return list(fresh.values())


def _id_taken() -> OperationRefusedError:
    return OperationRefusedError(
        "One of these operation ids belongs to another annotation. Draw a new id for every operation.",
        code="operation_id_taken",
    )


def _check_operation(operation: BranchOperationDraft, annotation: Annotation) -> None:
    validate_branch_operation(operation)
    validate_details(operation.details)
    rows, columns = annotation.mammogram.rows, annotation.mammogram.columns
    for mask in (operation.sets, operation.clears):
        if mask is not None:
            check_patch(mask, rows=rows, columns=columns)
    if operation.kind == OperationKind.FINDING:
        validate_finding(operation.content, rows=rows, columns=columns)
    if operation.kind == OperationKind.ANSWER:
        content = operation.content
        check_answer(annotation, question=str(content["question"]), value=str(content["value"]))


def _store(branch: AnnotationBranch, operations: Sequence[BranchOperationDraft]) -> None:
    before = branch.operations.count()
    rows = [
        BranchOperation(branch=branch, sequence=sequence, **vars(operation))
        for sequence, operation in enumerate(operations, start=before + 1)
    ]
    try:
        with transaction.atomic():
            BranchOperation.objects.bulk_create(rows)
    except IntegrityError as error:
        # The lock keeps the sequence ours; what is left is an id that came to two annotations at once.
        raise _id_taken() from error
