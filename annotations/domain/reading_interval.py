"""How long a reader worked on an image: her stretches of activity, without what lies between them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Aggregate,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    QuerySet,
    Value,
)
from django.db.models.functions import Greatest, Least
from django.utils import timezone

from annotations.errors import ForbiddenError, ReadingIntervalRefusedError
from annotations.models import Annotation, Reader, ReadingInterval

MAXIMUM_INTERVALS = 500
LONGEST = timedelta(minutes=10)
OLDEST = timedelta(days=30)


@dataclass(frozen=True)
class IntervalDraft:
    """A stretch of activity as the browser measured it: how long before it was sent it began, its length."""

    id: UUID
    age_ms: int
    duration_ms: int


def record_intervals(*, annotation: Annotation, reader: Reader, intervals: Sequence[IntervalDraft]) -> None:
    """Store stretches of activity; ids that are stored already change nothing.

    The browser's clock plays no part: a stretch began as long before now as the browser says.
    """
    if annotation.reader_id != reader.id:
        raise ForbiddenError("This is another reader's annotation; only her time on it counts.")
    for interval in intervals:
        _check_can_have_been(interval)
    now = timezone.now()
    ReadingInterval.objects.bulk_create(
        [
            ReadingInterval(
                id=interval.id,
                annotation=annotation,
                started_at=now - timedelta(milliseconds=interval.age_ms),
                duration_ms=interval.duration_ms,
            )
            for interval in intervals
        ],
        ignore_conflicts=True,
    )


def active_seconds(annotation: Annotation) -> float:
    """Add up the reader's stretches until she submitted; where two overlap (two pages), time counts once."""
    latest = annotation.submitted_at
    spans = []
    for started_at, duration_ms in annotation.reading_intervals.values_list("started_at", "duration_ms"):
        ended_at = started_at + timedelta(milliseconds=duration_ms)
        spans.append((started_at, ended_at if latest is None else min(ended_at, latest)))
    return _joined_length(spans).total_seconds()


@dataclass(frozen=True)
class Activity:
    """A reader's time on one image until she submitted, and when she began."""

    seconds: float
    began_at: datetime


def activity_on(annotations: QuerySet[Annotation]) -> dict[UUID, Activity]:
    """Add up the time on many annotations, as `active_seconds` does; those without any are left out.

    The database adds: a page over thousands of exams would fetch each of their stretches else.
    """
    lasts = ExpressionWrapper(
        F("duration_ms") * Value(timedelta(milliseconds=1)), output_field=DurationField()
    )
    ended_at = ExpressionWrapper(F("started_at") + lasts, output_field=DateTimeField())
    until = Greatest(F("started_at"), Least(ended_at, F("annotation__submitted_at")))
    rows = (
        ReadingInterval.objects.filter(annotation__in=annotations.order_by().values("id"))
        .order_by()
        .values("annotation")
        .annotate(began_at=Min("started_at"), active=_JoinedLength(F("started_at"), until))
    )
    return {row["annotation"]: Activity(row["active"].total_seconds(), row["began_at"]) for row in rows}


class _JoinedLength(Aggregate):
    """The length of the union of (start, end), as `_joined_length` does in Python."""

    template = (
        "COALESCE((SELECT SUM(UPPER(joined) - LOWER(joined))"
        " FROM UNNEST(RANGE_AGG(TSTZRANGE(%(expressions)s))) joined), INTERVAL '0')"
    )
    output_field = DurationField()


def active_seconds_by_annotation(annotations: Iterable[UUID]) -> dict[UUID, float]:
    """Add up, as `active_seconds` does, for many annotations at once; without a stretch there is no entry."""
    spans: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    found = ReadingInterval.objects.filter(annotation__in=list(annotations))
    rows = found.values_list("annotation_id", "started_at", "duration_ms", "annotation__submitted_at")
    for annotation, started_at, duration_ms, latest in rows.order_by().iterator():
        ended_at = started_at + timedelta(milliseconds=duration_ms)
        spans[annotation].append((started_at, ended_at if latest is None else min(ended_at, latest)))
    return {annotation: _joined_length(stretches).total_seconds() for annotation, stretches in spans.items()}


def _joined_length(spans: Iterable[tuple[datetime, datetime]]) -> timedelta:
    total, covered_until = timedelta(), None
    for start, end in sorted(spans):
        begin = start if covered_until is None else max(start, covered_until)
        if end > begin:
            total += end - begin
            covered_until = end
    return total


def _check_can_have_been(interval: IntervalDraft) -> None:
    duration, age = timedelta(milliseconds=interval.duration_ms), timedelta(milliseconds=interval.age_ms)
    if not timedelta() < duration <= LONGEST:
        raise ReadingIntervalRefusedError(
            f"A stretch of reading lasts more than 0 and at most {LONGEST}; {duration} came. Cut it."
        )
    if not duration <= age <= OLDEST:
        raise ReadingIntervalRefusedError(
            f"A stretch of {duration} that began {age} ago cannot have been: it ends in the future, or is "
            f"older than {OLDEST.days} days."
        )
