from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotations.domain.log_in_throttle import FREE_ATTEMPTS
from tests.factories.reader import PASSWORD, make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return make_reader()


def log_in(client, name, password=PASSWORD, **headers):
    body = {"name": name, "password": password}
    return client.post(reverse("api-session-log-in"), body, content_type="application/json", **headers)


def test_a_session_tells_who_it_is_when_it_ends_and_what_time_it_is(client, reader, settings):
    client.force_login(reader.user)

    answer = client.get(reverse("api-session"))

    told = answer.json()
    assert (told["name"], told["reader"]) == (reader.user.get_username(), reader.pseudonym)
    assert datetime.fromisoformat(told["now"]) - timezone.now() < timedelta(seconds=5)
    left = datetime.fromisoformat(told["ends_at"]) - timezone.now()
    assert abs(left.total_seconds() - settings.SESSION_COOKIE_AGE) < 60
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_end_of_a_session_is_told_as_stored_not_as_if_it_began_now(client, reader):
    client.force_login(reader.user)
    end = timezone.now() + timedelta(minutes=3)
    client.session.model.objects.update(expire_date=end)

    assert datetime.fromisoformat(client.get(reverse("api-session")).json()["ends_at"]) == end


def test_logging_in_over_the_api_opens_the_session_for_the_next_request(client, reader):
    assert client.get(reverse("api-session")).status_code == 403

    answer = log_in(client, reader.user.get_username())

    assert answer.status_code == 200
    assert answer.json()["reader"] == reader.pseudonym
    assert client.get(reverse("api-session")).status_code == 200


def test_a_wrong_password_is_answered_in_words_and_opens_nothing(client, reader):
    answer = log_in(client, reader.user.get_username(), "another long password")

    assert (answer.status_code, answer.json()["code"]) == (403, "log_in_refused")
    assert client.get(reverse("api-session")).status_code == 403


def test_after_many_wrong_passwords_even_the_right_one_waits_a_moment(client, reader):
    name = reader.user.get_username()
    for _ in range(FREE_ATTEMPTS):
        assert log_in(client, name, "another long password").status_code == 403

    answer = log_in(client, name)

    assert (answer.status_code, answer.json()["code"]) == (429, "log_in_throttled")
    assert int(answer.headers["Retry-After"]) in {1, 2}
    assert "try again" in answer.json()["message"]
    assert log_in(client, name, REMOTE_ADDR="10.0.0.9").status_code == 200, "from elsewhere nobody waits"


def test_an_account_without_a_role_does_not_log_in(client, reader, django_user_model):
    django_user_model.objects.create_user("nobody", password=PASSWORD)

    assert log_in(client, "nobody").json()["code"] == "log_in_refused"


def test_logging_in_needs_the_token_against_cross_site_requests(reader):
    client = Client(enforce_csrf_checks=True)
    name = reader.user.get_username()

    assert log_in(client, name).status_code == 403
    client.get(reverse("login"))  # any page gives the cookie
    token = client.cookies["csrftoken"].value
    assert log_in(client, name, HTTP_X_CSRFTOKEN=token).status_code == 200
    assert client.cookies["csrftoken"].value != token, "a new token goes with a new session"


def test_the_key_of_the_journal_is_for_whoever_is_logged_in_alone(client, reader):
    address = reverse("api-journal-key")
    assert client.get(address).status_code == 403

    client.force_login(reader.user)
    own = client.get(address)
    client.force_login(make_reader().user)

    assert own.headers["Cache-Control"] == "no-store"
    assert len(own.json()["key"]) == 64
    assert client.get(address).json() != own.json()
