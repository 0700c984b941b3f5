import json
import uuid

import pytest
from django.urls import reverse

from annotations.domain.content import read_content
from annotations.enums import RunState
from annotations.models import InferenceRun, PreannotationView
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotation(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    return annotation


@pytest.fixture
def blind_annotation(client):
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study, campaign=make_campaign(shows_preannotation=False))
    client.force_login(assignment.reader.user)
    return make_annotation(mammogram, assignment=assignment)


def runs_address(mammogram):
    return reverse("api-mammogram-inference-runs", args=[mammogram.id])


def request_run(client, mammogram, model_version):
    return client.post(
        runs_address(mammogram), {"model_version": str(model_version.id)}, content_type="application/json"
    )


def test_a_model_is_asked_for_and_its_run_is_shown(client, annotation):
    model_version = make_model_version(cutoff=0.4)

    response = request_run(client, annotation.mammogram, model_version)

    answer = response.json()
    assert response.status_code == 201
    run = InferenceRun.objects.get()
    assert answer == {
        "id": str(run.id),
        "mammogram": str(annotation.mammogram_id),
        "model_version": {
            "id": str(model_version.id),
            "name": model_version.name,
            "version": "1",
            "state": "active",
            "architecture": "scunet",
            "cutoff": 0.4,
            "synthetic_only": True,
        },
        "state": "queued",
        "done": 0,
        "total": 0,
        "error": "",
        "error_code": "",
        "probability_url": None,
        "seconds": None,
    }
    assert client.get(reverse("api-inference-run", args=[run.id])).json()["id"] == str(run.id)


def test_a_model_asked_for_twice_runs_once(client, annotation):
    model_version = make_model_version()

    first = request_run(client, annotation.mammogram, model_version).json()
    second = request_run(client, annotation.mammogram, model_version).json()

    assert first == second
    assert InferenceRun.objects.count() == 1


def test_runs_of_an_image_are_listed_newest_first(client, annotation):
    first = make_inference_run(annotation.mammogram)
    second = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)
    make_inference_run()

    rows = client.get(runs_address(annotation.mammogram)).json()

    assert [row["id"] for row in rows] == [str(second.id), str(first.id)]
    assert rows[0]["probability_url"] == f"/api/inference-runs/{second.id}/probability/"


@pytest.mark.parametrize("count", [1, 3])
def test_runs_take_as_many_queries_for_one_as_for_three(client, annotation, count, django_assert_num_queries):
    for _ in range(count):
        make_inference_run(annotation.mammogram)

    # session, account, reader, image, whether blind, runs with models
    with django_assert_num_queries(6):
        assert len(client.get(runs_address(annotation.mammogram)).json()) == count


def test_a_probability_map_is_the_stored_png_and_the_look_is_remembered(client, annotation):
    run = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)

    response = client.get(reverse("api-inference-run-probability", args=[run.id]))

    assert b"".join(response.streaming_content) == read_content(run.probability_sha256)
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["X-Content-Type-Options"] == "nosniff"
    look = PreannotationView.objects.get()
    assert (look.reader, look.mammogram, look.inference_run) == (annotation.reader, run.mammogram, run)


def test_a_probability_map_out_of_the_browser_s_store_is_remembered_too(client, annotation):
    run = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)

    response = client.get(
        reverse("api-inference-run-probability", args=[run.id]),
        headers={"If-None-Match": f'"{run.probability_sha256}"'},
    )

    assert response.status_code == 304
    assert PreannotationView.objects.get().reader == annotation.reader


def test_asking_for_a_list_of_runs_is_not_looking_at_a_proposal(client, annotation):
    make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)

    client.get(runs_address(annotation.mammogram))

    assert not PreannotationView.objects.exists()


def test_a_probability_map_that_is_not_there_yet_has_a_code(client, annotation):
    run = make_inference_run(annotation.mammogram, state=RunState.RUNNING)

    response = client.get(reverse("api-inference-run-probability", args=[run.id]))

    assert (response.status_code, response.json()["code"]) == (404, "probability_not_ready")
    assert not PreannotationView.objects.exists()


def test_a_queued_run_is_cancelled(client, annotation):
    run = make_inference_run(annotation.mammogram)

    response = client.post(
        reverse("api-inference-run-cancel", args=[run.id]), {}, content_type="application/json"
    )

    assert (response.status_code, response.json()["state"]) == (200, "cancelled")


def test_a_finished_run_is_not_cancelled(client, annotation):
    run = make_inference_run(annotation.mammogram, state=RunState.SUCCEEDED)

    response = client.post(reverse("api-inference-run-cancel", args=[run.id]))

    assert (response.status_code, response.json()["code"]) == (409, "run_finished")


def test_a_failed_run_says_why(client, annotation):
    run = make_inference_run(
        annotation.mammogram, state=RunState.FAILED, error_code="image_empty", error="The image is empty."
    )

    answer = client.get(reverse("api-inference-run", args=[run.id])).json()

    assert (answer["error_code"], answer["error"]) == ("image_empty", "The image is empty.")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_blind_reader_is_told_that_her_campaign_reads_without_a_model(client, blind_annotation, method):
    make_inference_run(blind_annotation.mammogram, state=RunState.SUCCEEDED)
    body = {"model_version": str(make_model_version().id)}

    response = getattr(client, method)(
        runs_address(blind_annotation.mammogram),
        body if method == "post" else None,
        content_type="application/json",
    )

    assert (response.status_code, response.json()["code"]) == (403, "preannotation_hidden")
    assert InferenceRun.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("get", "api-inference-run"),
        ("get", "api-inference-run-probability"),
        ("post", "api-inference-run-cancel"),
    ],
)
def test_a_blind_reader_cannot_learn_of_a_run(client, blind_annotation, method, route):
    run = make_inference_run(blind_annotation.mammogram, state=RunState.SUCCEEDED)

    hidden = getattr(client, method)(reverse(route, args=[run.id]))
    missing_id = uuid.uuid4()
    missing = getattr(client, method)(reverse(route, args=[missing_id]))

    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["message"].replace(str(run.id), "") == missing.json()["message"].replace(
        str(missing_id), ""
    )
    assert not PreannotationView.objects.exists()


def test_a_run_on_an_image_of_nobody_s_concern_is_not_found(client, annotation):
    run = make_inference_run(state=RunState.SUCCEEDED)

    response = client.get(reverse("api-inference-run-probability", args=[run.id]))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"model_version": None},
        {"model_version": "scunet\x00"},
        {"model_version": {}},
        {"model_version": 10**60},
        {"model_version": str(uuid.uuid4())},
    ],
)
def test_a_hostile_request_starts_no_model(client, annotation, body):
    response = client.post(
        runs_address(annotation.mammogram), json.dumps(body), content_type="application/json"
    )

    assert response.status_code == 400
    assert set(response.json()) == {"code", "message"}
    assert not InferenceRun.objects.exists()


def test_a_retired_model_is_not_started(client, annotation):
    response = request_run(client, annotation.mammogram, make_model_version(state="retired"))

    assert (response.status_code, response.json()["code"]) == (409, "model_version_retired")


def test_what_a_model_found_stays_when_it_is_retired(client, annotation):
    retired = make_model_version(state="retired")
    run = make_inference_run(annotation.mammogram, model_version=retired, state=RunState.SUCCEEDED)

    (row,) = client.get(runs_address(annotation.mammogram)).json()

    assert (row["id"], row["model_version"]["state"]) == (str(run.id), "retired")
    assert b"".join(client.get(row["probability_url"]).streaming_content).startswith(b"\x89PNG")


def test_a_candidate_is_not_started_by_a_reader(client, annotation):
    response = request_run(client, annotation.mammogram, make_model_version(state="candidate"))

    assert (response.status_code, response.json()["code"]) == (403, "model_version_candidate")


def test_an_expert_sees_the_runs_of_every_image(client):
    run = make_inference_run(state=RunState.SUCCEEDED)
    client.force_login(make_reader("data_scientist").user)

    assert client.get(runs_address(run.mammogram)).json()[0]["id"] == str(run.id)
