import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.adjudication import AdjudicationDraft, decide_segment
from annotations.models import ConsensusRun
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements, make_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

PLACES = [make_square(4, 4, 12), make_square(30, 4, 8)]


@pytest.fixture
def expert(client):
    reader = make_reader("adjudicator")
    client.force_login(reader.user)
    return reader


def open_page(client, campaign):
    return client.get(reverse("campaign_adjudication", args=[campaign.id]))


def test_without_two_readings_the_page_says_what_is_missing(client, expert):
    page = open_page(client, make_campaign()).content.decode()

    assert "Nothing to compare yet" in page
    assert "two readers have submitted the same exam" in page


def test_new_readings_are_offered_for_a_search_and_the_page_tells_how_far_it_is(client, expert):
    campaign = make_readings([{"bac": PLACES[0]}, {}])[0].assignment.campaign

    before = open_page(client, campaign).content.decode()
    answer = client.post(reverse("campaign_find_disagreements", args=[campaign.id]), follow=True)

    assert "1 image to compare" in before
    assert "The search waits for a worker" in answer.content.decode()
    assert ConsensusRun.objects.get().requested_by == expert


def test_a_search_for_nothing_is_told_on_the_page(client, expert):
    campaign = make_campaign()

    answer = client.post(reverse("campaign_find_disagreements", args=[campaign.id]), follow=True)

    assert "No image of this campaign has two submitted readings yet" in answer.content.decode()


def test_with_segments_to_decide_the_page_is_where_they_are_decided(client, expert):
    segments = make_disagreements(*PLACES)

    page = open_page(client, segments[0].campaign).content.decode()

    assert 'id="adjudication"' in page
    assert reverse("api-adjudication-queue", args=[segments[0].campaign_id]) in page


def test_once_all_is_decided_the_page_leads_to_the_reference_standard(client, expert):
    segments = make_disagreements(*PLACES)
    for segment in segments:
        draft = AdjudicationDraft(id=segment.id, choice="both")
        decide_segment(segment=segment, reader=expert, draft=draft)

    page = open_page(client, segments[0].campaign).content.decode()

    assert "All 2 disputed segments are decided" in page
    assert reverse("campaign_reference", args=[segments[0].campaign_id]) in page


def test_the_last_decision_can_be_taken_back_after_the_page_was_left(client, expert):
    (segment,) = make_disagreements(PLACES[0])
    draft = AdjudicationDraft(id=segment.id, choice="both")
    decide_segment(segment=segment, reader=expert, draft=draft)
    address = reverse("campaign_undo_adjudication", args=[segment.campaign_id])

    once = client.post(address, follow=True).content.decode()
    twice = client.post(address, follow=True).content.decode()

    assert 'id="adjudication"' in once
    assert "You have decided nothing here that could be taken back" in twice


@pytest.mark.parametrize("name", ["campaign_adjudication", "campaign_reference"])
@pytest.mark.parametrize("role", ["reader", "data_scientist", "administrator"])
def test_other_roles_are_not_let_in(client, role, name):
    segments = make_disagreements(*PLACES)
    client.force_login(make_reader(role).user)

    assert client.get(reverse(name, args=[segments[0].campaign_id])).status_code == 403


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "campaign_adjudication"),
        ("post", "campaign_find_disagreements"),
        ("get", "campaign_reference"),
        ("post", "campaign_build_reference"),
        ("post", "campaign_sign_off"),
        ("post", "campaign_undo_adjudication"),
    ],
)
def test_an_adjudicator_who_still_reads_is_told_to_read_first(client, expert, method, name):
    segments = make_disagreements(*PLACES)
    make_assignment(reader=expert, campaign=segments[0].campaign)
    runs = ConsensusRun.objects.count()

    answer = getattr(client, method)(reverse(name, args=[segments[0].campaign_id]))

    assert answer.status_code == 403
    assert "closed to you while you take part in it as a reader" in answer.content.decode()
    assert ConsensusRun.objects.count() == runs


def test_what_she_drew_herself_is_said_to_wait_for_another_adjudicator(client, expert):
    readings = make_readings([{"bac": PLACES[0]}, {}], readers=[expert, make_reader()])
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)

    page = open_page(client, campaign).content.decode()
    reference = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()

    assert "Nothing here is yours to decide" in page
    assert "1 segment waits for another adjudicator" in page
    assert "1 segment waits for another adjudicator" in reference
    assert "Resolve" not in reference


def test_more_images_and_segments_take_no_more_queries(client, expert):
    campaign = make_campaign()
    counts = []
    for count in (1, 3):
        for _ in range(count):
            make_readings([{"bac": PLACES[0]}, {}], campaign=campaign)
        find_disagreements(campaign)
        for _ in range(count):
            make_readings([{"bac": PLACES[0]}, {}], campaign=campaign)
        with CaptureQueriesContext(connection) as queries:
            assert open_page(client, campaign).context["images_due"] == count
        counts.append(len(queries))

    assert counts[0] == counts[1]
