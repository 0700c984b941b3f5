import io

import numpy as np
import pytest
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.content import read_content
from annotations.domain.inference_run import (
    load_active_models,
    perform_inference,
    request_inference,
)
from annotations.domain.run import cancel_run
from annotations.enums import RunState
from annotations.errors import ConflictError, ForbiddenError, InvalidError
from annotations.models import AuditEntry, InferenceRun
from ml.inference import load_predictor
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader
from tests.factories.weights import make_model_with_weights

pytestmark = pytest.mark.django_db


def go_on() -> bool:
    return False


def make_breast(rows=150, columns=110):
    """Grey tissue with a bright line, beside air."""
    row, column = np.mgrid[:rows, :columns]
    pixels = np.where(column < 80, 1500 + 8 * ((row * 7 + column * 13) % 97), 20).astype(np.uint16)
    pixels[40:110, 30:33] = 3800
    return pixels


def test_request_inference_queues_one_run_with_one_job():
    reader, mammogram, model_version = make_reader(), make_mammogram(), make_model_version()

    run = request_inference(mammogram=mammogram, model_version=model_version, reader=reader)

    assert (run.state, run.requested_by) == (RunState.QUEUED, reader)
    assert ProcrastinateJob.objects.get().args == {"run_id": str(run.id)}
    assert AuditEntry.objects.get(act="request_inference").subject_id == str(run.id)


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.SUCCEEDED])
def test_request_inference_returns_the_run_that_has_or_will_have_the_answer(state):
    existing = make_inference_run(state=state)

    run = request_inference(
        mammogram=existing.mammogram, model_version=existing.model_version, reader=make_reader()
    )

    assert run == existing
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.parametrize("state", [RunState.FAILED, RunState.CANCELLED, RunState.DEAD])
def test_request_inference_tries_again_what_ended_without_a_map(state):
    existing = make_inference_run(state=state)

    run = request_inference(
        mammogram=existing.mammogram, model_version=existing.model_version, reader=make_reader()
    )

    assert run != existing


def test_request_inference_does_not_join_a_run_that_is_being_cancelled():
    existing = make_inference_run(state=RunState.RUNNING, cancel_requested=True)

    run = request_inference(
        mammogram=existing.mammogram, model_version=existing.model_version, reader=make_reader()
    )

    assert run != existing


def test_request_inference_where_a_campaign_hides_models_is_refused():
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study, campaign=make_campaign(shows_preannotation=False))

    with pytest.raises(ForbiddenError) as caught:
        request_inference(mammogram=mammogram, model_version=make_model_version(), reader=assignment.reader)

    assert caught.value.code == "preannotation_hidden"
    assert not InferenceRun.objects.exists()


def test_request_inference_with_a_retired_model_is_refused():
    with pytest.raises(ConflictError) as caught:
        request_inference(
            mammogram=make_mammogram(),
            model_version=make_model_version(state="retired"),
            reader=make_reader(),
        )

    assert caught.value.code == "model_version_retired"


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
def test_a_candidate_is_for_data_scientists_alone(role):
    candidate, mammogram = make_model_version(state="candidate"), make_mammogram()

    with pytest.raises(ForbiddenError) as caught:
        request_inference(mammogram=mammogram, model_version=candidate, reader=make_reader(role))

    assert caught.value.code == "model_version_candidate"
    assert not InferenceRun.objects.exists()
    scientist = make_reader("data_scientist")
    assert request_inference(mammogram=mammogram, model_version=candidate, reader=scientist).state == "queued"


def test_a_model_of_another_label_proposes_nothing():
    other = make_model_version(label="microcalcification")

    with pytest.raises(InvalidError) as caught:
        request_inference(mammogram=make_mammogram(), model_version=other, reader=make_reader())

    assert caught.value.code == "model_version_marks_nothing"


def test_perform_inference_keeps_the_map_that_the_network_gives(content_root):
    pixels = make_breast()
    mammogram = make_mammogram(pixels, pixel_spacing_mm=(0.07, 0.07))
    model_version = make_model_with_weights()
    run = make_inference_run(mammogram, model_version=model_version)

    perform_inference(run_id=run.id, worker="one", is_stopping=go_on)

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.SUCCEEDED, "")
    assert run.done == run.total > 1
    stored = np.asarray(Image.open(io.BytesIO(read_content(run.probability_sha256))))
    sha256 = model_version.weights_sha256
    expected = load_predictor(content_root / sha256[:2] / sha256).predict(
        pixels, pixel_spacing_mm=0.07, bits_stored=12, is_inverted=False
    )
    assert stored.dtype == np.uint8
    # The fastest engine that agrees with float32 need not be float32.
    assert np.abs(stored.astype(int) - expected).mean() <= 1
    assert run.provenance["engines"]
    assert run.seconds > 0
    assert run.provenance["weights_sha256"] == sha256
    assert run.provenance["pixels_sha256"] == mammogram.pixels_sha256
    assert run.provenance["parameters"]["pixel_spacing_mm"] == 0.07
    assert set(run.provenance["packages"]) >= {"torch", "numpy"}


def test_perform_inference_with_an_impossible_pixel_spacing_fails_in_plain_words():
    mammogram = make_mammogram(make_breast(), pixel_spacing_mm=(7.0, 7.0))
    run = make_inference_run(mammogram, model_version=make_model_with_weights())

    perform_inference(run_id=run.id, worker="one", is_stopping=go_on)

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "pixel_spacing_out_of_range")
    assert "mm" in run.error


def test_perform_inference_without_its_weights_fails_with_the_reason():
    run = make_inference_run(make_mammogram(make_breast()))

    perform_inference(run_id=run.id, worker="one", is_stopping=go_on)

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "missing_file")


def test_perform_inference_that_was_cancelled_keeps_no_map():
    run = make_inference_run(make_mammogram(make_breast()), model_version=make_model_with_weights())
    InferenceRun.objects.filter(id=run.id).update(cancel_requested=True)

    perform_inference(run_id=run.id, worker="one", is_stopping=go_on)

    run.refresh_from_db()
    assert (run.state, run.probability_sha256) == (RunState.CANCELLED, "")


def test_perform_inference_of_a_run_cancelled_in_the_queue_does_nothing():
    run = make_inference_run()
    cancel_run(run, reader=make_reader())

    perform_inference(run_id=run.id, worker="one", is_stopping=go_on)

    run.refresh_from_db()
    assert (run.state, run.attempt) == (RunState.CANCELLED, 0)


def test_load_active_models_passes_over_one_that_cannot_be_loaded(caplog):
    make_model_version()

    load_active_models()

    assert "cannot be loaded" in caplog.text
