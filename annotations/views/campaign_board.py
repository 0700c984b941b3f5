"""One campaign as its lead sees it: states of all exams, who has what, what is stuck, when it will end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.campaign_board import readings_by_state
from annotations.models import Reader
from annotations.views.account import reader_required, require


@require_safe
@reader_required
def campaign_board(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    return render(
        request, "campaign_board.html", {"campaign": campaign, "states": readings_by_state(campaign)}
    )
