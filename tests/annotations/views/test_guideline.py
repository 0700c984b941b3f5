import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.guideline import latest, write_guideline
from annotations.models import Guideline, GuidelineConfirmation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def address(campaign):
    return reverse("campaign_guideline", args=[campaign.id])


def log_in(client, person):
    client.force_login(person.user)
    return person


def make_guideline(campaign, *texts):
    for text in texts:
        newest = latest(campaign)
        write_guideline(campaign=campaign, text=text, actor=None, seen=newest.number if newest else 0)


@pytest.fixture
def campaign():
    return make_campaign()


def test_lead_writes_the_first_and_the_next_version(client, campaign):
    log_in(client, make_reader("administrator"))

    for seen, text in enumerate(["Label vessels", "Label vessels, not skin"]):
        answer = client.post(address(campaign), {"act": "write", "text": text, "seen": seen})
        assert answer["Location"] == address(campaign)

    page = client.get(address(campaign)).content.decode()
    assert "Version 2, in force" in page
    assert Guideline.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"text": "A", "seen": 1}, "This is the text of version 1"),
        ({"text": "B", "seen": 0}, "Version 1 was written meanwhile"),
        ({"text": "", "seen": 1}, "This field is required"),
    ],
    ids=["same_text", "written_meanwhile", "empty"],
)
def test_version_that_cannot_be_is_refused_on_the_page_and_her_text_stays(client, campaign, body, words):
    make_guideline(campaign, "A")
    log_in(client, make_reader("administrator"))

    answer = client.post(address(campaign), {"act": "write", **body})

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert answer.context["form"]["text"].value() == body["text"]
    assert Guideline.objects.count() == 1


def test_reader_confirms_what_she_reads(client, campaign):
    make_guideline(campaign, "A")
    reader = log_in(client, make_assignment(campaign=campaign).reader)
    asked = client.get(address(campaign)).content.decode()

    answer = client.post(address(campaign), {"act": "confirm", "number": 1}, follow=True)

    assert "I have read version 1" in asked
    assert GuidelineConfirmation.objects.get().reader == reader
    assert "You read" in answer.content.decode()
    assert "You have confirmed this version." in client.get(address(campaign)).content.decode()


def test_reader_who_confirms_an_earlier_version_is_told_of_the_later_one(client, campaign):
    make_guideline(campaign, "A", "B")
    log_in(client, make_assignment(campaign=campaign).reader)

    page = client.post(address(campaign), {"act": "confirm", "number": 1}, follow=True).content.decode()

    assert "Version 2 of this guideline came meanwhile" in page
    assert not GuidelineConfirmation.objects.exists()


@pytest.mark.parametrize(
    "number", ["", "x", "-1", "9" * 5000, "\0"], ids=["none", "letter", "negative", "long", "nul"]
)
def test_what_is_no_version_is_refused_on_the_page(client, campaign, number):
    make_guideline(campaign, "A")
    log_in(client, make_assignment(campaign=campaign).reader)

    answer = client.post(address(campaign), {"act": "confirm", "number": number})

    assert answer.status_code == 400
    assert "There is no such version of the guideline." in answer.content.decode()


def test_version_that_does_not_exist_cannot_be_confirmed(client, campaign):
    make_guideline(campaign, "A")
    log_in(client, make_assignment(campaign=campaign).reader)

    assert client.post(address(campaign), {"act": "confirm", "number": 7}).status_code == 404


def test_reader_cannot_write_and_a_stranger_sees_nothing(client, campaign):
    log_in(client, make_assignment(campaign=campaign).reader)
    assert client.post(address(campaign), {"act": "write", "text": "A", "seen": 0}).status_code == 403

    log_in(client, make_reader())
    assert client.get(address(campaign)).status_code == 404
    assert not Guideline.objects.exists()


def test_expert_who_does_not_read_here_is_not_asked_to_confirm(client, campaign):
    make_guideline(campaign, "A")
    log_in(client, make_reader("adjudicator"))

    assert "I have read version" not in client.get(address(campaign)).content.decode()
    assert client.post(address(campaign), {"act": "confirm", "number": 1}).status_code == 403


def test_difference_of_two_versions_is_told_in_words(client, campaign):
    make_guideline(campaign, "Label vessels\nNot skin", "Label vessels\nNot clips")
    log_in(client, make_assignment(campaign=campaign).reader)

    page = client.get(address(campaign), {"version": 2, "since": 1}).content.decode()

    assert (
        '<ins><span class="change-word">Added</span><span class="change-line">Not clips</span></ins>' in page
    )
    assert (
        '<del><span class="change-word">Removed</span><span class="change-line">Not skin</span></del>' in page
    )


def test_campaign_without_a_guideline_says_who_writes_it(client, campaign):
    log_in(client, make_assignment(campaign=campaign).reader)

    assert "Whoever leads the campaign writes it." in client.get(address(campaign)).content.decode()


def test_more_versions_take_no_more_queries(client, campaign):
    log_in(client, make_reader("administrator"))
    make_guideline(campaign, "A")
    counts = [count_queries(client, campaign)]

    make_guideline(campaign, "B", "C")
    counts.append(count_queries(client, campaign))

    assert counts[0] == counts[1]


def count_queries(client, campaign):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address(campaign)).status_code == 200
    return len(queries)
