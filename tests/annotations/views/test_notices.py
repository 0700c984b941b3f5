import pytest
from django.urls import reverse

from annotations.domain.notice import chosen_events, chosen_pace
from annotations.models import AuditEntry
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_person_chooses_where_and_of_what_she_is_written_to(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    body = {"address": "me@example.org", "events": ["adjudication_waiting"], "pace": "day"}

    assert client.post(reverse("notices"), body)["Location"] == reverse("notices")

    expert.user.refresh_from_db()
    assert expert.user.email == "me@example.org"
    assert chosen_events(expert) == ["adjudication_waiting"]
    assert chosen_pace(expert) == "day"
    assert AuditEntry.objects.get(act="choose_emails").actor == expert


@pytest.mark.parametrize(("role", "is_asked"), [("adjudicator", True), ("reader", False)])
def test_whoever_is_told_of_submitted_exams_says_how_often(client, role, is_asked):
    client.force_login(make_reader(role).user)

    page = client.get(reverse("notices")).content.decode()

    assert ("At most once an hour for each campaign" in page) == is_asked


@pytest.mark.parametrize(
    "body", [{"address": "nowhere"}, {"events": ["campaign_done"]}, {"events": ["no such event"]}]
)
def test_what_cannot_be_is_refused_on_the_page(client, body):
    client.force_login(make_reader().user)

    assert client.post(reverse("notices"), {"address": "", **body}).status_code == 400


@pytest.mark.parametrize(("host", "said"), [("", True), ("mail.example", False)])
def test_page_says_where_no_email_can_be_sent(client, settings, host, said):
    settings.EMAIL_HOST = host
    client.force_login(make_reader().user)

    assert ("no mail server yet" in client.get(reverse("notices")).content.decode()) == said
