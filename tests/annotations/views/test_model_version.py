import uuid

import pytest
from django.test import Client

from annotations.models import ModelStateChange, ModelVersion
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

MANAGERS = ("data_scientist", "administrator")


def _log_in(role: str) -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def _post(client: Client, model: ModelVersion, act: str, **fields: str) -> tuple[int, str]:
    response = client.post(f"/models/{model.id}/state/", {"act": act, **fields}, follow=True)
    model.refresh_from_db()
    return response.status_code, response.content.decode()


def test_page_tells_what_the_model_is() -> None:
    model = make_model_version(name="Phantom net")
    model.card |= {"calibration": [[0.1, 0.05, 300], [0.8, 0.9, 40]], "code_commit": "abc123"}
    model.save()

    page = _log_in("data_scientist").get(f"/models/{model.id}/").content.decode()

    for text in (
        model.weights_sha256,
        "169,711 parameters",
        "Licence",
        "abc123",
        "said 0.80, was there in 0.90",
        "Research use only",
        "never seen a real mammogram",
        "made in a test",
    ):
        assert text in page, text


def test_figures_of_a_classifier_have_names_and_intervals() -> None:
    model = make_model_version()
    model.card |= {"evaluation": {"auc": 0.8123, "auc_low": 0.7, "auc_high": 0.9, "f1": 0.5, "odd_low": 3.0}}
    model.save()

    for address in (f"/models/{model.id}/", "/models/"):
        page = _log_in("data_scientist").get(address).content.decode()

        assert "0.812 (0.700 to 0.900)" in page
        assert "share of pairs with and without that are ranked right" in page
        assert ">auc_low" not in page
        # An end without its figure is a figure by itself.
        assert ">odd_low" in page


@pytest.mark.parametrize("role", MANAGERS)
def test_a_candidate_is_activated_and_rolled_back_from_its_page(role: str) -> None:
    first, second = make_model_version(name="First"), make_model_version(name="Second")
    client = _log_in(role)

    status, page = _post(client, second, "activate", reason="Finds thin vessels")

    assert (status, second.state) == (200, "active")
    assert "Roll back to First 1" in page
    assert "Finds thin vessels" in page

    status, page = _post(client, second, "roll_back")

    first.refresh_from_db()
    assert (status, first.state, second.state) == (200, "active", "retired")
    assert "First 1 is now active." in page


def test_the_active_model_can_be_retired() -> None:
    model = make_model_version()

    _post(_log_in("administrator"), model, "retire", reason="Marks veins")

    assert model.state == "retired"


@pytest.mark.parametrize(
    ("act", "fields", "status"),
    [
        ("activate", {}, 400),
        ("activate", {"reason": "  "}, 400),
        ("activate", {"reason": "a\0b"}, 400),
        ("retire", {"reason": "x" * 3000}, 400),
        ("destroy", {"reason": "why"}, 403),
        ("", {}, 403),
        ("roll_back", {}, 200),
    ],
)
def test_what_makes_no_sense_changes_nothing(act: str, fields: dict[str, str], status: int) -> None:
    make_model_version()
    candidate = make_model_version()
    before = ModelStateChange.objects.count()

    assert _post(_log_in("data_scientist"), candidate, act, **fields)[0] == status
    assert (candidate.state, ModelStateChange.objects.count()) == ("candidate", before)


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_models_are_managed_by_those_whose_role_it_is(role: str) -> None:
    candidate = make_model_version(state="candidate")
    client = _log_in(role)

    assert client.get(f"/models/{candidate.id}/").status_code == 403
    assert _post(client, candidate, "activate", reason="why")[0] == 403
    assert candidate.state == "candidate"


def test_an_unknown_model_is_not_found() -> None:
    client = _log_in("data_scientist")

    assert client.get(f"/models/{uuid.uuid4()}/").status_code == 404
    assert client.post(f"/models/{uuid.uuid4()}/state/", {"act": "roll_back"}).status_code == 404
