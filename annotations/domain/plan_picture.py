"""What a plan looks like before it is given out, and how far the one that was given out still holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from annotations.domain.left_out import LeftOut
from annotations.domain.plan_request import PlanRequest
from annotations.domain.planned_reading import ACTIVE, latest_request, readings_by_exam
from annotations.domain.reading_plan import PlanDraft, draft_repeats
from annotations.enums import AssignmentState
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.ml_gateway.study import expected_dice_width, expected_kappa_width
from annotations.models import Assignment, Campaign, Reader

# What the widths are for: a study of BAC as it is published. They are said beside the widths.
SHARE_WITH_BAC, KAPPA, DICE_SD = 0.3, 0.7, 0.2


@dataclass(frozen=True)
class NumberRow:
    """Exams that so many read: how many there are, and how many were asked for."""

    number: int
    exams: int
    declared: int
    percent: float


@dataclass(frozen=True)
class ReaderRow:
    reader: Reader
    now: int
    new: int

    @property
    def total(self) -> int:
        return self.now + self.new


@dataclass(frozen=True)
class WidthRow:
    """How wide the 95 % intervals will be that so many exams read twice buy; None below two exams."""

    text: str
    exams: int
    kappa: float | None
    dice: float | None


@dataclass(frozen=True)
class PlanPicture:
    """`pairs` has a row for each reader but the first, with the exams she shares with those before her."""

    readings: int
    repeats: int
    exams: int
    numbers: list[NumberRow]
    readers: list[ReaderRow]
    pairs: list[tuple[Reader, list[int | None]]]
    widths: list[WidthRow]
    note: str
    problem: str


@dataclass(frozen=True)
class PresentState:
    """What a campaign has of its plan now."""

    request: PlanRequest | None
    numbers: list[NumberRow]
    repeats: int
    pool_free: int
    pool_held: int

    @property
    def is_short(self) -> bool:
        return any(row.exams != row.declared for row in self.numbers)


def plan_picture(campaign: Campaign, draft: PlanDraft, readers: Sequence[Reader]) -> PlanPicture:
    by_number, total, new = draft.exams_by_number, draft.loads, draft.new_loads
    met = draft.meetings
    least = min(met.values(), default=0)
    overlap = sum(count for number, count in by_number.items() if number > 1)
    return PlanPicture(
        readings=len(draft.new_readings),
        repeats=len(draft_repeats(campaign, draft)),
        exams=len(draft.readers_of_exam),
        numbers=_numbers(by_number, draft.request),
        readers=[ReaderRow(reader, total[reader.id] - new[reader.id], new[reader.id]) for reader in readers],
        pairs=[
            (
                one,
                [
                    met.get(frozenset((one.id, other.id))) if other in readers[:place] else None
                    for other in readers[:-1]
                ],
            )
            for place, one in enumerate(readers)
            if place
        ],
        widths=[_width("The two readers who meet least", least), _width("All exams read twice", overlap)]
        if overlap
        else [],
        note=" ".join(filter(None, [draft.note, _alone_note(draft.request, readers)])),
        problem=draft.problem,
    )


def _alone_note(request: PlanRequest, readers: Sequence[Reader]) -> str:
    if len(readers) != 1 or not request.pairs_meet:
        return ""
    return (
        f"{readers[0].pseudonym} reads alone, so there is no pair to meet and no agreement to measure. The "
        "exams that every two readers should share are counted once a second reader joins."
    )


def pool_picture(request: PlanRequest, studies: Sequence[UUID], stays_out: LeftOut) -> PlanPicture:
    """Show what a pool holds; who reads it is not known before."""
    studies = [study for study in studies if study not in stays_out.exams]
    by_number = exams_by_number(len(studies), request.shares) if studies else {}
    overlap = sum(count for number, count in by_number.items() if number > 1)
    return PlanPicture(
        repeats=0,
        readings=sum(number * count for number, count in by_number.items()),
        exams=len(studies),
        numbers=_numbers(by_number, request),
        readers=[],
        pairs=[],
        widths=[_width("All exams read twice", overlap)] if overlap else [],
        note=stays_out.note,
        problem="" if studies else "No exam is left that is not in this campaign. Take images in first.",
    )


def present_state(campaign: Campaign) -> PresentState:
    request = latest_request(campaign)
    by_number = Counter(readings_by_exam(campaign))
    slots = campaign.pool_slots.filter(closed_at=None)
    return PresentState(
        request=request,
        numbers=_numbers(by_number, request) if request and by_number and not request.is_pool else [],
        repeats=Assignment.objects.filter(campaign=campaign, round__gt=1, state__in=ACTIVE).count(),
        pool_free=slots.filter(assignment=None).count(),
        pool_held=slots.filter(assignment__state=AssignmentState.OPEN).count(),
    )


def _numbers(by_number: dict[int, int] | Counter[int], request: PlanRequest) -> list[NumberRow]:
    total = sum(by_number.values())
    declared = exams_by_number(total, request.shares) if total else {}
    return [
        NumberRow(number, by_number.get(number, 0), declared.get(number, 0), _share(by_number, number, total))
        for number in _in_order(by_number, declared)
    ]


def _in_order(*counts: Iterable[int]) -> list[int]:
    return sorted({number for each in counts for number in each})


def _share(by_number: dict[int, int] | Counter[int], number: int, total: int) -> float:
    return 100 * by_number.get(number, 0) / total


def _width(text: str, exams: int) -> WidthRow:
    kappa = expected_kappa_width(exams, kappa=KAPPA, shares=(SHARE_WITH_BAC, 1 - SHARE_WITH_BAC))
    dice = expected_dice_width(round(SHARE_WITH_BAC * exams), sd=DICE_SD)
    return WidthRow(text, exams, kappa.width if kappa else None, dice.width if dice else None)
