import pytest
from django.urls import reverse

from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist", "administrator"])
def test_list_shows_everybody_the_models_those_in_use_first(client, role):
    retired = make_model_version(is_active=False, name="A")
    active = make_model_version(name="B", cutoff=0.35)
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
        },
        {**rows[1], "id": str(retired.id), "state": "retired"},
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(client, count, django_assert_num_queries):
    for _ in range(count):
        make_model_version()
    client.force_login(make_reader().user)

    # session, account, reader, models
    with django_assert_num_queries(4):
        assert len(client.get(reverse("api-model-versions")).json()) == count


def test_list_is_for_those_who_logged_in(client):
    assert client.get(reverse("api-model-versions")).status_code == 403
