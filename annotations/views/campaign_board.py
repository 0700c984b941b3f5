"""One campaign as its lead sees it: states of all exams, who has what, what is stuck, when it will end."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from annotations import rules
from annotations.domain.agreement_picture import MEASURES, AgreementPicture, Choice
from annotations.domain.board_wait import waits_of
from annotations.domain.campaign_board import ACTIVE_DAYS, board_of, skipped_exams
from annotations.domain.forecast import RECENT_DAYS
from annotations.domain.plot.over_time import TimePlot
from annotations.domain.stuck_exam import give_to_another, stuck_exams, takers_of
from annotations.enums import Label
from annotations.errors import TramlineError
from annotations.forms.stuck_exam import GiveExamForm
from annotations.ml_gateway.agreement_report import FIGURE_NAMES
from annotations.models import Assignment, Campaign, Reader
from annotations.views.account import reader_required, require

LISTED = 10


@dataclass(frozen=True)
class StuckExam:
    """An exam that lies, and who could read it instead."""

    exam: Assignment
    takers: list[Reader]


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
            "stuck": _stuck(campaign),
            "skipped": skipped_exams(campaign)[:LISTED],
            "active_days": ACTIVE_DAYS,
            "recent_days": RECENT_DAYS,
        },
    )


@require_POST
@reader_required
def give_exam(request: HttpRequest, reader: Reader, campaign_id: UUID) -> HttpResponse:
    """Give a stuck exam to another reader and go back to the board, which says what became of it."""
    require(is_allowed=rules.can_manage_campaigns(reader))
    campaign = get_object_or_404(rules.campaigns_visible_to(reader), id=campaign_id)
    form = GiveExamForm(request.POST, campaign=campaign)
    if not form.is_valid():
        messages.error(request, "Not given. Choose a reader of this campaign beside an exam that is stuck.")
        return redirect("campaign_board", campaign_id=campaign.id)
    taker, exam = form.cleaned_data["reader"], form.cleaned_data["exam"]
    try:
        give_to_another(assignment=exam, reader=taker, actor=reader)
        messages.success(
            request,
            f"{taker.pseudonym} reads {exam.study.patient.code} now, from the start. What was drawn on it "
            "before is kept.",
        )
    except TramlineError as error:
        messages.error(request, error.message)
    return redirect("campaign_board", campaign_id=campaign.id)


def _stuck(campaign: Campaign) -> list[StuckExam]:
    exams = list(stuck_exams(campaign)[:LISTED])
    takers = takers_of(campaign, exams)
    return [StuckExam(exam, takers[exam.id]) for exam in exams]


def _agreement(reader: Reader, campaign: Campaign) -> TimePlot | None:
    """Draw how agreement went week after week; None where it cannot be told, or not to her."""
    report = rules.agreement_reports_visible_to(reader).filter(campaign=campaign).order_by("number").last()
    if report is None:
        return None
    choice = Choice(label=campaign.labels[0], round=1, measure=MEASURES[0])
    plot = AgreementPicture.of(report, choice).over_time
    return plot if plot.marks else None
