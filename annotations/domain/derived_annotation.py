"""A label made from another: its masks, findings and answers are copied, so that it replays by itself."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from annotations.domain.annotation import annotation_answers, annotation_findings, annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.preannotation_view import has_seen_preannotation
from annotations.enums import Label, OperationKind, ReadingState
from annotations.models import Annotation, AnnotationOperation, Assignment, Reader

OperationFields = dict[str, Any]


def derive_annotation(
    *, source: Annotation, reader: Reader, assignment: Assignment | None = None
) -> Annotation:
    """Open a copy of a label for `reader` to go on with; hers that is still open is given again.

    Call inside a transaction. Locks `source`, which is not changed.
    """
    source = Annotation.objects.select_for_update(of=("self",)).select_related("mammogram").get(id=source.id)
    begun = Annotation.objects.filter(derived_from=source, reader=reader, state=ReadingState.OPEN).first()
    if begun is not None:
        return begun
    derived = Annotation.objects.create(
        mammogram=source.mammogram,
        assignment=assignment,
        reader=reader,
        algorithm_type=source.algorithm_type,
        derived_from=source,
        # Whoever goes on with a label has seen what its reader saw.
        preannotation_shown=source.preannotation_shown
        or has_seen_preannotation(reader=reader, mammogram=source.mammogram),
    )
    store_operations(derived, copied_operations(source, source.version))
    derived.save(update_fields=["version"])
    record_act("derive_annotation", actor=reader, subject=derived, source=str(source.id))
    return derived


def copied_operations(source: Annotation, version: int) -> list[OperationFields]:
    """Return what makes an empty annotation equal to `source` after operation number `version`."""
    # One act: the copy is one step of what was done.
    origin = {"copied_from": str(source.id), "version": version, "act": str(uuid4())}
    masks = annotation_masks(source, at_version=version)
    operations: list[OperationFields] = [
        {"kind": OperationKind.MASK, "label": label, "patch": masks[label].data, "details": origin}
        for label in Label.values
        if masks[label].area_px
    ]
    operations += [
        {"kind": OperationKind.FINDING, "finding": finding, "details": origin}
        for finding in annotation_findings(source, at_version=version)
    ]
    return operations + [
        {"kind": OperationKind.ANSWER, "question": question, "answer": answer, "details": origin}
        for question, answer in annotation_answers(source).items()
        if answer
    ]


def store_operations(annotation: Annotation, operations: list[OperationFields]) -> None:
    """Write the first operations of a new annotation, and count them in its version; the caller saves it."""
    made_at = timezone.now()
    AnnotationOperation.objects.bulk_create(
        [
            AnnotationOperation(annotation=annotation, sequence=sequence, made_at=made_at, **fields)
            for sequence, fields in enumerate(operations, start=1)
        ]
    )
    annotation.version = len(operations)


def is_untouched(derived: Annotation) -> bool:
    """Whether nothing was drawn or answered since it was copied."""
    return not derived.operations.exclude(details__has_key="copied_from").exists()
