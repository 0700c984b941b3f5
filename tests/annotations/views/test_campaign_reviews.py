import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import accept, make_reading, send_back
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


@pytest.fixture
def campaign():
    campaign = make_campaign()
    campaign.gate_exams = 1
    campaign.save()
    return campaign


def address(campaign):
    return reverse("campaign_reviews", args=[campaign.id])


def test_exam_whose_reader_waits_leads(client, expert, campaign):
    through = make_reader()
    accept(make_reading(campaign, through), expert)
    later = make_reading(campaign, through)
    gate = make_reading(campaign, make_reader())

    page = client.get(address(campaign))

    assert [reading.id for reading in page.context["page"]] == [gate.id, later.id]
    assert page.context["next"] == gate
    assert "Gate: its reader waits" in page.content.decode()


@pytest.mark.parametrize(("state", "decide"), [("returned", send_back), ("accepted", accept)])
def test_readings_are_found_by_state(client, expert, campaign, state, decide):
    reading = make_reading(campaign, make_reader())
    decide(reading, expert)

    page = client.get(address(campaign), {"state": state})

    assert [each.id for each in page.context["page"]] == [reading.id]
    assert {name: count for name, _text, count in page.context["tabs"]}[state] == 1


@pytest.mark.parametrize("state", ["waiting", "returned", "accepted", "unknown"])
def test_empty_list_says_what_comes_here(client, expert, campaign, state):
    page = client.get(address(campaign), {"state": state, "page": "x"})

    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


@pytest.mark.parametrize("role", ["reader", "data_scientist", "administrator"])
def test_reviews_are_for_adjudicators(client, campaign, role):
    person = make_reader(role)
    make_assignment(person, campaign=campaign)
    client.force_login(person.user)

    assert client.get(address(campaign)).status_code == 403


def test_expert_who_still_reads_here_sees_no_reading(client, expert, campaign):
    make_reading(campaign, make_reader())
    make_assignment(expert, campaign=campaign)

    assert client.get(address(campaign)).status_code == 403


def test_more_readings_take_no_more_queries(client, expert, campaign):
    counts = []
    for count in (1, 2):
        for _ in range(count):
            make_reading(campaign, make_reader())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address(campaign)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
