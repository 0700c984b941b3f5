from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.models import Annotation, Assignment, Mammogram, Reader

from .assignment import make_assignment
from .mammogram import make_mammogram
from .operations import make_answer, make_patch, make_stroke


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

    A submitted one has an answer, "yes" where none is given; its assignment is submitted with it where this
    is the only image of the exam.
    """
    mammogram = mammogram or make_mammogram()
    assignment = assignment or make_assignment(reader=reader, study=mammogram.study)
    annotation = open_annotation(assignment=assignment, mammogram=mammogram)
    operations = [make_stroke(make_patch(mask), label=label) for label, mask in (labels or {}).items()]
    if answer or submitted:
        operations.append(make_answer(answer or "yes"))
    append_operations(annotation=annotation, reader=annotation.reader, base_version=0, operations=operations)
    annotation.refresh_from_db()
    if submitted:
        return submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)
    return annotation
