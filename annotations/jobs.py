"""The one door to the queue: a job is put in by the transaction that asks for it, or not at all."""

import contextlib
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from annotations.models import (
    AgreementRun,
    ConsensusRun,
    CorrectionBatch,
    CorrectionRun,
    InferenceBatch,
    InferenceRun,
    MapRun,
    ModelComparison,
    PlantingRun,
    ReAnnotationRun,
    Run,
    TrainingRun,
)

INFERENCE_QUEUE = "inference"
CORRECTION_QUEUE = "correction"
MAP_QUEUE = "maps"
TRAINING_QUEUE = "training"
SWEEP_QUEUE = "sweep"
CAMPAIGN_QUEUE = "campaign"
NOTICE_QUEUE = "notices"

PERFORM_INFERENCE = "perform_inference"
PERFORM_CORRECTION = "perform_correction"
PERFORM_MAP = "perform_map"
PERFORM_CONSENSUS = "perform_consensus"
PERFORM_AGREEMENT = "perform_agreement"
PERFORM_RE_ANNOTATION = "perform_re_annotation"
DELIVER_NOTICES = "deliver_notices"
MEASURE_READING = "measure_reading"
PERFORM_CORRECTION_BATCH = "perform_correction_batch"
PERFORM_PLANTING = "perform_planting"
PERFORM_INFERENCE_BATCH = "perform_inference_batch"
PERFORM_TRAINING = "perform_training"
PERFORM_MODEL_COMPARISON = "perform_model_comparison"

# By name: the tasks lie above the domain, which defers them.
TASK_AND_QUEUE: dict[type[Run], tuple[str, str]] = {
    InferenceRun: (PERFORM_INFERENCE, INFERENCE_QUEUE),
    CorrectionRun: (PERFORM_CORRECTION, CORRECTION_QUEUE),
    MapRun: (PERFORM_MAP, MAP_QUEUE),
    ConsensusRun: (PERFORM_CONSENSUS, CAMPAIGN_QUEUE),
    AgreementRun: (PERFORM_AGREEMENT, CAMPAIGN_QUEUE),
    ReAnnotationRun: (PERFORM_RE_ANNOTATION, CAMPAIGN_QUEUE),
    CorrectionBatch: (PERFORM_CORRECTION_BATCH, CAMPAIGN_QUEUE),
    PlantingRun: (PERFORM_PLANTING, CAMPAIGN_QUEUE),
    InferenceBatch: (PERFORM_INFERENCE_BATCH, CAMPAIGN_QUEUE),
    TrainingRun: (PERFORM_TRAINING, TRAINING_QUEUE),
    ModelComparison: (PERFORM_MODEL_COMPARISON, TRAINING_QUEUE),
}

# Django's own connection even inside a worker, whose app uses another one outside our transactions.
_queue = JobManager(DjangoConnector())


def defer_run(run: Run) -> None:
    """Queue the work of a run; where a job for it waits already with its priority, nothing is added.

    A second job of another priority does no harm: whichever comes second finds the run claimed.
    """
    task, queue = TASK_AND_QUEUE[type(run)]
    priority = run.queue_priority
    deferrer = configure_task(
        name=task,
        job_manager=_queue,
        queue=queue,
        priority=priority,
        queueing_lock=f"{task} {run.id} {priority}",
    )
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        deferrer.defer(run_id=str(run.id))


def defer_notices() -> None:
    """Queue one round of deliveries; where one waits already, nothing is added."""
    deferrer = configure_task(
        name=DELIVER_NOTICES, job_manager=_queue, queue=NOTICE_QUEUE, queueing_lock=DELIVER_NOTICES
    )
    with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
        deferrer.defer()


def defer_reading_measures(annotation_id: UUID) -> None:
    """Queue the measures of one submitted reading."""
    deferrer = configure_task(name=MEASURE_READING, job_manager=_queue, queue=CAMPAIGN_QUEUE)
    deferrer.defer(annotation_id=str(annotation_id))
