"""Two model versions compared on the test part of a frozen dataset version, by a worker, once."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.content import content_path, read_content
from annotations.domain.dataset_blinding import check_version_open
from annotations.domain.dataset_export import check_exportable
from annotations.domain.dataset_selection import TEST
from annotations.domain.run import Heartbeat, finish_run, perform_run, update_own_run
from annotations.enums import ModelTask, RunState
from annotations.errors import InvalidError
from annotations.jobs import defer_run
from annotations.ml_gateway import inference
from annotations.ml_gateway.model_comparison import MEASURE_WORDS, compare_scores, score_prediction
from annotations.models import (
    DatasetItem,
    DatasetVersion,
    InferenceRun,
    Mammogram,
    ModelComparison,
    ModelComparisonReport,
    ModelVersion,
    Reader,
)

GOING = (RunState.QUEUED, RunState.RUNNING)
LEAST_PATIENTS = 2


@transaction.atomic
def request_model_comparison(
    *, first: ModelVersion, second: ModelVersion, dataset_version: DatasetVersion, reader: Reader
) -> ModelComparison:
    """Queue a comparison, or return the same one that is under way.

    Raises InvalidError with `same_model`, `models_differ_in_kind` or `too_few_patients`, and what an export
    of the version raises.
    """
    _check_comparable(first, second)
    DatasetVersion.objects.select_for_update(of=("self",)).get(id=dataset_version.id)
    check_exportable(dataset_version)
    check_version_open(dataset_version, reader=reader)
    items = _test_items(dataset_version, first.label)
    if len({item.record["patient"] for item in items}) < LEAST_PATIENTS:
        raise InvalidError(
            f"In the test part of {dataset_version} {len(items)} readings have the label {first.label}; they "
            f"must come from {LEAST_PATIENTS} patients or more. Freeze a version with more.",
            code="too_few_patients",
        )
    same = ModelComparison.objects.filter(
        first=first, second=second, dataset_version=dataset_version, state__in=GOING, cancel_requested=False
    ).first()
    if same is not None:
        return same
    run = ModelComparison.objects.create(
        first=first, second=second, dataset_version=dataset_version, requested_by=reader, total=len(items)
    )
    record_act("request_model_comparison", actor=reader, subject=run, name=str(run))
    defer_run(run)
    return run


def perform_model_comparison(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(ModelComparison, run_id, worker=worker, is_stopping=is_stopping, work=_compare)


def _check_comparable(first: ModelVersion, second: ModelVersion) -> None:
    if first == second:
        raise InvalidError(f"Both are {first}. Choose two models.", code="same_model")
    kinds = {(model.task, model.label) for model in (first, second)}
    if len(kinds) > 1 or first.task != ModelTask.SEGMENTATION:
        raise InvalidError(
            f"{first} and {second} do not both mark the same label, so they cannot be compared pixel by "
            "pixel.",
            code="models_differ_in_kind",
        )


def _test_items(version: DatasetVersion, label: str) -> list[DatasetItem]:
    """Give the readings of the test part that have the label, those of one image beside each other."""
    items = version.items.select_related("annotation__mammogram").order_by("annotation__mammogram", "number")
    return [item for item in items if item.record["split"] == TEST and label in item.record["masks"]]


def _compare(run: ModelComparison, heartbeat: Heartbeat) -> bool:
    """Measure image by image, then report on all; what a stopped run has measured stays measured."""
    items = _test_items(run.dataset_version, run.first.label)
    known = {case["item"] for case in run.cases}
    todo = [item for item in items if item.number not in known]
    cases = list(run.cases)
    for mammogram, readings in groupby(todo, key=lambda item: item.annotation.mammogram):
        heartbeat.report_progress(len(cases), len(items))
        maps = list(_probability_maps(run, mammogram, heartbeat))
        if len(maps) < 2:
            return False
        cases += [_case(item, run, maps) for item in readings]
        update_own_run(run, cases=cases)
    return _report(run, sorted(cases, key=lambda case: case["item"]))


def _probability_maps(run: ModelComparison, mammogram: Mammogram, heartbeat: Heartbeat) -> Iterator[bytes]:
    """Give what both models find on an image, out of the store where a run has it; fewer where stopped."""
    for model in (run.first, run.second):
        done = InferenceRun.objects.filter(mammogram=mammogram, model_version=model, state=RunState.SUCCEEDED)
        stored = done.first()
        if stored is not None:
            yield read_content(stored.probability_sha256)
            continue
        prediction = inference.predict(
            read_content(mammogram.pixels_sha256),
            mammogram,
            weights_path=content_path(model.weights_sha256),
            weights_sha256=model.weights_sha256,
            engine_folder=settings.ENGINE_FOLDER,
            report_progress=lambda _done, _total: None,
            should_stop=heartbeat.should_stop,
        )
        if prediction is None:
            return
        yield prediction.probability_png


def _case(item: DatasetItem, run: ModelComparison, maps: list[bytes]) -> dict[str, Any]:
    """Measure both maps against one reading, as it was frozen."""
    mammogram = item.annotation.mammogram
    reference = annotation_masks(item.annotation, at_version=item.annotation_version)[run.first.label].data
    first, second = (
        score_prediction(png, cutoff=model.cutoff, reference=reference, mammogram=mammogram)
        for png, model in zip(maps, (run.first, run.second), strict=True)
    )
    return {
        "item": item.number,
        "annotation": str(item.annotation_id),
        "patient": item.record["patient"],
        "view": mammogram.view,
        "first": first,
        "second": second,
    }


def _report(run: ModelComparison, cases: list[dict[str, Any]]) -> bool:
    figures = compare_scores(
        [case["first"] for case in cases],
        [case["second"] for case in cases],
        [case["patient"] for case in cases],
    )
    with transaction.atomic():
        finish_run(run, state=RunState.SUCCEEDED, done=len(cases), total=len(cases))
        report = ModelComparisonReport.objects.create(
            run=run, figures=figures, cases=cases, definitions=MEASURE_WORDS
        )
        record_act("finish_model_comparison", actor=None, subject=run, report=str(report.id))
    return True
