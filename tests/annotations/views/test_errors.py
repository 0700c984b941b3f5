import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_unknown_address_is_a_page_in_plain_words(client):
    client.force_login(make_reader().user)

    answer = client.get("/read/no-id/")

    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()


def test_unknown_address_of_the_api_answers_as_the_api_does(client):
    answer = client.get("/api/annotations/no-id/")

    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert "/api/annotations/no-id/" in answer.json()["message"]


def test_page_of_another_role_says_so(client):
    client.force_login(make_reader().user)

    answer = client.get(reverse("images"))

    assert answer.status_code == 403
    assert "not part of your role" in answer.content.decode()


def test_old_form_says_that_nothing_was_changed():
    client = Client(enforce_csrf_checks=True)

    answer = client.post(reverse("login"), {"username": "a", "password": "b"})

    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_pages_shown_without_a_request_can_be_shown(name):
    assert "Research use only" in render_to_string(name)
