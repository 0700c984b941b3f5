from collections.abc import Mapping

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from annotations.enums import OperationKind, Question, ReadingState, Tool
from annotations.models import (
    Annotation,
    AnnotationOperation,
    AnnotationSnapshot,
    Assignment,
    Mammogram,
    Reader,
)
from ml import masks

from .assignment import make_assignment
from .mammogram import make_mammogram


def make_annotation(
    mammogram: Mammogram | None = None,
    reader: Reader | None = None,
    assignment: Assignment | None = None,
    *,
    labels: Mapping[str, NDArray[np.bool_]] | None = None,
    answer: str = "",
    submitted: bool = False,
) -> Annotation:
    """Make an annotation by an assigned reader, one stroke for each of `labels` ({"bac": boolean array}).

    A submitted one has an answer ("yes" where none is given) and its snapshots; its assignment stays open.
    """
    mammogram = mammogram or make_mammogram()
    assignment = assignment or make_assignment(reader=reader, study=mammogram.study)
    annotation = Annotation.objects.create(
        mammogram=mammogram, assignment=assignment, reader=assignment.reader
    )
    for label, mask in (labels or {}).items():
        _add_operation(
            annotation,
            kind=OperationKind.MASK,
            label=label,
            tool=Tool.BRUSH,
            patch=masks.encode(masks.from_dense(mask)),
        )
    if answer or submitted:
        _add_operation(
            annotation, kind=OperationKind.ANSWER, question=Question.BAC_PRESENT, answer=answer or "yes"
        )
    if submitted:
        _submit(annotation, labels or {})
    return annotation


def _add_operation(annotation: Annotation, **fields: object) -> None:
    annotation.version += 1
    annotation.save()
    AnnotationOperation.objects.create(
        annotation=annotation, sequence=annotation.version, made_at=timezone.now(), **fields
    )


def _submit(annotation: Annotation, labels: Mapping[str, NDArray[np.bool_]]) -> None:
    for label, dense in labels.items():
        mask = masks.from_dense(dense)
        AnnotationSnapshot.objects.create(
            annotation=annotation,
            version=annotation.version,
            label=label,
            mask=masks.encode(mask),
            sha256=masks.digest(mask),
            area_px=masks.area_px(mask),
        )
    annotation.state = ReadingState.SUBMITTED
    annotation.submitted_at = timezone.now()
    annotation.save()
