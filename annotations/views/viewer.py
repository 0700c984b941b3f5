"""The reading page, and the way into it from the worklist."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.annotation import open_annotation
from annotations.domain.exam_begin import check_opens_again
from annotations.domain.exam_end import is_left_behind
from annotations.domain.exam_hanging import HungImage, describe_hanging, hang_images
from annotations.domain.exam_images import images_beside, reviewed_reading
from annotations.domain.hanging import VIEW_TITLES
from annotations.domain.next_exam import check_turn
from annotations.domain.prior import Prior, prior_exams
from annotations.domain.reader_preferences import keys_of
from annotations.domain.reading_check import held_checks
from annotations.domain.review_queue import state_of
from annotations.enums import AssignmentState, CheckStrictness, ReadingState
from annotations.errors import ConflictError, GuidelineUnconfirmedError
from annotations.forms.exam_end import SKIP_REASONS
from annotations.models import Annotation, Assignment, Mammogram, Reader
from annotations.views.account import reader_required
from annotations.views.viewer_campaign import campaign_context


@dataclass(frozen=True)
class ViewChip:
    """One image of the exam at hand, as a way to get there."""

    hung: HungImage
    annotation: Annotation | None
    is_current: bool

    @property
    def mammogram(self) -> Mammogram:
        return self.hung.mammogram

    @property
    def name(self) -> str:
        """As read on film, and for images beside the four usual ones what is special about them."""
        hanging = self.hung.hanging
        words = "" if self.hung.place else next(iter(hanging.kind.words), "")
        return f"{hanging.name} {words}".strip()

    @property
    def is_submitted(self) -> bool:
        return self.annotation is not None and self.annotation.state == ReadingState.SUBMITTED


@ensure_csrf_cookie
@require_safe
@reader_required
def viewer(request: HttpRequest, reader: Reader, annotation_id: UUID) -> HttpResponse:
    annotation = _visible_annotation(reader, annotation_id)
    campaign = campaign_context(annotation, reader)
    reviewed = reviewed_reading(annotation, reader)
    return render(
        request,
        "viewer.html",
        {
            "annotation": annotation,
            "mammogram": annotation.mammogram,
            "assignment": annotation.assignment,
            "review": reviewed,
            "can_correct": reviewed is not None and state_of(reviewed) == "waiting",
            "is_read_only": _is_read_only(annotation, reader),
            "skip_reasons": SKIP_REASONS,
            "is_look_only": annotation.reader_id != reader.id,
            "facts": {**viewer_facts(annotation, reader), "labels": campaign["labels"]},
            "can_preannotate": rules.can_preannotate(reader, annotation.mammogram),
            "chips": _chips(annotation, reader),
            "view_titles": VIEW_TITLES,
            **campaign,
        },
    )


@require_POST
@reader_required
def read_exam(request: HttpRequest, reader: Reader, assignment_id: UUID) -> HttpResponse:
    """Open the first image of an exam that is not submitted; every image of it gets its annotation now."""
    assignment = rules.assignments_visible_to(reader).filter(id=assignment_id).first()
    if assignment is None:
        raise Http404
    try:
        check_turn(assignment)
    except ConflictError as error:
        messages.warning(request, error.message)
        return redirect("worklist")
    return open_exam(request, assignment)


def open_exam(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    """Lead to an exam of this person; where it cannot be begun, say why and what comes before."""
    try:
        first = _first_to_read(assignment)
    except GuidelineUnconfirmedError as error:
        messages.warning(request, error.message)
        return redirect("campaign_guideline", campaign_id=assignment.campaign_id)
    except ConflictError as error:
        messages.warning(request, error.message)
        return redirect("worklist")
    if first is None:
        messages.warning(request, "This exam has no image yet. It can be read once its images have come in.")
        return redirect("worklist")
    return redirect("viewer", annotation_id=first.id)


def _first_to_read(assignment: Assignment) -> Annotation | None:
    """Open all images; return what came back, else the first that is not submitted, else the first."""
    annotations = [
        open_annotation(assignment=assignment, mammogram=image.mammogram)
        for image in hang_images(assignment.study.mammograms.all())
    ]
    came_back = assignment.annotations.filter(derived_from__isnull=False, state=ReadingState.OPEN)
    unread = [*came_back, *(each for each in annotations if each.state == ReadingState.OPEN)]
    first = next(iter(unread or annotations), None)
    if first is not None:
        check_opens_again(first)
    return first


def _visible_annotation(reader: Reader, annotation_id: UUID) -> Annotation:
    annotation = (
        rules.annotations_visible_to(reader)
        .select_related("mammogram__study__patient", "assignment__campaign", "reader")
        .filter(id=annotation_id)
        .first()
    )
    if annotation is None:
        raise Http404
    return annotation


def _is_read_only(annotation: Annotation, reader: Reader) -> bool:
    has_ended = annotation.assignment is not None and annotation.assignment.has_ended
    is_over = annotation.state == ReadingState.SUBMITTED or has_ended or is_left_behind(annotation)
    return annotation.reader_id != reader.id or is_over


def _held_assignment(annotation: Annotation, reader: Reader) -> str | None:
    """Name the exam that the page has to hold while it is read: one of a pool."""
    if annotation.assignment_id is None:
        return None
    own = rules.assignments_visible_to(reader).filter(
        id=annotation.assignment_id, state=AssignmentState.OPEN, pool_slot__isnull=False
    )
    return str(annotation.assignment_id) if own.exists() else None


def viewer_facts(annotation: Annotation, reader: Reader) -> dict[str, object]:
    """Tell the reading room who reads, which images hang in it, and which earlier ones may be looked at."""
    mammogram = annotation.mammogram
    return {
        "reader": {"pseudonym": reader.pseudonym},
        "exam": {
            "study": str(mammogram.study_id),
            "patient": mammogram.study.patient.code,
            "can_state_view": rules.can_state_view(reader, mammogram),
            "assignment": str(annotation.assignment_id) if annotation.assignment_id else None,
            "held_assignment": _held_assignment(annotation, reader),
        },
        "images": [_image_facts(chip, reader) for chip in _chips(annotation, reader)],
        "priors": [_prior_facts(prior) for prior in prior_exams(mammogram.study, reader)],
        "checks": _checks_of(annotation),
        "settings": {"keys": keys_of(reader)},
    }


def _checks_of(annotation: Annotation) -> list[str]:
    """Name the checks of the campaign that are on."""
    if annotation.assignment is None:
        return []
    held = held_checks(annotation.assignment.campaign)
    return [check.name for check in held if check.strictness != CheckStrictness.OFF]


def _image_facts(chip: ViewChip, reader: Reader) -> dict[str, object]:
    return {
        "mammogram": str(chip.mammogram.id),
        "annotation": str(chip.annotation.id) if chip.annotation else None,
        "view": chip.name,
        "laterality": chip.hung.hanging.laterality,
        "view_position": chip.hung.hanging.view,
        "hanging": describe_hanging(chip.hung),
        "is_read_only": chip.annotation is None or _is_read_only(chip.annotation, reader),
        "is_submitted": chip.is_submitted,
    }


def _prior_facts(prior: Prior) -> dict[str, object]:
    return {
        "study": str(prior.study.id),
        "days_before": prior.days_before,
        "images": [
            {"mammogram": str(image.mammogram.id), "hanging": describe_hanging(image)}
            for image in prior.images
        ],
    }


def _chips(annotation: Annotation, reader: Reader) -> list[ViewChip]:
    return [
        ViewChip(hung, shown, is_current=hung.mammogram.id == annotation.mammogram_id)
        for hung, shown in images_beside(annotation, reader)
    ]
