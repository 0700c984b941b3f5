import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.question import add_question, asked
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

SETTINGS = {
    "purpose": "reading",
    "labels": ["bac", "microcalcification"],
    "preannotation": "shown",
    "shows_priors": "on",
    "gate_exams": 0,
    "coverage_percent_required": "",
}


@pytest.fixture
def lead(client):
    lead = make_reader("administrator")
    client.force_login(lead.user)
    return lead


def address(campaign):
    return reverse("campaign_settings", args=[campaign.id])


def ask(campaign, text="Is the image sharp?", **facts):
    fields = {"scope": "image", "answers": ["Yes", "No"], "is_required": True, "actor": None, **facts}
    return add_question(campaign=campaign, text=text, **fields)


def test_lead_changes_what_she_sees(client, lead):
    campaign = make_campaign()

    answer = client.post(address(campaign), {**SETTINGS, "act": "save", "gate_exams": 5, "labels": ["bac"]})
    campaign.refresh_from_db()

    assert answer["Location"] == address(campaign)
    assert (campaign.gate_exams, campaign.labels) == (5, ["bac"])
    assert client.get(address(campaign)).context["form"]["gate_exams"].value() == 5


def test_what_cannot_be_changed_any_more_is_told_on_the_page(client, lead):
    campaign = make_annotation().assignment.campaign

    answer = client.post(address(campaign), {**SETTINGS, "act": "save", "labels": ["bac"]})

    assert answer.status_code == 400
    assert "Readers have begun, so what they label cannot be changed any more." in answer.content.decode()


def test_lead_asks_a_question_and_ends_it(client, lead):
    campaign = make_campaign()
    body = {"scope": "exam", "text": "How dense?", "answers": "A\nB\n\nC", "is_required": "on"}

    client.post(address(campaign), {"act": "ask", **body})
    question = asked(campaign).get()
    page = client.post(
        address(campaign), {"act": "end_question", "slug": question.slug}, follow=True
    ).content.decode()

    assert (question.slug, [value for value, _text in question.answers]) == ("how_dense", ["a", "b", "c"])
    assert not asked(campaign).exists()
    assert "is asked no more" in page
    assert "Asked earlier: How dense?" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answers": "Yes"}, "A question needs 2 to 8 different answers; these came: Yes."),
        ({"answers": "Yes\nyes"}, "different answers"),
        ({"slug": "bac_present"}, "is named bac_present already"),
        ({"text": ""}, "This field is required"),
    ],
    ids=["one_answer", "same_answers", "name_taken", "no_text"],
)
def test_question_that_cannot_be_is_refused_on_the_page(client, lead, changes, words):
    campaign = make_campaign()
    body = {"scope": "image", "text": "Sharp?", "answers": "Yes\nNo", "slug": "", **changes}

    answer = client.post(address(campaign), {"act": "ask", **body})

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not asked(campaign).exists()


def test_campaign_is_closed_and_opened_again(client, lead):
    campaign = make_campaign()

    closed = client.post(address(campaign), {"act": "close"}, follow=True).content.decode()
    opened = client.post(address(campaign), {"act": "reopen"}, follow=True).content.decode()

    assert "nothing of it is given out any more" in closed
    assert "Open the campaign again" in closed
    assert "goes on" in opened
    campaign.refresh_from_db()
    assert campaign.closed_at is None


@pytest.mark.parametrize("act", ["", "delete"])
def test_act_that_is_none_is_refused(client, lead, act):
    assert client.post(address(make_campaign()), {"act": act}).status_code == 403


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_settings_are_for_the_lead_alone(client, role):
    campaign = make_campaign()
    client.force_login(make_reader(role).user)

    assert client.get(address(campaign)).status_code == 403
    assert client.post(address(campaign), {"act": "close"}).status_code == 403


def test_more_questions_take_no_more_queries(client, lead):
    campaign = make_campaign()
    ask(campaign)
    counts = []
    for text in ("Sharp?", "Dense?"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address(campaign))
        counts.append(len(queries))
        ask(campaign, text)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("slug", ["a\0b", "x" * 100_000], ids=["nul", "letters"])
def test_name_that_no_question_can_have_ends_none(client, lead, slug):
    campaign = make_campaign()
    ask(campaign)

    answer = client.post(address(campaign), {"act": "end_question", "slug": slug})

    assert answer.status_code == 400
    assert "The name of the question:" in answer.content.decode()
    assert asked(campaign).count() == 1
