"""An expert's word on whole readings: accepted, sent back, or taken back again. Nothing is edited in place.

A correction by an expert, and the copy on which a reader goes on, are annotations derived from the reading;
docs/decisions/0010 says why.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from annotations.domain.audit import record_act
from annotations.domain.derived_annotation import derive_annotation, is_untouched
from annotations.domain.exam_hanging import HungImage, hang_images
from annotations.domain.gate import gate_of
from annotations.domain.notice import notify
from annotations.domain.re_annotation import request_re_annotation
from annotations.enums import NoticeEvent, ReadingState, ReviewValue
from annotations.errors import MissingError, ReviewRefusedError
from annotations.models import Annotation, Assignment, Campaign, ExamReview, Mammogram, Reader, ReviewedImage
from annotations.rules import assignments_visible_to, exams_reviewable_by, returned, to_repeat

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class ReviewImage:
    """One image of a reading: what its reader last submitted, and what experts made of it since."""

    hung: HungImage
    reading: Annotation
    correction: Annotation | None
    draft: Annotation | None

    @property
    def mammogram(self) -> Mammogram:
        return self.hung.mammogram

    @property
    def result(self) -> Annotation:
        """What stands if the reading is accepted now."""
        return self.correction or self.reading


def review_images(assignment: Assignment, reviewer: Reader) -> list[ReviewImage]:
    """List the images of a reading in hanging order; `draft` is what the reviewer has not submitted."""
    readings = standing_readings([assignment])
    followers = _followers(readings.values())
    images = []
    for hung in hang_images(assignment.study.mammograms.all()):
        reading = readings.get((assignment.id, hung.mammogram.id))
        if reading is None:
            continue
        after = [link for link in followers if link.mammogram_id == hung.mammogram.id]
        submitted = [link for link in after if link.state == ReadingState.SUBMITTED]
        drafts = [link for link in after if link.state == ReadingState.OPEN and link.reader_id == reviewer.id]
        images.append(
            ReviewImage(
                hung=hung,
                reading=reading,
                correction=max(submitted, key=lambda link: (link.submitted_at, link.id), default=None),
                draft=drafts[-1] if drafts else None,
            )
        )
    return images


def standing_readings(assignments: Sequence[Assignment]) -> dict[tuple[UUID, UUID], Annotation]:
    """Return what each reader last submitted, by assignment and image: her first reading, or one after it."""
    own = Annotation.objects.filter(assignment__in=assignments, state=ReadingState.SUBMITTED)
    in_order = own.select_related("reader").order_by("submitted_at", "id")
    return {(each.assignment_id, each.mammogram_id): each for each in in_order if each.assignment_id}


def _followers(readings: Iterable[Annotation]) -> list[Annotation]:
    """Return what experts derived from these readings, link by link, the oldest first."""
    found: list[Annotation] = []
    sources = [reading.id for reading in readings]
    while sources:
        links = Annotation.objects.filter(derived_from__in=sources, assignment=None)
        fresh = list(links.select_related("reader").order_by("created_at", "id"))
        sources = [link.id for link in fresh]
        found += fresh
    return found


@transaction.atomic
def correct_reading(*, assignment: Assignment, reviewer: Reader, mammogram: Mammogram) -> Annotation:
    """Open a copy of what stands for the expert to draw on; her open one is given again."""
    assignment = _lock(assignment, reviewer)
    _check_waits(assignment, seen=assignment.reviews.count())
    image = next(
        (each for each in review_images(assignment, reviewer) if each.mammogram.id == mammogram.id), None
    )
    if image is None:
        raise MissingError("This image does not belong to the reading.")
    return image.draft or derive_annotation(source=image.result, reader=reviewer)


@transaction.atomic
def accept_reading(*, assignment: Assignment, reviewer: Reader, seen: int, note: str = "") -> ExamReview:
    """Let a reading stand, with the corrections that were submitted; `seen` counts the reviews she saw."""
    assignment = _lock(assignment, reviewer)
    _check_waits(assignment, seen)
    images = review_images(assignment, reviewer)
    for image in images:
        if image.draft is not None and not is_untouched(image.draft):
            raise ReviewRefusedError(
                f"Your correction of {image.hung.hanging.name} is not submitted. Submit it first.",
                code="correction_open",
            )
    was_closed = _is_gate_closed(assignment)
    review = _write(assignment, reviewer, ReviewValue.ACCEPTED, note)
    ReviewedImage.objects.bulk_create(
        [ReviewedImage(review=review, reading=image.reading, result=image.result) for image in images]
    )
    request_re_annotation(campaign=assignment.campaign, actor=reviewer)
    if was_closed and not _is_gate_closed(assignment):
        notify(
            NoticeEvent.GATE_OPENED,
            campaign=assignment.campaign,
            reader=assignment.reader,
            subject=assignment.campaign,
        )
    return review


@transaction.atomic
def return_reading(
    *, assignment: Assignment, reviewer: Reader, seen: int, note: str, mammograms: Collection[UUID]
) -> ExamReview:
    """Send images back to their reader: each as an open copy of her own label, never of the expert's."""
    assignment = _lock(assignment, reviewer)
    _check_waits(assignment, seen)
    images = [each for each in review_images(assignment, reviewer) if each.mammogram.id in set(mammograms)]
    if not images:
        raise ReviewRefusedError("Choose at least one image to send back.", code="images_missing")
    if not note.strip():
        raise ReviewRefusedError("Tell the reader what to look at again.", code="note_missing")
    if to_repeat(Assignment.objects.filter(id=assignment.id)).exists():
        # A copy would show her the first reading before she has made the second.
        raise ReviewRefusedError(
            "Its reader is to read this exam once more without meeting what she drew, so it cannot go back "
            "to her now. Correct it yourself, or wait until she has submitted the second reading.",
            code="repeat_waits",
        )
    review = _write(assignment, reviewer, ReviewValue.RETURNED, note)
    for image in images:
        copy = derive_annotation(source=image.reading, reader=assignment.reader, assignment=assignment)
        ReviewedImage.objects.create(review=review, reading=image.reading, result=copy)
    notify(
        NoticeEvent.REVIEW_RETURNED,
        campaign=assignment.campaign,
        reader=assignment.reader,
        subject=assignment,
    )
    return review


@transaction.atomic
def reopen_review(*, assignment: Assignment, reviewer: Reader, seen: int, note: str = "") -> ExamReview:
    """Take back the last word on a reading by a further one: it waits for a review as it did before."""
    assignment = _lock(assignment, reviewer)
    last = _last_review(assignment, seen)
    if last is None or last.value == ReviewValue.REOPENED:
        raise ReviewRefusedError("This reading waits for a review; there is nothing to take back.")
    return _write(assignment, reviewer, ReviewValue.REOPENED, note)


def close_returned(*, campaign: Campaign, reader: Reader, reason: str, actor: Reader) -> list[str]:
    """Take back from a reader who leaves what was sent back to her; return the codes of the patients.

    Her copies stay as they are and take no more; the readings wait for a review as they did before. Call
    inside a transaction.
    """
    waiting = returned(Assignment.objects.filter(campaign=campaign, reader=reader)).values("id")
    locked = Assignment.objects.select_for_update(of=("self",)).filter(id__in=waiting).order_by("id")
    codes = []
    for assignment in locked.select_related("study__patient"):
        _write(assignment, actor, ReviewValue.REOPENED, f"{reader.pseudonym} left the campaign: {reason}")
        codes.append(assignment.study.patient.code)
    return sorted(codes)


def returned_to(reader: Reader) -> QuerySet[ExamReview]:
    """List the reviews that sent exams back which this reader has not submitted again, the oldest first."""
    later = ExamReview.objects.filter(assignment=OuterRef("assignment"), sequence__gt=OuterRef("sequence"))
    waiting = returned(assignments_visible_to(reader)).values("id")
    return (
        ExamReview.objects.filter(~Exists(later), assignment__in=waiting)
        .select_related("assignment__campaign", "assignment__study__patient")
        .order_by("created_at")
    )


def _lock(assignment: Assignment, reviewer: Reader) -> Assignment:
    """Lock the reading until the transaction ends, where this expert may say her word on it."""
    reviewable = exams_reviewable_by(reviewer).filter(id=assignment.id)
    locked = Assignment.objects.select_for_update(of=("self",)).filter(id__in=reviewable.values("id"))
    found = locked.select_related("campaign", "reader", "study").first()
    if found is None:
        raise MissingError("There is no submitted reading here that you may review.")
    return found


def _last_review(assignment: Assignment, seen: int) -> ExamReview | None:
    last = assignment.reviews.order_by("sequence").last()
    if (last.sequence if last else 0) != seen:
        raise ReviewRefusedError(
            "Somebody decided on this reading meanwhile. Load the page again and look at what was said.",
            code="review_stale",
        )
    return last


def _check_waits(assignment: Assignment, seen: int) -> None:
    last = _last_review(assignment, seen)
    if last is not None and last.value == ReviewValue.ACCEPTED:
        raise ReviewRefusedError(
            "This reading is accepted. Open it again first, if you want to decide otherwise.",
            code="review_decided",
        )
    if returned(Assignment.objects.filter(id=assignment.id)).exists():
        raise ReviewRefusedError(
            "This reading is with its reader. Wait until she submits it, or take it back.",
            code="review_decided",
        )


def _is_gate_closed(assignment: Assignment) -> bool:
    gate = gate_of(assignment.reader, assignment.campaign)
    return gate is not None and gate.is_closed


def _write(assignment: Assignment, reviewer: Reader, value: ReviewValue, note: str) -> ExamReview:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise ReviewRefusedError(
            f"The note has {len(note)} characters; at most {LONGEST_NOTE} fit. Pin the rest to the images.",
            code="note_length",
        )
    review = ExamReview.objects.create(
        assignment=assignment,
        reviewer=reviewer,
        sequence=assignment.reviews.count() + 1,
        value=value,
        note=note,
    )
    record_act(f"review_{value}", actor=reviewer, subject=assignment, note=note)
    return review
