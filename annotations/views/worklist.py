"""What this person has to read, what is in progress, and what is done."""

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Exists, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.comment import open_mentions_of
from annotations.domain.exam_review import returned_to
from annotations.domain.next_exam import next_given
from annotations.domain.worklist import DONE_ON_A_PAGE, Shelf, done_page, shelves_of
from annotations.enums import AssignmentState, Grade, ReadingState
from annotations.models import Annotation, Assignment, Comment, Mammogram, Reader
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
    def came_back(self) -> bool:
        """Whether an expert sent it back; it goes on with a copy of what was submitted."""
        return bool(self.assignment.came_back)  # type: ignore[attr-defined] # annotated below

    @property
    def is_submitted(self) -> bool:
        is_over = self.assignment.state == AssignmentState.SUBMITTED and not self.came_back
        return is_over and not self.has_new_image

    @property
    def is_done(self) -> bool:
        return self.is_submitted or self.assignment.has_ended

    @property
    def is_in_progress(self) -> bool:
        return not self.is_done and any(image.annotation for image in self.images)

    @property
    def goes_on(self) -> bool:
        """Whether she has begun it, now or before something was added to it."""
        return self.is_in_progress or self.came_back or self.has_new_image

    @property
    def submitted_count(self) -> int:
        return sum(image.is_submitted for image in self.images)


@dataclass(frozen=True)
class CampaignShelf:
    """A campaign's exams of this reader: those begun and the next few, and the last ones that are done."""

    shelf: Shelf
    exams: list[Exam]
    done: list[Exam]

    @property
    def next_up(self) -> Exam | None:
        """The one that is not begun and can be: the first in her order."""
        waiting = (exam for exam in self.exams if not exam.goes_on)
        return None if self.shelf.is_held_back else next(waiting, None)

    @property
    def waiting_count(self) -> int:
        """Of exams that are counted and not shown."""
        return self.shelf.open_count - len(self.exams)


@require_safe
@reader_required
def worklist(request: HttpRequest, reader: Reader) -> HttpResponse:
    shelves = shelves_of(reader)
    exams = _exams(reader, [each for shelf in shelves for each in (*shelf.open_ids, *shelf.done_ids)])
    following = next_given(reader)
    return render(
        request,
        "worklist.html",
        {
            "reader": reader,
            "shelves": [_fill(shelf, exams) for shelf in shelves],
            "open_count": sum(shelf.open_count for shelf in shelves),
            "is_current": following is not None and _is_current(following),
            "has_next": following is not None or any(shelf.has_pool for shelf in shelves),
            "today": timezone.localdate(),
            "grades": Grade.choices,
            "mentions": _mentions_of(reader),
            "returned": returned_to(reader),
            "is_expert": rules.is_expert(reader),
            "can_take_in": rules.can_take_in(reader),
        },
    )


@require_safe
@reader_required
def worklist_done(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Show, page by page, what a reader has done in a campaign."""
    shelf = next((each for each in shelves_of(reader) if each.campaign.id == campaign_id), None)
    if shelf is None:
        raise Http404
    pages = Paginator(range(shelf.done_count), DONE_ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    ids = done_page(reader, campaign_id, page.number)
    exams = _exams(reader, ids)
    return render(
        request,
        "worklist_done.html",
        {
            "shelf": shelf,
            "exams": [exams[each] for each in ids],
            "page": page,
            "today": timezone.localdate(),
            "grades": Grade.choices,
        },
    )


def _is_current(assignment: Assignment) -> bool:
    return assignment.annotations.exists()


def _fill(shelf: Shelf, exams: dict[UUID, Exam]) -> CampaignShelf:
    return CampaignShelf(
        shelf, [exams[each] for each in shelf.open_ids], [exams[each] for each in shelf.done_ids]
    )


def _mentions_of(reader: Reader) -> QuerySet[Comment]:
    """List the latest comments that call this person and wait for her word."""
    return open_mentions_of(reader).select_related("author", "annotation__mammogram__study__patient")[:20]


def _exams(reader: Reader, ids: list[UUID]) -> dict[UUID, Exam]:
    submitted = Annotation.objects.filter(reader=reader, state=ReadingState.SUBMITTED)
    corrections = submitted.order_by("-created_at")
    first_readings = Annotation.objects.filter(derived_from__isnull=True).prefetch_related(
        Prefetch("derivations", queryset=corrections)
    )
    # Right before left: hung side by side, chest walls then face each other.
    images = Mammogram.objects.order_by("view_position", "-image_laterality", "created_at")
    assignments = (
        rules.assignments_visible_to(reader)
        .filter(id__in=ids)
        .annotate(came_back=Exists(rules.copies_to_go_on_with()))
        .select_related("campaign", "study__patient")
        .prefetch_related(
            Prefetch("study__mammograms", queryset=images), Prefetch("annotations", queryset=first_readings)
        )
    )
    return {assignment.id: _exam_from_assignment(assignment) for assignment in assignments}


def _exam_from_assignment(assignment: Assignment) -> Exam:
    annotations = {annotation.mammogram_id: annotation for annotation in assignment.annotations.all()}
    mammograms = assignment.study.mammograms.all()
    return Exam(assignment, [Image(mammogram, annotations.get(mammogram.id)) for mammogram in mammograms])
