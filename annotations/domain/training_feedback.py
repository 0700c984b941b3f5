"""What a reader in training is shown once she has submitted an exam with a known answer, and her next try."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.enums import AssignmentState, CampaignPurpose, Label, ReadingState
from annotations.errors import FeedbackClosedError, ForbiddenError, MissingError
from annotations.ml_gateway.reference_score import ReferenceMeasure, hold_against
from annotations.models import Annotation, Assignment, Reader, ReferenceExam, ReferenceLabel, ReferenceScore


@dataclass(frozen=True)
class ImageFeedback:
    """One image of the exam: what was missed and what was too much (None: not known)."""

    mammogram: UUID
    annotation: UUID
    measure: ReferenceMeasure
    is_whole: bool


@dataclass(frozen=True)
class TryResult:
    """One try at the exam, all images together; `extra_mm` is None where nobody knows what is too much."""

    number: int
    length_mm: float
    found_mm: float
    extra_mm: float | None
    segments: int
    segments_found: int


@dataclass(frozen=True)
class Feedback:
    images: list[ImageFeedback]
    tries: list[TryResult]
    maximum_tries: int

    @property
    def can_try_again(self) -> bool:
        return len(self.tries) < self.maximum_tries


def feedback_on(assignment: Assignment) -> Feedback:
    """Hold a submitted training exam against its known labels.

    While a further try at the same exam is open, no answer of an earlier one is shown.
    """
    exam = _exam_in_training(assignment)
    if assignment.state != AssignmentState.SUBMITTED:
        raise FeedbackClosedError("Submit all images of this exam; then you see what you found.")
    if _tries(assignment).filter(state=AssignmentState.OPEN).exists():
        raise FeedbackClosedError("You are trying this exam again; the answer comes when you submit it.")
    labels = {label.mammogram_id: label for label in exam.labels.select_related("mammogram")}
    images = [_image_feedback(annotation, labels) for annotation in _first_readings(assignment)]
    return Feedback(images, _results(assignment, images), exam.maximum_tries)


@transaction.atomic
def try_again(*, assignment: Assignment, reader: Reader) -> Assignment:
    """Give her the exam once more, as a further round; the cap of the exam holds."""
    if assignment.reader_id != reader.id:
        raise ForbiddenError("This is another reader's exam.")
    exam = _exam_in_training(assignment)
    Assignment.objects.select_for_update().get(id=assignment.id)
    tries = _tries(assignment)
    if tries.filter(state=AssignmentState.OPEN).exists():
        raise FeedbackClosedError("This exam is open already. Read it from your worklist.", code="try_open")
    count = tries.count()
    if count >= exam.maximum_tries:
        raise FeedbackClosedError(
            f"You have read this exam {count} times, which is all that this campaign allows. Go on with "
            "another one.",
            code="tries_used",
        )
    again = Assignment.objects.create(
        campaign=assignment.campaign,
        study=assignment.study,
        reader=reader,
        round=(tries.aggregate(last=Max("round"))["last"] or 0) + 1,
        batch=assignment.batch,
        priority=assignment.priority,
        position=assignment.position,
        shows_preannotation=assignment.shows_preannotation,
    )
    record_act("try_again", actor=reader, subject=again, number=count + 1)
    return again


def _exam_in_training(assignment: Assignment) -> ReferenceExam:
    """Return the exam whose answer may be shown; outside training all exams are alike."""
    exam = _exam_of(assignment)
    if assignment.campaign.purpose != CampaignPurpose.TRAINING or exam is None:
        raise MissingError("There is no answer to show for this exam.")
    return exam


def _exam_of(assignment: Assignment) -> ReferenceExam | None:
    return ReferenceExam.objects.filter(campaign=assignment.campaign_id, study=assignment.study_id).first()


def _tries(assignment: Assignment) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        campaign=assignment.campaign_id, study=assignment.study_id, reader=assignment.reader_id
    )


def _first_readings(assignment: Assignment) -> QuerySet[Annotation]:
    return assignment.annotations.filter(
        derived_from__isnull=True, state=ReadingState.SUBMITTED
    ).select_related("mammogram")


def _image_feedback(annotation: Annotation, labels: dict[UUID, ReferenceLabel]) -> ImageFeedback:
    label = labels[annotation.mammogram_id]
    drawn = annotation_masks(annotation)[Label.BAC].data
    measure = hold_against(bytes(label.mask), drawn, mammogram=annotation.mammogram)
    return ImageFeedback(annotation.mammogram_id, annotation.id, measure, label.is_whole)


def _results(assignment: Assignment, images: list[ImageFeedback]) -> list[TryResult]:
    """Give the tries at this exam in order; this one is told from what was measured just now."""
    results = []
    rounds = _tries(assignment).filter(state=AssignmentState.SUBMITTED).order_by("round")
    for number, attempt in enumerate(rounds, start=1):
        if attempt.id == assignment.id:
            results.append(_summed(number, [(each.measure, each.is_whole) for each in images]))
        else:
            scores = ReferenceScore.objects.filter(annotation__assignment=attempt)
            results.append(_summed(number, [(score, score.extra_mm is not None) for score in scores]))
    return results


def _summed(number: int, measures: list[tuple[ReferenceMeasure | ReferenceScore, bool]]) -> TryResult:
    is_whole = all(whole for _measure, whole in measures)
    return TryResult(
        number=number,
        length_mm=sum(measure.length_mm or 0.0 for measure, _whole in measures),
        found_mm=sum(measure.found_mm or 0.0 for measure, _whole in measures),
        extra_mm=sum(measure.extra_mm or 0.0 for measure, _whole in measures) if is_whole else None,
        segments=sum(measure.segments for measure, _whole in measures),
        segments_found=sum(measure.segments_found for measure, _whole in measures),
    )
