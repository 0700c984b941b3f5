"""Who waits for whom in a campaign, in sentences that say what to do next."""

from dataclasses import dataclass

from annotations.domain.campaign_board import Board, ReaderRow
from annotations.domain.disagreement import waiting_segments
from annotations.domain.guideline import latest
from annotations.enums import ExamState
from annotations.models import Campaign, GuidelineConfirmation


@dataclass(frozen=True)
class Wait:
    """`who` waits for `whom`; `count` of what, in words; `page` is the address where it goes on, if any."""

    who: str
    whom: str
    count: int
    what: str
    page: str = ""


def waits_of(campaign: Campaign, board: Board) -> list[Wait]:
    waits = [wait for row in board.rows for wait in _waits_of_reader(campaign, row)]
    disputed = waiting_segments(campaign).order_by().count()
    if disputed:
        waits.append(
            Wait("The campaign", "an adjudicator", disputed, "disputed segments", "campaign_adjudication")
        )
    return waits + _unconfirmed(campaign, board)


def _waits_of_reader(campaign: Campaign, row: ReaderRow) -> list[Wait]:
    name = row.reader.pseudonym
    waits = []
    in_review, returned = row.counts[ExamState.IN_REVIEW], row.counts[ExamState.RETURNED]
    if campaign.gate_exams and row.read >= campaign.gate_exams > row.accepted:
        waits.append(
            Wait(
                name,
                "an expert's review",
                campaign.gate_exams - row.accepted,
                "of her first exams; nothing else opens until then",
                "campaign_reviews",
            )
        )
    elif in_review:
        waits.append(
            Wait("The campaign", "an expert's review", in_review, f"exams of {name}", "campaign_reviews")
        )
    if returned:
        waits.append(Wait("The reviewer", name, returned, "exams that came back to her"))
    if row.overdue:
        waits.append(Wait("The campaign", name, row.overdue, "exams past their day"))
    return waits


def _unconfirmed(campaign: Campaign, board: Board) -> list[Wait]:
    """Give readers with exams left who have not confirmed the latest guideline: nothing opens for them."""
    guideline = latest(campaign)
    if guideline is None:
        return []
    confirmed = GuidelineConfirmation.objects.filter(guideline=guideline).values_list("reader", flat=True)
    missing = {row.reader.id for row in board.rows if row.left} - set(confirmed)
    return [
        Wait(
            "The campaign",
            row.reader.pseudonym,
            row.left,
            f"exams; she has not confirmed guideline {guideline.number}",
        )
        for row in board.rows
        if row.reader.id in missing
    ]
