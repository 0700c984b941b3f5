"""The images that hang together with one label: of the reader's exam, or of a reading under review."""

from uuid import UUID

from annotations.domain.campaign import reading_behind
from annotations.domain.exam_hanging import HungImage, hang_images
from annotations.domain.exam_review import review_images
from annotations.enums import ReadingState
from annotations.models import Annotation, Assignment, Reader
from annotations.rules import exams_reviewable_by

Hung = list[tuple[HungImage, Annotation | None]]


def reviewed_reading(annotation: Annotation, reader: Reader) -> Assignment | None:
    """Return the reading of somebody else that this person may review, if the label belongs to one."""
    assignment = reading_behind(annotation)
    if assignment is None:
        return None
    return exams_reviewable_by(reader).filter(id=assignment.id).first()


def images_beside(annotation: Annotation, reader: Reader) -> Hung:
    """List the images of the exam at hand, each with the label to look at or to draw on.

    A label that is looked at from outside stands alone.
    """
    assignment = annotation.assignment
    if assignment is not None and assignment.reader_id == reader.id:
        return _hung(assignment, _own(assignment), annotation)
    reviewed = reviewed_reading(annotation, reader)
    if reviewed is None:
        (alone,) = hang_images([annotation.mammogram])
        return [(alone, annotation)]
    shown = {image.mammogram.id: image.draft or image.result for image in review_images(reviewed, reader)}
    return _hung(reviewed, shown, annotation)


def _hung(assignment: Assignment, shown: dict[UUID, Annotation], current: Annotation) -> Hung:
    shown = shown | {current.mammogram_id: current}
    return [(hung, shown.get(hung.mammogram.id)) for hung in hang_images(assignment.study.mammograms.all())]


def _own(assignment: Assignment) -> dict[UUID, Annotation]:
    """Give her first reading of each image, and instead of it the copy that came back to her."""
    own = assignment.annotations.order_by("created_at")
    first = {each.mammogram_id: each for each in own if each.derived_from_id is None}
    came_back = {
        each.mammogram_id: each
        for each in own
        if each.derived_from_id is not None and each.state == ReadingState.OPEN
    }
    return first | came_back
