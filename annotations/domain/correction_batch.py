"""Label correction over the submitted readings of a campaign: asked for at once, done one by one."""

from collections import Counter
from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.audit import record_act
from annotations.domain.batch_progress import GOING, BatchProgress, cancel_all, count_progress
from annotations.domain.campaign_reading import readings
from annotations.domain.correction_run import request_correction
from annotations.domain.run import Heartbeat, cancel_run, finish_run, perform_run
from annotations.enums import RunState
from annotations.errors import ConflictError, TramlineError
from annotations.jobs import defer_run
from annotations.models import (
    Annotation,
    Campaign,
    CorrectionBatch,
    CorrectionBatchItem,
    CorrectionRun,
    Reader,
)


@transaction.atomic
def request_batch(*, campaign: Campaign, expert: Reader, reader: Reader | None = None) -> CorrectionBatch:
    """Queue the correction of all submitted readings, or of one reader's, for this expert to review."""
    Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    if any(batch.state in GOING for batch in campaign.correction_batches.filter(requested_by=expert)):
        raise ConflictError(
            "Your last batch of this campaign is still being prepared. Wait for it, or cancel it.",
            code="batch_going",
        )
    if not _readings_of(campaign, reader).exists():
        raise ConflictError(
            "Nobody has submitted an exam here that could be corrected. Come back when exams are read.",
            code="nothing_to_correct",
        )
    batch = CorrectionBatch.objects.create(campaign=campaign, requested_by=expert, reader=reader)
    record_act("request_correction_batch", actor=expert, subject=batch, reader=reader and reader.pseudonym)
    defer_run(batch)
    return batch


def perform_batch(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Ask for the corrections of a batch, in a worker."""
    perform_run(CorrectionBatch, run_id, worker=worker, is_stopping=is_stopping, work=_ask_for_all)


def _ask_for_all(batch: CorrectionBatch, heartbeat: Heartbeat) -> bool:
    """Ask for one correction after the other; asked for again, each finds the run that it had made."""
    wanted = list(_readings_of(batch.campaign, batch.reader))
    refusals: Counter[str] = Counter()
    for number, annotation in enumerate(wanted, start=1):
        if heartbeat.should_stop():
            return False
        try:
            _ask_for(annotation, batch)
        except TramlineError as error:
            refusals[error.message] += 1
        heartbeat.report_progress(number, len(wanted))
    with transaction.atomic():
        finish_run(
            batch,
            state=RunState.SUCCEEDED,
            done=len(wanted),
            total=len(wanted),
            refusals=dict(refusals),
        )
        record_act("finish_correction_batch", actor=None, subject=batch, corrections=batch.items.count())
    return True


@transaction.atomic
def _ask_for(annotation: Annotation, batch: CorrectionBatch) -> None:
    run, _is_new = request_correction(annotation=annotation, reader=batch.requested_by)
    CorrectionBatchItem.objects.get_or_create(batch=batch, run=run)


def _readings_of(campaign: Campaign, reader: Reader | None) -> QuerySet[Annotation]:
    found = readings(campaign)
    return found if reader is None else found.filter(reader=reader)


def progress_of(batch: CorrectionBatch) -> BatchProgress:
    """Count the corrections of a batch by what became of them."""
    return count_progress(CorrectionRun.objects.filter(batch_items__batch=batch))


def cancel_batch(batch: CorrectionBatch, *, expert: Reader) -> int:
    """Stop a batch and what of it is not done; return how many corrections were stopped."""
    if batch.state in GOING:
        cancel_run(batch, reader=expert)
    return cancel_all(CorrectionRun.objects.filter(batch_items__batch=batch), reader=expert)
