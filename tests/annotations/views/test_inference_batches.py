import pytest
from django.test import Client

from annotations.domain.inference_batch import perform_inference_batch, request_inference_batch
from annotations.models import InferenceBatch
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _log_in(role: str) -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def _batch() -> InferenceBatch:
    campaign = make_campaign()
    make_assignment(make_reader(), make_mammogram().study, campaign)
    scientist = make_reader("data_scientist")
    return request_inference_batch(campaign=campaign, model_version=make_model_version(), reader=scientist)


@pytest.mark.parametrize("role", ["data_scientist", "administrator"])
def test_a_batch_is_begun_and_cancelled_on_its_pages(role: str) -> None:
    waiting = _batch()
    form = {"campaign": str(waiting.campaign_id), "model_version": str(waiting.model_version_id)}
    client = _log_in(role)

    page = client.post("/models/batches/", form, follow=True).content.decode()
    assert "It waits for a worker." in page
    perform_inference_batch(run_id=waiting.id, worker="one", is_stopping=lambda: False)
    page = client.get(f"/models/batches/{waiting.id}/").content.decode()
    assert "0 of 1 image." in page
    assert 'data-live="going"' in page

    page = client.post(f"/models/batches/{waiting.id}/cancel/", follow=True).content.decode()
    assert "Images taken back: 1." in page
    assert 'data-live="over"' in page
    assert InferenceBatch.objects.count() == 1


@pytest.mark.parametrize(
    "changes", [{"campaign": "x"}, {"model_version": "a\0b"}, {"campaign": ""}, {"model_version": None}]
)
def test_what_makes_no_sense_begins_nothing(changes: dict[str, str | None]) -> None:
    campaign, model = make_campaign(), make_model_version()
    form = {"campaign": str(campaign.id), "model_version": str(model.id), **changes}
    sent = {key: value for key, value in form.items() if value is not None}

    assert _log_in("data_scientist").post("/models/batches/", sent).status_code == 400
    assert not InferenceBatch.objects.exists()


def test_a_campaign_without_exams_is_told_of_in_words() -> None:
    campaign, model = make_campaign(), make_model_version()
    form = {"campaign": str(campaign.id), "model_version": str(model.id)}

    answer = _log_in("data_scientist").post("/models/batches/", form)

    assert answer.status_code == 400
    assert "This campaign has no exams yet" in answer.content.decode()


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_batches_are_for_those_who_manage_models(role: str) -> None:
    batch = _batch()
    client = _log_in(role)

    assert client.get("/models/batches/").status_code == 403
    assert client.post("/models/batches/", {}).status_code == 403
    assert client.get(f"/models/batches/{batch.id}/").status_code == 403
    assert client.post(f"/models/batches/{batch.id}/cancel/").status_code == 403
