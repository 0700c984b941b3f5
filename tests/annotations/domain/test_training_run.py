from pathlib import Path

import pytest
import yaml

from annotations.domain.content import content_path
from annotations.domain.run import cancel_run
from annotations.domain.training_run import perform_training, request_training
from annotations.enums import RunState
from annotations.errors import ConflictError, TrainingRefusedError
from annotations.ml_gateway.recipes import shipped_recipes
from annotations.ml_gateway.weights import import_weights
from annotations.models import AuditEntry, DatasetVersion, ModelVersion, TrainingRun
from tests.factories.dataset import make_dataset_version
from tests.factories.learnable import make_learnable_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

QUICK = "segment_try_out"


@pytest.fixture(autouse=True)
def training_folder(settings, tmp_path: Path) -> Path:
    settings.TRAINING_FOLDER = tmp_path / "training"
    return settings.TRAINING_FOLDER


def request(version: DatasetVersion, **changes: object) -> TrainingRun:
    asked = {"recipe": QUICK, "dataset_version": version, "seed": 7, "reader": make_reader("data_scientist")}
    return request_training(**{**asked, **changes})


def perform(run: TrainingRun, *, is_stopping=lambda: False) -> TrainingRun:
    perform_training(run_id=run.id, worker="one", is_stopping=is_stopping)
    run.refresh_from_db()
    return run


def test_training_ends_in_a_candidate_that_names_its_dataset_seed_and_figures(training_folder: Path):
    version = make_learnable_version()

    run = perform(request(version))

    assert (run.state, run.error) == (RunState.SUCCEEDED, "")
    model = run.model_version
    assert (model.state, model.label, model.card["seed"]) == ("candidate", "bac", 7)
    assert version.content_sha256 in model.card["dataset_version"]
    assert set(model.card["evaluation"]) >= {"dice", "recall"}
    assert model.card["config_sha256"]
    assert import_weights(content_path(model.weights_sha256)).card == model.card
    assert [point["epoch"] for point in run.curve] == [1, 2, 3, 4, 5]
    assert run.done == run.total == 5
    change = model.state_changes.get()
    assert (change.actor, str(run) in change.reason) == (run.requested_by, True)
    assert list(training_folder.iterdir()) == []


def test_the_recipe_is_run_with_its_own_seed_and_version_and_all_its_comments():
    run = request(make_learnable_version(), seed=12345)

    shipped = shipped_recipes()[QUICK]
    content = yaml.safe_load(run.config)
    assert content == {**shipped.content, "seed": 12345, "version": content["version"]}
    assert content["version"] == f"1-12345-{run.id.hex[:8]}"
    assert run.config.count("#") == shipped.text.count("#")


@pytest.mark.parametrize("calcified", [True, False])
def test_a_version_of_one_class_is_refused_before_anything_is_queued(*, calcified: bool):
    version = make_learnable_version(calcified=calcified)

    with pytest.raises(TrainingRefusedError) as caught:
        request(version)

    assert caught.value.code == "one_class"
    assert ("on every one" if calcified else "on none") in caught.value.message
    assert not TrainingRun.objects.exists()


def test_a_draft_is_refused():
    with pytest.raises(ConflictError) as caught:
        request(make_dataset_version())

    assert caught.value.code == "dataset_version_not_frozen"
    assert not TrainingRun.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipe": "../../etc/passwd"}, "recipe_unknown"),
        ({"recipe": "scunet_phantom"}, "recipe_unknown"),
        ({"seed": 0}, "seed_out_of_range"),
        ({"seed": 2**31}, "seed_out_of_range"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words(changes: dict[str, object], code: str):
    with pytest.raises(TrainingRefusedError) as caught:
        request(make_learnable_version(), **changes)

    assert caught.value.code == code
    assert not TrainingRun.objects.exists()


def test_asking_twice_is_one_run():
    version, person = make_learnable_version(), make_reader("data_scientist")

    first = request(version, reader=person)

    assert request(version, reader=person) == first
    assert request(version, seed=8) != first
    assert AuditEntry.objects.filter(act="request_training").count() == 2


def test_a_cancelled_training_leaves_no_model_and_no_folder(training_folder: Path):
    run = request(make_learnable_version())
    reader = run.requested_by

    def cancel_once() -> bool:
        cancel_run(run, reader=reader)
        return False

    perform(run, is_stopping=cancel_once)

    assert (run.state, run.model_version) == (RunState.CANCELLED, None)
    assert not ModelVersion.objects.exists()
    assert list(training_folder.iterdir()) == []


def test_a_training_that_is_stopped_with_its_worker_waits_for_the_next_and_keeps_its_folder(
    training_folder: Path,
):
    run = request(make_learnable_version())

    perform(run, is_stopping=lambda: True)

    assert (run.state, run.attempt) == (RunState.QUEUED, 0)
    assert [path.name for path in training_folder.iterdir()] == [str(run.id)]
    assert [path.name for path in (training_folder / str(run.id)).iterdir()] == ["config.yaml"]


def test_a_long_export_keeps_the_lease_of_its_run(monkeypatch: pytest.MonkeyPatch, training_folder: Path):
    monkeypatch.setattr("annotations.domain.run.BEAT_INTERVAL_S", 0.0)
    run = request(make_learnable_version())
    leases = []

    def note_lease() -> bool:
        leases.append(TrainingRun.objects.get(id=run.id).lease_until)
        return len(leases) > 4

    perform(run, is_stopping=note_lease)

    assert len(set(leases)) == 5
    assert run.state == RunState.QUEUED
    # Every beat was between two files: the export had not ended yet.
    assert not (training_folder / str(run.id) / "data").exists()


def test_what_the_recipe_refuses_fails_the_run_in_its_words():
    run = request(make_learnable_version())
    run.config = run.config.replace("overlap_px: 16", "overlap_px: 0.5")
    run.save()

    perform(run)

    assert run.state == RunState.FAILED
    assert "overlap_px" in run.error
    assert not ModelVersion.objects.exists()
