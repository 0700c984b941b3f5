"""One campaign as its lead sees it: states of all exams, who has what, what is stuck, when it will end."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotations import rules
from annotations.domain.agreement_picture import MEASURES, AgreementPicture, Choice
from annotations.domain.board_wait import waits_of
from annotations.domain.campaign_board import ACTIVE_DAYS, board_of, skipped_exams
from annotations.domain.forecast import RECENT_DAYS
from annotations.domain.plot.over_time import TimePlot
from annotations.domain.stuck_exam import stuck_exams
from annotations.enums import Label
from annotations.ml_gateway.agreement_report import FIGURE_NAMES
from annotations.models import Campaign, Reader
from annotations.views.account import reader_required, require

LISTED = 10


@require_safe
@reader_required
def campaign_board(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    board = board_of(campaign)
    return render(
        request,
        "campaign_board.html",
        {
            "campaign": campaign,
            "board": board,
            "waits": waits_of(campaign, board),
            "agreement": _agreement(reader, campaign),
            "measure_name": FIGURE_NAMES[MEASURES[0]],
            "label_name": Label(campaign.labels[0]).label,
            "stuck": stuck_exams(campaign)[:LISTED],
            "skipped": skipped_exams(campaign)[:LISTED],
            "active_days": ACTIVE_DAYS,
            "recent_days": RECENT_DAYS,
        },
    )


def _agreement(reader: Reader, campaign: Campaign) -> TimePlot | None:
    """Draw how agreement went week after week; None where it cannot be told, or not to her."""
    report = rules.agreement_reports_visible_to(reader).filter(campaign=campaign).order_by("number").last()
    if report is None:
        return None
    choice = Choice(label=campaign.labels[0], round=1, measure=MEASURES[0])
    plot = AgreementPicture.of(report, choice).over_time
    return plot if plot.marks else None
