import uuid

import pytest
from django.test import Client

from annotations.enums import RunState
from annotations.models import DatasetVersion, TrainingRun
from tests.factories.dataset import make_dataset_version
from tests.factories.learnable import make_learnable_version
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader
from tests.factories.training_run import CURVE, make_training_run

pytestmark = pytest.mark.django_db


def _log_in(role: str = "data_scientist") -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def _post(client: Client, version: DatasetVersion, **changes: object) -> tuple[int, str]:
    form = {"recipe": "segment_try_out", "dataset_version": str(version.id), "seed": 7, **changes}
    response = client.post("/models/training/", form, follow=True)
    return response.status_code, response.content.decode()


def test_a_data_scientist_asks_for_a_training_and_sees_it_wait() -> None:
    status, page = _post(_log_in(), make_learnable_version("tiny"))

    run = TrainingRun.objects.get()
    assert (status, run.recipe, run.seed) == (200, "segment_try_out", 7)
    assert "segment_try_out on tiny@1, seed 7" in page
    assert "It waits for a worker that trains" in page


def test_the_recipes_are_shown_with_their_comments() -> None:
    page = _log_in().get("/models/training/").content.decode()

    assert "learning_rate: 0.001   # the largest of the run" in page
    assert "scunet_phantom" not in page


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"recipe": "nothing"}, "not one of the available choices"),
        ({"recipe": "../secrets"}, "not one of the available choices"),
        ({"seed": "0"}, "greater than or equal to 1"),
        ({"seed": "many"}, "Enter a whole number"),
        ({"seed": "9" * 30}, "less than or equal to"),
        ({"dataset_version": str(uuid.UUID(int=7))}, "not one of the available choices"),
        ({"dataset_version": "a\0b"}, "valid"),
    ],
)
def test_what_makes_no_sense_queues_nothing(changes: dict[str, str], word: str) -> None:
    status, page = _post(_log_in(), make_dataset_version(), **changes)

    assert (status, word in page) == (400, True)
    assert not TrainingRun.objects.exists()


def test_a_draft_and_a_version_of_one_class_are_refused_in_words() -> None:
    client = _log_in()

    assert "not one of the available choices" in _post(client, make_dataset_version())[1]
    status, page = _post(client, make_learnable_version(calcified=False))

    assert status == 400
    assert "A network learns, and is measured, by images with and without" in page
    assert "(one_class)" in page
    assert not TrainingRun.objects.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": RunState.RUNNING, "curve": CURVE}, ["3 of at most 5 epochs", "came in epoch 2", "Cancel"]),
        ({"state": RunState.CANCELLED}, ["no model came of it"]),
        ({"state": RunState.FAILED, "error": "No space.", "error_code": "run_not_saved"}, ["No space."]),
        ({"state": RunState.DEAD, "error": "given up", "error_code": "worker_lost"}, ["given up"]),
    ],
)
def test_page_of_a_run_says_how_far_it_is(fields: dict[str, object], words: list[str]) -> None:
    run = make_training_run(make_dataset_version(), **fields)

    page = _log_in().get(f"/models/training/{run.id}/").content.decode()

    for word in words:
        assert word in page
    assert ('data-live="going"' in page) is (run.state == RunState.RUNNING)


def test_page_of_a_run_that_succeeded_leads_to_its_candidate() -> None:
    model = make_model_version(state="candidate")
    run = make_training_run(
        make_dataset_version(), state=RunState.SUCCEEDED, curve=CURVE, model_version=model
    )

    page = _log_in().get(f"/models/training/{run.id}/").content.decode()

    assert f"/models/{model.id}/" in page
    assert "live.js" not in page


def test_a_training_is_cancelled_from_its_page() -> None:
    run = make_training_run(make_dataset_version())

    page = _log_in().post(f"/models/training/{run.id}/cancel/", follow=True).content.decode()

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert "It was cancelled" in page


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
def test_training_is_for_data_scientists(role: str) -> None:
    version = make_learnable_version()
    run = make_training_run(version)
    client = _log_in(role)

    assert client.get("/models/training/").status_code == 403
    assert client.get(f"/models/training/{run.id}/").status_code == 403
    assert client.post(f"/models/training/{run.id}/cancel/").status_code == 403
    assert _post(client, version)[0] == 403
    assert TrainingRun.objects.count() == 1
    run.refresh_from_db()
    assert run.state == RunState.QUEUED


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_many_as_for_one(
    count: int, django_assert_num_queries: object
) -> None:
    version = make_dataset_version()
    for seed in range(count):
        make_training_run(version, seed=seed + 1)
    client = _log_in()

    with django_assert_num_queries(6):
        client.get("/models/training/")
