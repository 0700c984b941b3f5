import pytest
from django.urls import reverse

from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["reader", "adjudicator", "administrator"])
def test_list_shows_the_model_in_use(client, role):
    active = make_model_version(name="B", cutoff=0.35)
    make_model_version(name="A", state="candidate")
    make_model_version(name="C", state="retired")
    client.force_login(make_reader(role).user)

    rows = client.get(reverse("api-model-versions")).json()

    assert rows == [
        {
            "id": str(active.id),
            "name": "B",
            "version": "1",
            "state": "active",
            "architecture": "scunet",
            "cutoff": 0.35,
            "synthetic_only": True,
        }
    ]


def test_list_shows_a_data_scientist_candidates_after_the_model_in_use(client):
    active = make_model_version(name="B")
    candidate = make_model_version(name="A", state="candidate")
    make_model_version(name="C", state="retired")
    make_model_version(name="D", label="microcalcification")
    make_model_version(name="E", task="image_classification")
    client.force_login(make_reader("data_scientist").user)

    rows = client.get(reverse("api-model-versions")).json()

    assert [(row["id"], row["state"]) for row in rows] == [
        (str(active.id), "active"),
        (str(candidate.id), "candidate"),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(client, count, django_assert_num_queries):
    for _ in range(count):
        make_model_version()
    client.force_login(make_reader("data_scientist").user)

    # session, account, reader, models
    with django_assert_num_queries(4):
        assert len(client.get(reverse("api-model-versions")).json()) == count


def test_list_is_for_those_who_logged_in(client):
    assert client.get(reverse("api-model-versions")).status_code == 403
