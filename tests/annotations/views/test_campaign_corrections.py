import csv

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.correction_decision import DecisionDraft, decide_components
from annotations.models import CorrectionBatch
from tests.annotations.domain.test_correction_batch import make_batch, read
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db
BORDERLINE = (3.0, "too_short", "borderline")


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def address(campaign, name="campaign_corrections"):
    return reverse(name, args=[campaign.id])


def test_expert_starts_a_batch_and_cancels_it(client, expert):
    campaign = make_campaign()
    reader = read(campaign).reader

    started = client.post(address(campaign), {"act": "start", "reader": reader.pseudonym}, follow=True)

    assert "The readings are being corrected." in started.content.decode()
    assert CorrectionBatch.objects.get().reader == reader
    again = client.post(address(campaign), {"act": "start"}, follow=True)
    assert "still being prepared" in again.content.decode()
    client.post(address(campaign), {"act": "cancel"})
    assert CorrectionBatch.objects.get().state == "cancelled"


@pytest.mark.parametrize(
    "name", ["R-nobody", "a\0b", "9" * 5000, "x" * 100_000], ids=["nobody", "nul", "digits", "letters"]
)
def test_name_that_nobody_here_bears_starts_nothing(client, expert, name):
    campaign = make_campaign()
    read(campaign)

    answer = client.post(address(campaign), {"act": "start", "reader": name})

    assert answer.status_code == 400
    words = "Null characters are not allowed." if "\0" in name else "has submitted a reading here"
    assert words in answer.content.decode()
    assert not CorrectionBatch.objects.exists()


def test_pieces_are_listed_with_why_and_how_near(client, expert):
    campaign = make_campaign()
    _batch, run, made = make_batch(campaign, expert, [BORDERLINE, (3.25, "too_short", "borderline")])

    page = client.get(address(campaign)).content.decode()

    start = f"{reverse('correction', args=[run.id])}?campaign={campaign.id}&amp;piece="
    links = [f"{start}{piece.id}" for piece in made]
    assert page.index(links[0]) < page.index(links[1])
    assert "2 borderline, 0 sure removals, 0 decided." in page
    assert ">0.50<" in page


def test_batch_of_sure_removals_alone_is_listed_and_reviewed(client, expert):
    campaign = make_campaign()
    _batch, run, made = make_batch(
        campaign, expert, [(1.0, "too_short", "remove"), (0.1, "outside_breast", "remove")]
    )

    before = client.get(address(campaign)).content.decode()
    first = client.get(address(campaign, "next_correction"))
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[0].id, is_removed=True)]
    )
    second = client.get(address(campaign, "next_correction"), {"after": made[0].id})
    after = client.get(address(campaign)).content.decode()

    assert "0 borderline, 2 sure removals, 0 decided." in before
    assert "Review next piece" in before
    assert "no band" in before
    assert "0 of 1" in before
    assert (first.url.split("piece=")[1], second.url.split("piece=")[1]) == (str(made[0].id), str(made[1].id))
    assert "0 borderline, 2 sure removals, 1 decided." in after
    assert "1 of 2" in after  # by reader
    assert "Wilson" not in after


def test_batch_that_proposes_nothing_says_so(client, expert):
    campaign = make_campaign()
    make_batch(campaign, expert, [(9.0, "", "keep")])

    page = client.get(address(campaign)).content.decode()

    assert "There is nothing to decide" in page
    assert "Review next piece" not in page


def test_next_leads_to_the_piece_and_back_when_nothing_is_left(client, expert):
    campaign = make_campaign()
    _batch, run, made = make_batch(campaign, expert, [BORDERLINE])

    forward = client.get(address(campaign, "next_correction"), {"after": "nonsense"})
    page = client.get(forward.url).content.decode()
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[0].id, is_removed=True)]
    )
    back = client.get(address(campaign, "next_correction"), follow=True)

    assert f'data-piece="{made[0].id}"' in page
    assert f'data-next="{address(campaign, "next_correction")}"' in page
    assert "No piece is left to decide." in back.content.decode()


def test_decided_pieces_come_as_csv(client, expert):
    campaign = make_campaign()
    _batch, run, made = make_batch(campaign, expert, [BORDERLINE])
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[0].id, is_removed=True)]
    )

    answer = client.get(address(campaign, "corrections_table"))

    (line,) = csv.DictReader(answer.content.decode().splitlines())
    assert line["rule"] == "Too short"
    assert (line["proposed"], line["length_mm"], line["removed"]) == ("borderline", "3.0", "True")
    assert line["reader"] == run.annotation.reader.pseudonym


@pytest.mark.parametrize("role", ["reader", "data_scientist", "administrator"])
@pytest.mark.parametrize("name", ["campaign_corrections", "next_correction", "corrections_table"])
def test_pages_are_for_adjudicators(client, role, name):
    client.force_login(make_reader(role).user)

    assert client.get(address(make_campaign(), name)).status_code == 403


@pytest.mark.parametrize("name", ["campaign_corrections", "next_correction", "corrections_table"])
def test_adjudicator_who_still_reads_in_it_sees_nothing(client, expert, name):
    campaign = make_campaign()
    make_assignment(expert, make_mammogram().study, campaign)

    assert client.get(address(campaign, name)).status_code == 403


def test_correction_page_outside_a_batch_has_no_next(client, expert):
    campaign = make_campaign()
    _batch, run, _made = make_batch(campaign, expert, [BORDERLINE])

    page = reverse("correction", args=[run.id])
    plain = client.get(page).content.decode()
    odd = client.get(page, {"campaign": "x", "piece": '"><b>'}).content.decode()

    assert "data-next" not in plain
    assert "data-next" not in odd
    assert "<b>" not in odd


def test_three_pieces_cost_as_many_queries_as_one(client, expert):
    counts = []
    for pieces in (1, 3):
        campaign = make_campaign()
        make_batch(campaign, expert, [BORDERLINE, (1.0, "too_short", "remove")] * pieces)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(campaign))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_exam_that_the_expert_still_reads_elsewhere_is_on_no_list(client, expert):
    campaign = make_campaign()
    _batch, run, made = make_batch(campaign, expert, [BORDERLINE, (3.25, "too_short", "borderline")])
    decide_components(
        run=run, reader=expert, decisions=[DecisionDraft(component=made[0].id, is_removed=True)]
    )
    make_assignment(expert, run.annotation.mammogram.study)

    page = client.get(address(campaign))
    following = client.get(address(campaign, "next_correction"))
    table = client.get(address(campaign, "corrections_table")).content.decode()

    assert page.context["cases"] == []
    assert page.context["by_rule"] == []
    assert page.context["by_reader"] == []
    assert following.url == address(campaign)
    assert run.annotation.reader.pseudonym not in table
