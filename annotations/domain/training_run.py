"""Training from the web: asked for by a data scientist, done by a worker, its result a candidate."""

import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.dataset import item_records
from annotations.domain.dataset_blinding import check_version_open
from annotations.domain.dataset_export import ExportFile, check_exportable, export_dataset_version
from annotations.domain.dataset_record import ItemRecord
from annotations.domain.dataset_selection import SPLITS
from annotations.domain.model_version import register_weights
from annotations.domain.run import Heartbeat, finish_run, perform_run, update_own_run
from annotations.enums import RunState
from annotations.errors import TrainingRefusedError
from annotations.jobs import defer_run
from annotations.ml_gateway.recipes import ShippedRecipe, shipped_recipes
from annotations.ml_gateway.training import CONFIG, DATA, TrainingProgress, train_apart
from annotations.models import DatasetVersion, Reader, TrainingRun

GOING = (RunState.QUEUED, RunState.RUNNING)
LARGEST_SEED = 2**31 - 1


@transaction.atomic
def request_training(
    *, recipe: str, dataset_version: DatasetVersion, seed: int, reader: Reader
) -> TrainingRun:
    """Queue a training, or return the same one that is under way.

    Raises TrainingRefusedError with `recipe_unknown`, `seed_out_of_range`, `label_missing`, `part_empty` or
    `one_class`, and what an export of the version raises.
    """
    chosen = _find_recipe(recipe)
    if not 1 <= seed <= LARGEST_SEED:
        raise TrainingRefusedError(
            f"A seed is a whole number from 1 to {LARGEST_SEED}; {seed} came.", code="seed_out_of_range"
        )
    DatasetVersion.objects.select_for_update(of=("self",)).get(id=dataset_version.id)
    check_exportable(dataset_version)
    check_version_open(dataset_version, reader=reader)
    if chosen.learns_marks:
        _check_classes(item_records(dataset_version), chosen.label)
    same = TrainingRun.objects.filter(
        recipe=recipe, dataset_version=dataset_version, seed=seed, state__in=GOING, cancel_requested=False
    ).first()
    if same is not None:
        return same
    run = TrainingRun(recipe=recipe, dataset_version=dataset_version, seed=seed, requested_by=reader)
    run.total = chosen.epochs
    run.config = chosen.with_choices(seed=seed, version=f"{dataset_version.number}-{seed}-{run.id.hex[:8]}")
    run.save()
    record_act("request_training", actor=reader, subject=run, name=str(run))
    defer_run(run)
    return run


def perform_training(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(TrainingRun, run_id, worker=worker, is_stopping=is_stopping, work=_train)
    _remove_ended()


def _train(run: TrainingRun, heartbeat: Heartbeat) -> bool:
    """Train in a folder of the run's own, which a worker that comes later goes on with."""
    epochs = shipped_recipes()[run.recipe].epochs
    heartbeat.report_progress(len(run.curve), epochs)
    folder = settings.TRAINING_FOLDER / str(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(run.config)
    if not _has_data(run, folder / DATA, heartbeat):
        return False

    def report(progress: TrainingProgress) -> None:
        heartbeat.report_progress(len(progress.curve), epochs)
        if (progress.curve, progress.said) != (run.curve, run.said):
            run.curve, run.said = progress.curve, progress.said[:300]
            update_own_run(run, curve=run.curve, said=run.said)

    weights = train_apart(folder, report=report, should_stop=heartbeat.should_stop)
    if weights is None:
        return False
    with transaction.atomic():
        model_version = register_weights(
            content=weights.content, card=weights.card, reader=run.requested_by, how=f"Trained by {run}"
        ).model_version
        finish_run(run, state=RunState.SUCCEEDED, model_version=model_version, done=len(run.curve))
        record_act("finish_training", actor=None, subject=run, model=str(model_version))
    return True


class _ExportStoppedError(Exception):
    """Leaves an export in the middle, which then leaves nothing behind."""


def _has_data(run: TrainingRun, folder: Path, heartbeat: Heartbeat) -> bool:
    """Export the dataset version where it is not there yet; False where the run was stopped meanwhile."""

    def stay_alive(_file: ExportFile) -> None:
        if heartbeat.should_stop():
            raise _ExportStoppedError

    if folder.exists():
        return True
    try:
        export_dataset_version(
            version=run.dataset_version, folder=folder, reader=run.requested_by, on_file=stay_alive
        )
    except _ExportStoppedError:
        return False
    return True


def _find_recipe(name: str) -> ShippedRecipe:
    recipes = shipped_recipes()
    if name not in recipes:
        raise TrainingRefusedError(
            f"There is no recipe {name[:100]!r}. Choose one of {', '.join(recipes)}.", code="recipe_unknown"
        )
    return recipes[name]


def _check_classes(records: list[ItemRecord], label: str) -> None:
    """Refuse at once what the training itself would refuse after its export."""
    read = [record for record in records if label in record["masks"]]
    if not read:
        raise TrainingRefusedError(
            f"On none of the {len(records)} images did anyone look for {label}. Freeze a version with this "
            "label, or choose a recipe for another one.",
            code="label_missing",
        )
    for part in SPLITS:
        found = [record["masks"][label]["area_px"] > 0 for record in read if record["split"] == part]
        _check_part(part, found, label)


def _check_part(part: str, found: list[bool], label: str) -> None:
    if not found:
        raise TrainingRefusedError(
            f"No image is in the part for {part}. With few patients a part can be empty: freeze a version "
            "with more of them.",
            code="part_empty",
        )
    if len(set(found)) == 1:
        share = f"{label} is on every one" if found[0] else f"{label} is on none"
        raise TrainingRefusedError(
            f"In the part for {part} {share} of the {len(found)} images. A network learns, and is "
            "measured, by images with and without: add the other kind and freeze a new version.",
            code="one_class",
        )


def _remove_ended() -> None:
    """Remove the folders of runs that have ended; they hold nothing that is not stored elsewhere."""
    folders: dict[str, Path] = {path.name: path for path in settings.TRAINING_FOLDER.glob("*-*")}
    going = TrainingRun.objects.filter(id__in=folders, state__in=GOING).values_list("id", flat=True)
    for name in folders.keys() - {str(run_id) for run_id in going}:
        shutil.rmtree(folders[name], ignore_errors=True)
