import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from annotations.domain.log_in_throttle import FREE_ATTEMPTS
from tests.factories.reader import PASSWORD, make_reader

pytestmark = pytest.mark.django_db


def test_log_in_leads_to_the_worklist(client):
    reader = make_reader()

    answer = client.post(reverse("login"), {"username": reader.user.username, "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, reverse("worklist"))


def test_log_in_with_a_wrong_password_says_so_without_saying_what_is_wrong(client):
    reader = make_reader()

    wrong = client.post(reverse("login"), {"username": reader.user.username, "password": "wrong"})
    unknown = client.post(reverse("login"), {"username": "unknown", "password": "wrong"})

    for answer in (wrong, unknown):
        assert "Not logged in." in answer.content.decode()
        assert "sessionid" not in answer.cookies


def test_log_in_goes_nowhere_else(client):
    reader = make_reader()
    address = f"{reverse('login')}?next=https://example.org/"

    answer = client.post(
        address, {"username": reader.user.username, "password": PASSWORD, "next": "https://example.org/"}
    )

    assert answer["Location"] == reverse("worklist")


def test_log_out_ends_the_session(client):
    client.force_login(make_reader().user)

    client.post(reverse("logout"))

    assert client.get(reverse("worklist")).status_code == 302


@pytest.mark.parametrize("name", ["worklist", "images", "comparison"])
def test_pages_ask_for_a_log_in_first(client, name):
    answer = client.get(reverse(name))

    assert answer["Location"] == f"{reverse('login')}?next={reverse(name)}"


@pytest.mark.parametrize("name", ["worklist", "images", "comparison"])
def test_account_without_a_role_gets_a_plain_page(client, name):
    client.force_login(get_user_model().objects.create_user("new", password=PASSWORD))

    answer = client.get(reverse(name))

    assert answer.status_code == 403
    assert "no role yet" in answer.content.decode()


def test_every_page_says_research_use_only_and_keeps_scripts_out_of_the_markup(client):
    client.force_login(make_reader("adjudicator").user)

    for address in [*map(reverse, ["worklist", "images", "comparison"]), "/nowhere/"]:
        page = client.get(address).content.decode()
        assert "Research use only. Not for diagnosis." in page
        assert "<style" not in page
        assert "style=" not in page
        assert "<script>" not in page


def test_after_many_wrong_passwords_the_page_asks_to_wait_and_tells_how_long(client):
    name = make_reader().user.get_username()
    wrong = {"username": name, "password": "another long password"}
    for _ in range(FREE_ATTEMPTS):
        assert client.post(reverse("login"), wrong).status_code == 200

    answer = client.post(reverse("login"), {"username": name, "password": PASSWORD})

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in {1, 2}
    assert "Too many wrong passwords" in answer.content.decode()
    assert "_auth_user_id" not in client.session
