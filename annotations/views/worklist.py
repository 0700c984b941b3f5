"""What this person has to read, what is in progress, and what is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.comment import open_mentions_of
from annotations.enums import AssignmentState, ReadingState
from annotations.models import Annotation, Assignment, Campaign, Comment, Mammogram, Reader
from annotations.views.account import reader_required


@dataclass(frozen=True)
class Image:
    """One image of an exam, and this reader's annotation of it, if she has opened it."""

    mammogram: Mammogram
    annotation: Annotation | None

    @property
    def is_submitted(self) -> bool:
        return self.annotation is not None and self.annotation.state == ReadingState.SUBMITTED

    @property
    def corrected(self) -> Annotation | None:
        """What the reader last made of her label by label correction."""
        return next(iter(self.annotation.derivations.all()), None) if self.annotation else None


@dataclass(frozen=True)
class Exam:
    assignment: Assignment
    images: list[Image]

    @property
    def has_new_image(self) -> bool:
        """Whether an image came after the exam was submitted; it is read on its own."""
        is_whole = self.submitted_count == len(self.images)
        return self.assignment.state == AssignmentState.SUBMITTED and not is_whole

    @property
    def is_submitted(self) -> bool:
        return self.assignment.state == AssignmentState.SUBMITTED and not self.has_new_image

    @property
    def is_in_progress(self) -> bool:
        return not self.is_submitted and any(image.annotation for image in self.images)

    @property
    def submitted_count(self) -> int:
        return sum(image.is_submitted for image in self.images)

    @property
    def last_touched(self) -> datetime:
        return max(image.annotation.created_at for image in self.images if image.annotation)


@dataclass(frozen=True)
class CampaignShelf:
    """A campaign's exams of this reader: those in progress first, then those to read, then the done ones."""

    campaign: Campaign
    exams: list[Exam]

    @property
    def open_count(self) -> int:
        return sum(not exam.is_submitted for exam in self.exams)


@require_safe
@reader_required
def worklist(request: HttpRequest, reader: Reader) -> HttpResponse:
    exams = [_exam_from_assignment(assignment) for assignment in _assignments_of(reader)]
    shelves = [
        CampaignShelf(campaign, sorted(group, key=_by_urgency)) for campaign, group in _by_campaign(exams)
    ]
    in_progress = [exam for exam in exams if exam.is_in_progress]
    waiting = [exam for exam in exams if not exam.is_submitted and not exam.is_in_progress]
    current = max(in_progress, key=lambda exam: exam.last_touched, default=None)
    return render(
        request,
        "worklist.html",
        {
            "reader": reader,
            "shelves": shelves,
            "open_count": len(in_progress) + len(waiting),
            "current": current,
            "next": current or next(iter(waiting), None),
            "mentions": _mentions_of(reader),
            "is_expert": rules.is_expert(reader),
            "can_take_in": rules.can_take_in(reader),
        },
    )


def _mentions_of(reader: Reader) -> QuerySet[Comment]:
    """List the latest comments that call this person and wait for her word."""
    return open_mentions_of(reader).select_related("author", "annotation__mammogram__study__patient")[:20]


def _assignments_of(reader: Reader) -> Iterable[Assignment]:
    corrections = Annotation.objects.filter(reader=reader).order_by("-created_at")
    first_readings = Annotation.objects.filter(derived_from__isnull=True).prefetch_related(
        Prefetch("derivations", queryset=corrections)
    )
    # Right before left: hung side by side, chest walls then face each other.
    images = Mammogram.objects.order_by("view_position", "-image_laterality", "created_at")
    return (
        rules.assignments_visible_to(reader)
        .select_related("campaign", "study__patient")
        .prefetch_related(
            Prefetch("study__mammograms", queryset=images), Prefetch("annotations", queryset=first_readings)
        )
        .order_by("campaign__created_at", "campaign_id", "created_at")
    )


def _exam_from_assignment(assignment: Assignment) -> Exam:
    annotations = {annotation.mammogram_id: annotation for annotation in assignment.annotations.all()}
    mammograms = assignment.study.mammograms.all()
    return Exam(assignment, [Image(mammogram, annotations.get(mammogram.id)) for mammogram in mammograms])


def _by_campaign(exams: list[Exam]) -> Iterable[tuple[Campaign, Iterable[Exam]]]:
    return groupby(exams, key=lambda exam: exam.assignment.campaign)


def _by_urgency(exam: Exam) -> int:
    """Order within a campaign; the sort is stable, so each group stays in the order it was given out."""
    if exam.is_in_progress:
        return 0
    return 2 if exam.is_submitted else 1
