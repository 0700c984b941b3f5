import pytest
from django.urls import reverse

from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import accept, make_reading, send_back, submit
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def returned(client):
    """Give an exam back to whoever is logged in, by an expert."""
    reading = make_reading(make_campaign(), make_reader())
    send_back(reading, make_reader("adjudicator"), note="One vessel is missing")
    client.force_login(reading.reader.user)
    return reading


def worklist(client):
    return " ".join(client.get(reverse("worklist")).content.decode().split())


def test_exam_that_came_back_leads_with_what_the_expert_said(client, returned):
    page = worklist(client)

    assert "Came back to you" in page
    assert "One vessel is missing" in page
    assert "Came back from an expert" in page
    assert "Check RMLO with label correction" not in page


def test_submitted_again_it_is_done(client, returned):
    submit(returned.annotations.get(state="open"))

    page = worklist(client)

    assert "Came back" not in page
    assert "All read. Nothing is left for you." in page


def test_exam_behind_a_gate_says_why_it_waits_how_long_and_has_no_button(client):
    campaign, reader = make_campaign(), make_reader()
    campaign.gate_exams = 2
    campaign.save()
    accept(make_reading(campaign, reader), make_reader("adjudicator"))
    make_reading(campaign, reader)
    behind = make_assignment(reader, make_mammogram().study, campaign)
    client.force_login(reader.user)

    page = worklist(client)

    assert "An expert looks at your first 2 exams before the others open: 1 of 2 accepted." in page
    assert reverse("read_exam", args=[behind.id]) not in page
