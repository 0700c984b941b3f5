import numpy as np

from annotations.domain.annotation import submit_annotation
from annotations.domain.annotation_operations import append_operations
from annotations.domain.exam_review import accept_reading, correct_reading, return_reading
from annotations.models import Annotation, Assignment, Campaign, ExamReview, Mammogram, Reader

from .annotation import make_annotation
from .assignment import make_assignment
from .mammogram import make_mammogram
from .operations import make_patch, make_stroke


def make_reading(campaign: Campaign, reader: Reader, *, images: int = 1) -> Assignment:
    """Let a reader read and submit a new exam; every image has one vessel of its own."""
    mammogram = make_mammogram()
    assignment = make_assignment(reader, mammogram.study, campaign)
    others = [make_mammogram(study=mammogram.study) for _ in range(images - 1)]
    for each in [mammogram, *others]:
        make_annotation(each, assignment=assignment, labels={"bac": vessel(each)}, submitted=True)
    assignment.refresh_from_db()
    return assignment


def vessel(mammogram: Mammogram, row: int = 5) -> np.ndarray:
    """Draw a line of three rows across most of the image."""
    mask = np.zeros((mammogram.rows, mammogram.columns), bool)
    mask[row : row + 3, 5 : mammogram.columns - 5] = True
    return mask


def draw(annotation: Annotation, mask: np.ndarray, label: str = "bac") -> Annotation:
    """Add a stroke to an open annotation."""
    append_operations(
        annotation=annotation,
        reader=annotation.reader,
        base_version=annotation.version,
        operations=[make_stroke(make_patch(mask), label=label)],
    )
    annotation.refresh_from_db()
    return annotation


def submit(annotation: Annotation) -> Annotation:
    return submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)


def make_correction(assignment: Assignment, reviewer: Reader, row: int = 20) -> Annotation:
    """Let an expert add a vessel to the first image of a reading and submit it."""
    mammogram = assignment.study.mammograms.order_by("created_at")[0]
    copy = correct_reading(assignment=assignment, reviewer=reviewer, mammogram=mammogram)
    return submit(draw(copy, vessel(mammogram, row)))


def accept(assignment: Assignment, reviewer: Reader, note: str = "") -> ExamReview:
    return accept_reading(
        assignment=assignment, reviewer=reviewer, seen=assignment.reviews.count(), note=note
    )


def send_back(assignment: Assignment, reviewer: Reader, note: str = "Look again") -> ExamReview:
    """Return every image of a reading."""
    return return_reading(
        assignment=assignment,
        reviewer=reviewer,
        seen=assignment.reviews.count(),
        note=note,
        mammograms=list(assignment.study.mammograms.values_list("id", flat=True)),
    )
