"""The review of one reading: look, correct, accept, send back, take back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotations import rules
from annotations.domain.annotation import annotation_answers
from annotations.domain.annotation_operations import uuid_or_none
from annotations.domain.comment import is_resolved
from annotations.domain.exam_review import (
    ReviewImage,
    accept_reading,
    correct_reading,
    reopen_review,
    return_reading,
    review_images,
)
from annotations.domain.question import answers_in_words, exam_answers
from annotations.domain.review_queue import is_changed_since, next_to_review, state_of
from annotations.errors import TramlineError
from annotations.forms.exam_review import ReviewForm
from annotations.models import Assignment, Campaign, Comment, Reader
from annotations.views.account import reader_required, require


@require_http_methods(["GET", "POST"])
@reader_required
def exam_review(request: HttpRequest, reader: Reader, campaign_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Show a reading to its reviewer; every form posts back here and says by its button what it is."""
    readings = rules.exams_reviewable_by(reader).filter(campaign=campaign_id)
    assignment = get_object_or_404(
        readings.select_related("campaign", "study__patient", "reader", "guideline"), id=assignment_id
    )
    status = 200
    if request.method == "POST":
        form = ReviewForm(request.POST)
        if not form.is_valid():
            status = 400
            for field in form:
                for problem in field.errors:
                    messages.error(request, f"{field.label}: {problem}")
        else:
            try:
                return _decide(request, reader, assignment, form)
            except TramlineError as error:
                messages.error(request, error.message)
                status = 409
    return render(request, "exam_review.html", _page(request, reader, assignment), status=status)


def _decide(request: HttpRequest, reader: Reader, assignment: Assignment, form: ReviewForm) -> HttpResponse:
    act = request.POST.get("act", "")
    known, note = form.cleaned_data["seen"], form.cleaned_data["note"]
    require(is_allowed=act in ("correct", "accept", "return", "reopen"))
    if act == "correct":
        images = assignment.study.mammograms.filter(id__in=_ids([request.POST.get("mammogram", "")]))
        copy = correct_reading(assignment=assignment, reviewer=reader, mammogram=get_object_or_404(images))
        return redirect("viewer", annotation_id=copy.id)
    if act == "accept":
        accept_reading(assignment=assignment, reviewer=reader, seen=known, note=note)
        messages.success(request, f"{assignment.study.patient.code} is accepted.")
    elif act == "return":
        mammograms = _ids(request.POST.getlist("mammogram"))
        return_reading(assignment=assignment, reviewer=reader, seen=known, note=note, mammograms=mammograms)
        messages.success(request, f"{assignment.study.patient.code} is back with its reader.")
    else:
        reopen_review(assignment=assignment, reviewer=reader, seen=known, note=note)
        messages.success(request, "The last word is taken back; the reading waits for a review.")
        return redirect("exam_review", campaign_id=assignment.campaign_id, assignment_id=assignment.id)
    return redirect("campaign_reviews", campaign_id=assignment.campaign_id)


def _ids(texts: list[str]) -> list[UUID]:
    """Read ids of a form; what is none names nothing."""
    return [found for text in texts if (found := uuid_or_none(text))]


def _page(request: HttpRequest, reader: Reader, assignment: Assignment) -> dict[str, object]:
    reviews = list(assignment.reviews.select_related("reviewer").order_by("sequence"))
    last = reviews[-1] if reviews else None
    following = next_to_review(assignment.campaign, reader)
    images = review_images(assignment, reader)
    return {
        "campaign": assignment.campaign,
        "assignment": assignment,
        "images": [_image(image, reader, assignment.campaign) for image in images],
        "is_corrected": any(image.correction for image in images),
        "answers": answers_in_words(assignment.campaign, exam_answers(assignment)),
        "reviews": reviews,
        "last": last,
        "seen": last.sequence if last else 0,
        "state": state_of(assignment),
        "is_changed": last is not None and last.value == "accepted" and is_changed_since(last),
        "next": following if following != assignment else None,
        "note": request.POST.get("note", ""),
    }


def _image(image: ReviewImage, reader: Reader, campaign: Campaign) -> dict[str, object]:
    comments = Comment.objects.filter(annotation__in=[image.reading, image.result])
    visible = rules.comments_visible_to(reader).filter(id__in=comments.values("id"))
    told = visible.prefetch_related("events")
    return {
        "image": image,
        "answers": answers_in_words(campaign, annotation_answers(image.result)),
        "open_comments": sum(not is_resolved(comment.events.all()) for comment in told),
    }
