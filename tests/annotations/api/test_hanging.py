import pytest
from django.urls import reverse

from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def mammogram():
    return make_mammogram(image_laterality="", view_position="CC")


@pytest.fixture
def reader(client, mammogram):
    reader = make_assignment(study=mammogram.study).reader
    client.force_login(reader.user)
    return reader


def state(client, mammogram, laterality, view):
    address = reverse("api-view-statements", args=[mammogram.id])
    return client.post(address, {"laterality": laterality, "view": view}, content_type="application/json")


def test_image_is_asked_about_until_somebody_answers(client, mammogram, reader):
    asked = client.get(reverse("api-mammogram-hanging", args=[mammogram.id])).json()

    answer = state(client, mammogram, "R", "MLO")

    assert (asked["name"], asked["confidence"]) == ("CC?", "asked about")
    assert "which breast" in asked["question"]
    assert answer.status_code == 201
    assert answer.json() == client.get(reverse("api-mammogram-hanging", args=[mammogram.id])).json()
    assert (answer.json()["name"], answer.json()["place"], answer.json()["question"]) == ("RMLO", "RMLO", "")


@pytest.mark.parametrize(("laterality", "view"), [("X", "CC"), ("R", "AP"), ("", "CC"), ("R", "")])
def test_what_is_no_breast_or_view_is_refused(client, mammogram, reader, laterality, view):
    assert state(client, mammogram, laterality, view).status_code == 400
    assert not mammogram.view_statements.exists()


def test_statement_is_refused_to_who_does_not_read(client, mammogram):
    client.force_login(make_reader("data_scientist").user)

    answer = state(client, mammogram, "R", "CC")

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_image_of_a_stranger_is_not_there(client, mammogram):
    client.force_login(make_reader().user)

    assert client.get(reverse("api-mammogram-hanging", args=[mammogram.id])).status_code == 404
    assert state(client, mammogram, "R", "CC").status_code == 404
