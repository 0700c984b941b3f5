"""The page on which an expert resolves disagreements, one segment after the other."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.adjudication import undo_last
from annotations.domain.consensus import request_consensus
from annotations.domain.disagreement import adjudication_progress
from annotations.domain.image_comparison import count_images_to_compare
from annotations.enums import Role
from annotations.errors import TramlineError
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require


@ensure_csrf_cookie
@require_safe
@reader_required
def campaign_adjudication(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    run = campaign.consensus_runs.first()
    progress = adjudication_progress(campaign, reader)
    return render(
        request,
        "adjudication.html",
        {
            "campaign": campaign,
            "run": run,
            "progress": progress,
            "waiting": progress.total - progress.decided,
            "images_due": count_images_to_compare(campaign),
        },
    )


@require_POST
@reader_required
def find_disagreements(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Queue the search and go back to the page, which says how far it is."""
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    try:
        request_consensus(campaign=campaign, actor=reader)
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_adjudication", campaign_id=campaign.id)


@require_POST
@reader_required
def undo_decision(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Take back the last decision after its page was left; the segment comes again."""
    campaign = campaign_to_adjudicate(reader, campaign_id)
    if not rules.can_adjudicate(reader, campaign):
        return answer_still_reading(request, campaign)
    try:
        undo_last(campaign=campaign, reader=reader, undo_id=uuid4())
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_adjudication", campaign_id=campaign.id)


def campaign_to_adjudicate(reader: Reader, campaign_id: UUID) -> Campaign:
    """Return a campaign on which this person may decide, once she has read her own exams of it."""
    require(is_allowed=reader.role == Role.ADJUDICATOR)
    campaign = rules.campaigns_visible_to(reader).filter(id=campaign_id).first()
    if campaign is None:
        raise Http404
    return campaign


def answer_still_reading(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return render(request, "adjudication_closed.html", {"campaign": campaign}, status=403)
