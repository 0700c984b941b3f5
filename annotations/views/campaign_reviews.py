"""Readings of a campaign that wait for an expert's word, and what reviews changed."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.review_queue import STATES, counts_by_state, reviews_of
from annotations.models import Reader
from annotations.views.account import reader_required, require

PER_PAGE = 50


@require_safe
@reader_required
def campaign_reviews(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """List the readings of one state; the first one is what the expert does next."""
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    require(is_allowed=rules.can_adjudicate(reader, campaign))
    state = request.GET.get("state", "waiting")
    state = state if state in STATES else "waiting"
    counts = counts_by_state(campaign, reader)
    page = Paginator(reviews_of(campaign, reader, state), PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "campaign_reviews.html",
        {
            "campaign": campaign,
            "state": state,
            "tabs": [(name, text, counts[name]) for name, text in STATES.items()],
            "page": page,
            "next": next(iter(page), None) if state == "waiting" and page.number == 1 else None,
        },
    )
