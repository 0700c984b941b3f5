"""Who waits for whom in a campaign, in sentences that say what to do next."""

from dataclasses import dataclass

from annotations.domain.campaign_board import Board, ReaderRow
from annotations.domain.disagreement import undecidable_count
from annotations.domain.gate import Gate, gates
from annotations.domain.guideline import latest
from annotations.enums import ExamState
from annotations.models import Campaign, GuidelineConfirmation


@dataclass(frozen=True)
class Wait:
    """`who` waits for `whom`; how many, and in words of what."""

    who: str
    whom: str
    count: int
    what: str


def waits_of(campaign: Campaign, board: Board) -> list[Wait]:
    closed = gates(campaign)
    waits = [wait for row in board.rows for wait in _waits_of_reader(row, closed.get(row.reader.id))]
    disputed = sum(row.counts[ExamState.IN_ADJUDICATION] for row in board.rows)
    if disputed:
        waits.append(Wait("The campaign", "an adjudicator", disputed, "readings with disputed segments"))
        waits += _undecidable(campaign)
    return waits + _unconfirmed(campaign, board)


def _undecidable(campaign: Campaign) -> list[Wait]:
    count = undecidable_count(campaign)
    if not count:
        return []
    what = "disputed segments that every adjudicator there is drew herself; give the role to somebody else"
    return [Wait("The campaign", "another adjudicator", count, what)]


def _waits_of_reader(row: ReaderRow, gate: Gate | None) -> list[Wait]:
    name = row.reader.pseudonym
    waits = []
    in_review, returned = row.counts[ExamState.IN_REVIEW], row.counts[ExamState.RETURNED]
    if gate is not None and gate.is_closed:
        waits.append(
            Wait(
                name,
                "an expert's review",
                gate.waiting,
                f"of her first {gate.exams} exams ({gate.words}); nothing else opens until then",
            )
        )
    elif in_review:
        at_gate = f"; gate: {gate.words}" if gate is not None and gate.waiting else ""
        waits.append(Wait("The campaign", "an expert's review", in_review, f"exams of {name}{at_gate}"))
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
