"""Runs of a worker: claimed for a time, kept alive by heartbeats, finished only by whom they belong to."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.enums import RunState
from annotations.errors import ConflictError, LeaseLostError, RunCancelledError, TramlineError
from annotations.jobs import defer_run
from annotations.models import MAX_ATTEMPTS, Reader, Run

logger = logging.getLogger(__name__)

R = TypeVar("R", bound=Run)

LEASE = timedelta(seconds=60)
# A wish to cancel is heard within this time and one tile.
BEAT_INTERVAL_S = 1.0


def claim_run(run_type: type[R], run_id: UUID, *, worker: str) -> R | None:
    """Take a queued run for one lease; None where it is gone, finished, or another worker's.

    The attempt is counted here, so that a run that kills its worker comes to an end.
    """
    runs = run_type._default_manager  # noqa: SLF001 - `objects` exists on concrete models only
    with transaction.atomic():
        is_claimed = runs.filter(id=run_id, state=RunState.QUEUED, attempt__lt=MAX_ATTEMPTS).update(
            state=RunState.RUNNING,
            attempt=F("attempt") + 1,
            fence=F("fence") + 1,
            lease_until=Now() + LEASE,
            worker=worker,
            started_at=Now(),
        )
        return runs.get(id=run_id) if is_claimed else None


class Heartbeat:
    """Keeps the lease of a run, tells its progress, and hears of a wish to cancel, about once a second."""

    def __init__(self, run: Run, *, is_stopping: Callable[[], bool]) -> None:
        self._run = run
        self._is_stopping = is_stopping
        self._is_cancel_requested = False
        self._done = 0
        self._total = 0
        self._last_beat_s = float("-inf")

    def report_progress(self, done: int, total: int) -> None:
        """Note how much is done; raise LeaseLostError where the run belongs to another worker now."""
        self._done, self._total = done, total
        self._beat(must=done == total)

    def should_stop(self) -> bool:
        """Whether a person cancelled the run or the worker is being shut down."""
        self._beat(must=False)
        return self._is_cancel_requested or self._is_stopping()

    def _beat(self, *, must: bool) -> None:
        if not must and time.monotonic() - self._last_beat_s < BEAT_INTERVAL_S:
            return
        update_own_run(self._run, lease_until=Now() + LEASE, done=self._done, total=self._total)
        self._run.refresh_from_db(fields=["cancel_requested", "done", "total"])
        self._is_cancel_requested = self._run.cancel_requested
        self._last_beat_s = time.monotonic()


def update_own_run(run: Run, **fields: object) -> None:
    """Write to a run under the fence it was claimed with, or raise LeaseLostError and write nothing."""
    if not _own_run(run).update(**fields):
        raise _lease_lost(run)


def _own_run(run: R) -> QuerySet[R]:
    """Give the run's row as long as it is ours."""
    return type(run)._default_manager.filter(  # noqa: SLF001 - as in claim_run
        id=run.id, fence=run.fence, state=RunState.RUNNING
    )


def _lease_lost(run: Run) -> LeaseLostError:
    return LeaseLostError(
        f"Run {run.id} is no longer this worker's (fence {run.fence}); its late result is refused."
    )


def finish_run(run: Run, *, state: RunState, **fields: object) -> None:
    """End a run that is ours, with whatever its kind has to say of the result.

    Success raises RunCancelledError, and writes nothing, where a person cancelled the run at the last moment.
    """
    own = _own_run(run)
    if state == RunState.SUCCEEDED:
        own = own.filter(cancel_requested=False)
    if own.update(state=state, finished_at=Now(), lease_until=None, **fields):
        return
    if _own_run(run).exists():
        raise RunCancelledError(f"Run {run.id} was cancelled while it worked; its result is not kept.")
    raise _lease_lost(run)


def fail_run(run: Run, *, code: str, message: str) -> None:
    with transaction.atomic():
        finish_run(run, state=RunState.FAILED, error_code=code, error=message)
        record_act("fail_run", actor=None, subject=run, code=code)


def perform_run(
    run_type: type[R],
    run_id: UUID,
    *,
    worker: str,
    is_stopping: Callable[[], bool],
    work: Callable[[R, Heartbeat], bool],
) -> None:
    """Claim a run and work on it: the border where every error becomes a state of the run.

    `work` writes its result and calls finish_run in one transaction and returns True, or returns False
    where it stopped because `should_stop` said so. An error that nobody foresaw is raised again for the log.
    """
    run = claim_run(run_type, run_id, worker=worker)
    if run is None:
        return
    with _lost_lease_logged():
        try:
            if not work(run, Heartbeat(run, is_stopping=is_stopping)):
                _end_stopped(run)
        except LeaseLostError:
            raise
        except RunCancelledError:
            _end_stopped(run)
        except TramlineError as error:
            fail_run(run, code=error.code, message=error.message)
        except Exception as error:
            message = f"The work broke off with an error that was not foreseen ({type(error).__name__})."
            with _lost_lease_logged():
                fail_run(run, code="unforeseen_error", message=message)
            raise


@contextlib.contextmanager
def _lost_lease_logged() -> Iterator[None]:
    """Whoever lost a run has no word in it any more, not even that it failed."""
    try:
        yield
    except LeaseLostError as error:
        logger.warning("%s", error.message)


def _end_stopped(run: Run) -> None:
    """Cancel what a person cancelled; put back what was stopped with its worker, the attempt not counted."""
    with transaction.atomic():
        own = _own_run(run).select_for_update().first()
        if own is None:
            raise _lease_lost(run)
        if own.cancel_requested:
            finish_run(run, state=RunState.CANCELLED)
        else:
            update_own_run(
                run, state=RunState.QUEUED, attempt=F("attempt") - 1, lease_until=None, worker="", done=0
            )
            defer_run(run)


@transaction.atomic
def cancel_run(run: R, *, reader: Reader) -> R:
    """Cancel a queued run at once; ask the worker of a running one to stop. Asking twice changes nothing."""
    run = type(run)._default_manager.select_for_update().get(id=run.id)  # noqa: SLF001 - as in claim_run
    if run.state == RunState.CANCELLED or run.cancel_requested:
        return run
    if run.is_finished:
        raise ConflictError(
            f"The run has ended already ({run.state}); nothing is left to cancel.", code="run_finished"
        )
    run.cancel_requested = True
    if run.state == RunState.QUEUED:
        run.state = RunState.CANCELLED
        run.finished_at = timezone.now()
    run.save(update_fields=["cancel_requested", "state", "finished_at"])
    record_act("cancel_run", actor=reader, subject=run)
    return run


def sweep_runs(run_type: type[Run]) -> None:
    """Queue again what a dead worker held, give up after MAX_ATTEMPTS, and replace jobs that were lost.

    Idempotent: a run whose job still waits gets no second one.
    """
    runs = run_type._default_manager  # noqa: SLF001 - as in claim_run
    expired = Q(state=RunState.RUNNING, lease_until__lt=Now())
    # A worker can die between taking a job and claiming its run.
    forgotten = Q(state=RunState.QUEUED, created_at__lt=Now() - LEASE)
    for run_id in runs.filter(expired | forgotten).values_list("id", flat=True):
        with transaction.atomic():
            run = runs.select_for_update().filter(expired | forgotten, id=run_id).first()
            if run is not None:
                _bring_back(run)


def _bring_back(run: Run) -> None:
    """Caller holds the row's lock. A run that waits in a long queue is no news and leaves no audit entry."""
    before = run.state
    if run.cancel_requested:
        run.state = RunState.CANCELLED
    elif run.attempt >= MAX_ATTEMPTS:
        run.state = RunState.DEAD
        run.error_code = "worker_lost"
        run.error = f"Its worker stopped answering {run.attempt} times; the run was given up."
    else:
        run.state = RunState.QUEUED
        defer_run(run)
    run.lease_until = None
    run.finished_at = timezone.now() if run.is_finished else None
    run.save(update_fields=["state", "error_code", "error", "lease_until", "finished_at"])
    if run.state != before:
        record_act("sweep_run", actor=None, subject=run, state=run.state, worker=run.worker)
