"""One campaign as its lead sees it: states of all exams, who has what, what is stuck, when it will end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.board_wait import waits_of
from annotations.domain.campaign_board import board_of, skipped_exams
from annotations.domain.forecast import RECENT_DAYS
from annotations.domain.stuck_exam import stuck_exams
from annotations.models import Reader
from annotations.views.account import reader_required, require

LISTED = 10


@require_safe
@reader_required
def campaign_board(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    board = board_of(campaign)
    stuck, skipped = stuck_exams(campaign), skipped_exams(campaign)
    return render(
        request,
        "campaign_board.html",
        {
            "campaign": campaign,
            "board": board,
            "waits": waits_of(campaign, board),
            "stuck": stuck[:LISTED],
            "stuck_count": stuck.count(),
            "skipped": skipped[:LISTED],
            "skipped_count": skipped.count(),
            "recent_days": RECENT_DAYS,
        },
    )
