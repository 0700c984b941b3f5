"""Pre-annotation: a model asked for by a reader, run by a worker, its probability map kept."""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from annotations import rules
from annotations.domain.audit import record_act
from annotations.domain.content import content_path, put_content, read_content
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import ModelState, ModelTask, RunState
from annotations.errors import ConflictError, ForbiddenError, InvalidError
from annotations.jobs import defer_run
from annotations.ml_gateway import inference
from annotations.models import InferenceRun, Mammogram, ModelVersion, Reader

logger = logging.getLogger(__name__)

USABLE = (RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED)


@transaction.atomic
def request_inference(*, mammogram: Mammogram, model_version: ModelVersion, reader: Reader) -> InferenceRun:
    """Queue a model on an image, or return the run that has its answer or will have it. Locks the image."""
    check_preannotation(reader, mammogram)
    check_usable(model_version, reader)
    return queue_inference(mammogram=mammogram, model_version=model_version, reader=reader)


@transaction.atomic
def queue_inference(
    *, mammogram: Mammogram, model_version: ModelVersion, reader: Reader, is_batch: bool = False
) -> InferenceRun:
    """Do as `request_inference` for work that is not shown to who asked for it: whatever she reads.

    `is_batch`: nobody waits for it. Whoever then does moves it forward.
    """
    Mammogram.objects.select_for_update().get(id=mammogram.id)
    runs: QuerySet[InferenceRun] = InferenceRun.objects.select_related("model_version")
    usable = runs.filter(
        mammogram=mammogram, model_version=model_version, state__in=USABLE, cancel_requested=False
    ).first()
    if usable is not None:
        return usable if is_batch else _moved_forward(usable)
    run = InferenceRun.objects.create(
        mammogram=mammogram, model_version=model_version, requested_by=reader, is_batch=is_batch
    )
    record_act("request_inference", actor=reader, subject=run, model=str(model_version))
    defer_run(run)
    return run


def _moved_forward(run: InferenceRun) -> InferenceRun:
    """Take a run that waits with its batch before the batches."""
    if run.is_batch and run.state == RunState.QUEUED:
        InferenceRun.objects.filter(id=run.id).update(is_batch=False)
        run.is_batch = False
        defer_run(run)
    return run


def check_preannotation(reader: Reader, mammogram: Mammogram) -> None:
    """Refuse what a model found to who reads the image without one, and say which campaign asks for that."""
    if rules.can_preannotate(reader, mammogram):
        return
    if rules.is_blind_for_another_campaign(reader, mammogram):
        raise ForbiddenError(
            "You read this exam without a model in another campaign, so the proposal is hidden here, too. "
            "Read on without it.",
            code="preannotation_hidden_elsewhere",
        )
    raise ForbiddenError("In this campaign images are read without a model.", code="preannotation_hidden")


def check_usable(model_version: ModelVersion, reader: Reader) -> None:
    """Refuse a model that this person may not run, or that marks something else."""
    if rules.model_versions_usable_by(reader).filter(id=model_version.id).exists():
        return
    if model_version.state == ModelState.RETIRED:
        raise ConflictError(
            f"{model_version} is retired; choose another model.", code="model_version_retired"
        )
    if model_version.state == ModelState.CANDIDATE:
        raise ForbiddenError(
            f"{model_version} is a candidate: only data scientists run it, until it is made active.",
            code="model_version_candidate",
        )
    raise InvalidError(
        f"{model_version} does not mark BAC, so it proposes nothing here; choose another model.",
        code="model_version_marks_nothing",
    )


def perform_inference(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(InferenceRun, run_id, worker=worker, is_stopping=is_stopping, work=_predict)


def models_in_use() -> QuerySet[ModelVersion]:
    """Give the active models that mark pixels, the newest first."""
    active = ModelVersion.objects.filter(state=ModelState.ACTIVE, task=ModelTask.SEGMENTATION)
    return active.order_by("-created_at")


def load_active_models() -> None:
    """Load torch and the newest models in use, so that the first reader does not wait for it.

    Raises WorkerUnfitError where one of them does not give on this machine what it should.
    """
    newest = models_in_use()[: inference.LOADED_MODELS]
    digests = newest.values_list("weights_sha256", flat=True)
    try:
        inference.load_models(
            ((content_path(sha256), sha256) for sha256 in digests), engine_folder=settings.ENGINE_FOLDER
        )
    except InvalidError as error:
        # Its runs will fail with the same words; the other models and the corrections can still be served.
        logger.warning("A model in use cannot be loaded: %s", error.message)


def choose_engines() -> Iterator[tuple[ModelVersion, str]]:
    """Measure how each model in use runs fastest on this machine; workers that start later keep to it."""
    for model_version in models_in_use():
        path = content_path(model_version.weights_sha256)
        yield model_version, inference.measure_engines(path, engine_folder=settings.ENGINE_FOLDER)


def _predict(run: InferenceRun, heartbeat: Heartbeat) -> bool:
    mammogram, model_version = run.mammogram, run.model_version
    prediction = inference.predict(
        read_content(mammogram.pixels_sha256),
        mammogram,
        weights_path=content_path(model_version.weights_sha256),
        weights_sha256=model_version.weights_sha256,
        engine_folder=settings.ENGINE_FOLDER,
        report_progress=heartbeat.report_progress,
        should_stop=heartbeat.should_stop,
    )
    if prediction is None:
        return False
    # The file first: a row never names bytes that are not there.
    probability_sha256 = put_content(prediction.probability_png)
    with transaction.atomic():
        finish_run(
            run,
            state=RunState.SUCCEEDED,
            probability_sha256=probability_sha256,
            seconds=prediction.seconds,
            provenance=prediction.provenance,
        )
        record_act("finish_inference", actor=None, subject=run, probability=probability_sha256)
    return True
