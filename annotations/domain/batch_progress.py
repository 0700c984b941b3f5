"""How far the runs of a batch are, how fast they go, and how they are stopped together."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from annotations.domain.run import cancel_run
from annotations.enums import RunState
from annotations.errors import ConflictError
from annotations.models import Reader

GOING = (RunState.QUEUED, RunState.RUNNING)


@dataclass(frozen=True)
class BatchProgress:
    """How far the runs of a batch are; what was never asked for counts in no number."""

    done: int
    total: int
    failed: int
    cancelled: int
    per_minute: float | None = None
    minutes_left: float | None = None

    @property
    def is_going(self) -> bool:
        return self.done < self.total


def count_progress(runs: "QuerySet[Any]") -> BatchProgress:
    """Count runs by what became of them."""
    counts: dict[str, int] = dict(runs.order_by().values_list("state").annotate(count=Count("id")))
    total = sum(counts.values())
    return BatchProgress(
        done=total - sum(counts.get(state, 0) for state in GOING),
        total=total,
        failed=counts.get(RunState.FAILED, 0) + counts.get(RunState.DEAD, 0),
        cancelled=counts.get(RunState.CANCELLED, 0),
    )


def with_pace(progress: BatchProgress, runs: "QuerySet[Any]", since: datetime | None) -> BatchProgress:
    """Add how many runs ended in a minute since the batch began, and how long the rest takes at that pace."""
    if since is None or not progress.is_going:
        return progress
    ended = runs.filter(finished_at__gte=since).count()
    minutes = (timezone.now() - since).total_seconds() / 60
    if not ended or minutes <= 0:
        return progress
    pace = ended / minutes
    return replace(progress, per_minute=pace, minutes_left=(progress.total - progress.done) / pace)


def cancel_all(runs: "QuerySet[Any]", *, reader: Reader) -> int:
    """Stop the runs that are not done; return how many."""
    stopped = 0
    for run in runs.filter(state__in=GOING, cancel_requested=False):
        try:
            cancel_run(run, reader=reader)
            stopped += 1
        except ConflictError:  # it ended meanwhile
            continue
    return stopped
