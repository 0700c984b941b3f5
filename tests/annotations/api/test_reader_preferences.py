import pytest
from django.urls import reverse

from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

ADDRESS = "/api/me/preferences/"


def put(client, body):
    return client.put(ADDRESS, body, content_type="application/json")


def test_keys_are_kept_for_each_person(client):
    assert reverse("api-preferences") == ADDRESS
    client.force_login(make_reader().user)
    assert client.get(ADDRESS).json() == {"keys": {}}

    put(client, {"keys": {"brush": ["shift+x"], "eraser": []}})
    answer = put(client, {"keys": {"brush": ["x", "F4"]}})

    assert answer.json() == client.get(ADDRESS).json() == {"keys": {"brush": ["x", "F4"]}}
    client.force_login(make_reader().user)
    assert client.get(ADDRESS).json() == {"keys": {}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"keys": {"brush": ["x"], "eraser": ["x"]}}, "key_taken"),
        ({"keys": {"brush": ["x" * 40]}}, "request_not_well_formed"),
        ({"keys": {"brush": "x"}}, "request_not_well_formed"),
        ({"keys": []}, "request_not_well_formed"),
        ({}, "request_not_well_formed"),
    ],
)
def test_what_is_no_choice_of_keys_changes_nothing(client, body, code):
    client.force_login(make_reader().user)
    put(client, {"keys": {"brush": ["x"]}})

    response = put(client, body)

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert client.get(ADDRESS).json() == {"keys": {"brush": ["x"]}}


def test_strangers_have_no_preferences(client):
    assert client.get(ADDRESS).status_code == 403
