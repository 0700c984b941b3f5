"""What the lead of a campaign looks at: numbers, names and days, never a label.

Readers stand in the order of their pseudonyms: the board is no leaderboard.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotations.domain.exam_state import with_exam_state
from annotations.domain.forecast import RECENT_DAYS, Forecast, forecast_end, pace_of
from annotations.domain.lacking_reading import LackingReadings, lacking_readings
from annotations.enums import AssignmentState, ExamState
from annotations.models import Assignment, Campaign, PoolSlot, Reader, ReadingInterval

# Of active time; the forecast looks back further.
ACTIVE_DAYS = 7
# A large campaign is counted at most once in this time; the page says when.
KEPT = timedelta(minutes=1)
COUNTED_LONG_S = 0.2

TO_READ = (ExamState.LATER, ExamState.WAITING, ExamState.IN_PROGRESS, ExamState.RETURNED)
READ = (ExamState.IN_REVIEW, ExamState.SUBMITTED, ExamState.IN_ADJUDICATION, ExamState.DONE)


@dataclass(frozen=True)
class StateCount:
    """How many readings stand in one state; its part of the bar, which is 1000 wide."""

    state: str
    text: str
    count: int
    percent: int
    start: float
    width: float


@dataclass(frozen=True)
class ReaderRow:
    """What one reader of the campaign has, and how she gets on; `left_at` of one who reads here no more."""

    reader: Reader
    left_at: datetime | None
    counts: Counter[str]
    overdue: int
    active_s: float
    last_active_at: datetime | None
    read_recently: int

    @property
    def left(self) -> int:
        return sum(self.counts[state] for state in TO_READ)

    @property
    def read(self) -> int:
        return sum(self.counts[state] for state in READ)

    @property
    def in_progress(self) -> int:
        return self.counts[ExamState.IN_PROGRESS]

    @property
    def skipped(self) -> int:
        return self.counts[ExamState.SKIPPED]

    @property
    def active_hours(self) -> float:
        return self.active_s / 3600

    @property
    def active_minutes_per_exam(self) -> float | None:
        return self.active_s / 60 / self.read_recently if self.read_recently else None


@dataclass(frozen=True)
class Board:
    """`in_pool` readings wait for whoever asks; `lacking` ones nobody makes, though they were wanted."""

    states: list[StateCount]
    total: int
    in_pool: int
    lacking: LackingReadings
    rows: list[ReaderRow]
    forecast: Forecast
    counted_at: datetime

    @property
    def has_readers(self) -> bool:
        return any(row.left_at is None for row in self.rows)


@dataclass
class _Recent:
    """What one reader did of late."""

    active_ms: int = 0
    last_active_at: datetime | None = None
    submitted: dict[date, int] = field(default_factory=dict)

    def submitted_since(self, day: date) -> int:
        return sum(count for each, count in self.submitted.items() if each >= day)


def board_of(campaign: Campaign) -> Board:
    """Count the readings of a campaign; where that took long, the same counts serve for a minute."""
    key = f"board/{campaign.id}"
    kept: Board | None = cache.get(key)
    if kept is not None:
        return kept
    started_s = monotonic()
    board = _count(campaign)
    if monotonic() - started_s > COUNTED_LONG_S:
        cache.set(key, board, KEPT.total_seconds())
    return board


def _count(campaign: Campaign) -> Board:
    today = timezone.localdate()
    counted = list(_counted(campaign, today))
    empty = PoolSlot.objects.filter(campaign=campaign, assignment=None, closed_at=None).count()
    recent = _recent(campaign, today)
    lacking = lacking_readings(campaign)
    in_pool = empty - lacking.given_up_in_pool
    rows = _rows(campaign, counted, recent, today)
    totals: Counter[str] = Counter()
    for entry in counted:
        totals[entry["exam_state"]] += entry["count"]
    opens = max((entry["last_opens_on"] for entry in counted if entry["last_opens_on"]), default=None)
    return Board(
        states=_states(totals, in_pool),
        total=totals.total() + in_pool,
        in_pool=in_pool,
        lacking=lacking,
        rows=rows,
        forecast=_forecast(rows, recent, in_pool=in_pool, lacking=lacking.to_give, opens=opens, today=today),
        counted_at=timezone.now(),
    )


def _counted(campaign: Campaign, today: date) -> Iterable[dict[str, Any]]:
    """Count the readings by reader and state, in one query."""
    is_overdue = Q(state=AssignmentState.OPEN, due_on__lt=today)
    is_open = Q(state=AssignmentState.OPEN)
    return (
        with_exam_state(campaign)
        .order_by()
        .values("reader", "exam_state")
        .annotate(
            count=Count("pk"),
            overdue=Count("pk", filter=is_overdue),
            last_opens_on=Max("opens_on", filter=is_open),
        )
    )


def _recent(campaign: Campaign, today: date) -> dict[UUID, _Recent]:
    """Give what each reader did of late: her active time, when it was last, and exams submitted by day."""
    found: dict[UUID, _Recent] = defaultdict(_Recent)
    active = ReadingInterval.objects.filter(
        annotation__assignment__campaign=campaign, started_at__gte=_start_of(today, ACTIVE_DAYS)
    )
    for reader, active_ms, last in (
        active.order_by().values_list("annotation__reader").annotate(Sum("duration_ms"), Max("started_at"))
    ):
        found[reader].active_ms, found[reader].last_active_at = active_ms, last
    submitted = Assignment.objects.filter(
        campaign=campaign, state=AssignmentState.SUBMITTED, submitted_at__gte=_start_of(today, RECENT_DAYS)
    ).order_by()
    by_day = submitted.values_list("reader", TruncDate("submitted_at"))
    for reader, day, count, last in by_day.annotate(Count("pk"), Max("submitted_at")):
        found[reader].submitted[day] = count
        found[reader].last_active_at = max(found[reader].last_active_at or last, last)
    return found


def _start_of(today: date, days: int) -> datetime:
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time.min))


def _rows(
    campaign: Campaign, counted: list[dict[str, Any]], recent: dict[UUID, _Recent], today: date
) -> list[ReaderRow]:
    """Give whoever has or had a reading, and whoever may take her first one."""
    by_reader: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for entry in counted:
        by_reader[entry["reader"]].append(entry)
    left_at: dict[UUID, datetime | None] = dict(campaign.readers.values_list("reader", "left_at"))
    shown = {*by_reader, *(reader for reader, left in left_at.items() if left is None)}
    readers = Reader.objects.filter(id__in=shown).select_related("user").order_by("pseudonym")
    return [
        ReaderRow(
            reader=reader,
            left_at=left_at.get(reader.id),
            counts=Counter({entry["exam_state"]: entry["count"] for entry in by_reader[reader.id]}),
            overdue=sum(entry["overdue"] for entry in by_reader[reader.id]),
            active_s=recent[reader.id].active_ms / 1000,
            last_active_at=recent[reader.id].last_active_at,
            read_recently=recent[reader.id].submitted_since(today - timedelta(days=ACTIVE_DAYS)),
        )
        for reader in readers
    ]


def _states(totals: Counter[str], in_pool: int) -> list[StateCount]:
    total = max(totals.total() + in_pool, 1)
    counts = [("not_given", "Not given out", in_pool)]
    counts += [(state.value, state.label, totals[state]) for state in ExamState]
    states, start = [], 0.0
    for state, text, count in counts:
        width = 1000 * count / total
        states.append(StateCount(state, text, count, round(width / 10), round(start, 2), round(width, 2)))
        start += width
    return states


def _forecast(
    rows: list[ReaderRow],
    recent: dict[UUID, _Recent],
    *,
    in_pool: int,
    lacking: int,
    opens: date | None,
    today: date,
) -> Forecast:
    """Let each reader who is there take an equal part of what waits in the pool."""
    present = sum(row.left_at is None for row in rows)
    if in_pool and not present:
        return Forecast(reason=f"Nobody reads here now, and the pool holds {_readings(in_pool)}.")
    if lacking and not in_pool and not any(row.left for row in rows):
        return Forecast(
            reason=f"What was given out has been read or has ended, but the plan lacks {_readings(lacking)}."
        )
    part = -(-in_pool // present) if present else 0
    paces = [
        pace_of(
            row.reader.pseudonym,
            row.left + (part if row.left_at is None else 0),
            recent[row.reader.id].submitted,
            today=today,
        )
        for row in rows
    ]
    return forecast_end(paces, today=today, not_before=opens)


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count != 1)}"


def skipped_exams(campaign: Campaign) -> QuerySet[Assignment]:
    """Give what readers skipped, and why, the latest first."""
    return (
        Assignment.objects.filter(campaign=campaign, state=AssignmentState.SKIPPED)
        .select_related("study__patient", "reader__user")
        .order_by(F("ended_at").desc(), "id")
    )
