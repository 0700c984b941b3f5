"""Pre-annotation: a model asked for by a reader, run by a worker, its probability map kept."""

import logging
from collections.abc import Callable, Iterator
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from annotations.domain.audit import record_act
from annotations.domain.content import content_path, put_content, read_content
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import RunState
from annotations.errors import ConflictError, ForbiddenError, InvalidError
from annotations.jobs import defer_run
from annotations.ml_gateway import inference
from annotations.models import InferenceRun, Mammogram, ModelVersion, Reader
from annotations.rules import can_preannotate, is_blind_for_another_campaign

logger = logging.getLogger(__name__)

USABLE = (RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED)


@transaction.atomic
def request_inference(*, mammogram: Mammogram, model_version: ModelVersion, reader: Reader) -> InferenceRun:
    """Queue a model on an image, or return the run that has its answer or will have it. Locks the image."""
    check_preannotation(reader, mammogram)
    if not model_version.is_active:
        raise ConflictError(
            f"{model_version} is retired; choose another model.", code="model_version_retired"
        )
    Mammogram.objects.select_for_update().get(id=mammogram.id)
    runs: QuerySet[InferenceRun] = InferenceRun.objects.select_related("model_version")
    usable = runs.filter(
        mammogram=mammogram, model_version=model_version, state__in=USABLE, cancel_requested=False
    ).first()
    if usable is not None:
        return usable
    run = InferenceRun.objects.create(mammogram=mammogram, model_version=model_version, requested_by=reader)
    record_act("request_inference", actor=reader, subject=run, model=str(model_version))
    defer_run(run)
    return run


def check_preannotation(reader: Reader, mammogram: Mammogram) -> None:
    """Refuse what a model found to who reads the image without one, and say which campaign asks for that."""
    if can_preannotate(reader, mammogram):
        return
    if is_blind_for_another_campaign(reader, mammogram):
        raise ForbiddenError(
            "You read this exam without a model in another campaign, so the proposal is hidden here, too. "
            "Read on without it.",
            code="preannotation_hidden_elsewhere",
        )
    raise ForbiddenError("In this campaign images are read without a model.", code="preannotation_hidden")


def perform_inference(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(InferenceRun, run_id, worker=worker, is_stopping=is_stopping, work=_predict)


def load_active_models() -> None:
    """Load torch and the newest models in use, so that the first reader does not wait for it.

    Raises WorkerUnfitError where one of them does not give on this machine what it should.
    """
    newest = ModelVersion.objects.filter(is_active=True).order_by("-created_at")[: inference.LOADED_MODELS]
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
    for model_version in ModelVersion.objects.filter(is_active=True).order_by("-created_at"):
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
