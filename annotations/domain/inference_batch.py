"""A model over all images of a campaign: asked for at once, run image by image after what readers ask for."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.audit import record_act
from annotations.domain.batch_progress import GOING, BatchProgress, cancel_all, count_progress, with_pace
from annotations.domain.inference_run import check_usable, queue_inference
from annotations.domain.reading_plan import exams_of
from annotations.domain.run import Heartbeat, cancel_run, finish_run, perform_run
from annotations.enums import RunState
from annotations.errors import ConflictError
from annotations.jobs import defer_run
from annotations.models import (
    Campaign,
    InferenceBatch,
    InferenceBatchItem,
    InferenceRun,
    Mammogram,
    ModelVersion,
    Reader,
)


@transaction.atomic
def request_inference_batch(
    *, campaign: Campaign, model_version: ModelVersion, reader: Reader
) -> InferenceBatch:
    """Queue a model over the images of a campaign, or return the same batch that is under way."""
    check_usable(model_version, reader)
    Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    latest = campaign.inference_batches.filter(model_version=model_version).first()
    if latest is not None and not latest.cancel_requested and is_going(latest):
        return latest
    if not _images_of(campaign).exists():
        raise ConflictError(
            "This campaign has no exams yet, so there is no image to look at. Give exams out first.",
            code="no_images",
        )
    batch = InferenceBatch.objects.create(campaign=campaign, model_version=model_version, requested_by=reader)
    record_act("request_inference_batch", actor=reader, subject=batch, name=str(batch))
    defer_run(batch)
    return batch


def perform_inference_batch(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Ask for the runs of a batch, in a worker."""
    perform_run(InferenceBatch, run_id, worker=worker, is_stopping=is_stopping, work=_ask_for_all)


def _ask_for_all(batch: InferenceBatch, heartbeat: Heartbeat) -> bool:
    """Ask for one image after the other; asked for again, each finds the run that it had made."""
    wanted = list(_images_of(batch.campaign))
    for number, mammogram in enumerate(wanted, start=1):
        if heartbeat.should_stop():
            return False
        _ask_for(mammogram, batch)
        heartbeat.report_progress(number, len(wanted))
    with transaction.atomic():
        finish_run(batch, state=RunState.SUCCEEDED, done=len(wanted), total=len(wanted))
        record_act("finish_inference_batch", actor=None, subject=batch, runs=batch.items.count())
    return True


@transaction.atomic
def _ask_for(mammogram: Mammogram, batch: InferenceBatch) -> None:
    run = queue_inference(
        mammogram=mammogram, model_version=batch.model_version, reader=batch.requested_by, is_batch=True
    )
    InferenceBatchItem.objects.get_or_create(batch=batch, run=run)


def _images_of(campaign: Campaign) -> QuerySet[Mammogram]:
    return Mammogram.objects.filter(study__in=exams_of(campaign)).order_by("created_at", "id")


def _runs_of(batch: InferenceBatch) -> QuerySet[InferenceRun]:
    return InferenceRun.objects.filter(batch_items__batch=batch)


def progress_of(batch: InferenceBatch) -> BatchProgress:
    """Count the images of a batch by what became of them, with the pace while it goes on."""
    return with_pace(count_progress(_runs_of(batch)), _runs_of(batch), batch.started_at)


def is_going(batch: InferenceBatch) -> bool:
    return batch.state in GOING or count_progress(_runs_of(batch)).is_going


@transaction.atomic
def cancel_inference_batch(batch: InferenceBatch, *, reader: Reader) -> int:
    """Stop a batch and its images that are not done; return how many were stopped.

    What a reader waits for meanwhile, or another batch wants too, goes on.
    """
    if batch.state in GOING:
        cancel_run(batch, reader=reader)
    else:
        InferenceBatch.objects.filter(id=batch.id).update(cancel_requested=True)
        record_act("cancel_run", actor=reader, subject=batch)
    others = InferenceBatchItem.objects.filter(batch__cancel_requested=False).exclude(batch=batch)
    wanted_elsewhere = others.values("run")
    return cancel_all(_runs_of(batch).filter(is_batch=True).exclude(id__in=wanted_elsewhere), reader=reader)
