import pytest
from django.test import Client

from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _log_in(role: str) -> Client:
    client = Client()
    client.force_login(make_reader(role).user)
    return client


def test_models_page_tells_what_each_model_is() -> None:
    model = make_model_version(name="Phantom net")
    make_model_version(name="Old net", synthetic_only=False, is_active=False)

    page = _log_in("data_scientist").get("/models/").content.decode()

    for text in (
        "Phantom net",
        model.weights_sha256,
        "169,711 parameters",
        "phantoms",
        "Licence",
        "Active",
        "Retired",
    ):
        assert text in page
    assert page.count("Synthetic only.") == 1


def test_models_page_without_a_model_says_how_one_comes_in() -> None:
    page = _log_in("administrator").get("/models/").content.decode()

    assert "No model yet" in page
    assert "manage.py import_model FILE" in page


def test_models_page_bears_a_card_without_a_word() -> None:
    make_model_version(card={})

    assert "not stated" in _log_in("data_scientist").get("/models/").content.decode()


@pytest.mark.parametrize("role", ["reader", "adjudicator"])
def test_models_page_is_for_those_who_manage_models(role: str) -> None:
    response = _log_in(role).get("/models/")

    assert response.status_code == 403
    assert "not part of your role" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_models_page_takes_as_many_queries_for_many_as_for_one(
    count: int, django_assert_num_queries: object
) -> None:
    for _ in range(count):
        make_model_version()
    client = _log_in("data_scientist")

    with django_assert_num_queries(4):
        client.get("/models/")
