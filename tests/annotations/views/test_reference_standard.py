import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.adjudication import AdjudicationDraft, decide_segment, undo_last
from annotations.models import Disagreement, ReferenceStandard, SignOff
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.exam_review import accept, make_correction, make_reading
from tests.factories.reader import PASSWORD, make_reader

pytestmark = pytest.mark.django_db

AGREED, DISPUTED = make_square(4, 4, 12), make_square(40, 4, 8)


@pytest.fixture
def expert(client):
    cache.clear()
    reader = make_reader("adjudicator")
    client.force_login(reader.user)
    return reader


@pytest.fixture
def campaign(expert):
    readings = make_readings([{"bac": AGREED | DISPUTED}, {"bac": AGREED}])
    find_disagreements(readings[0].assignment.campaign)
    return readings[0].assignment.campaign


def decide(expert):
    segment = Disagreement.objects.get()
    draft = AdjudicationDraft(id=segment.id, choice="both")
    decide_segment(segment=segment, reader=expert, draft=draft)


def build(client, campaign):
    return client.post(reverse("campaign_build_reference", args=[campaign.id]), follow=True).content.decode()


def sign(client, campaign, **fields):
    sent = {"meaning": "reviewed", "password": PASSWORD, "reference": "", **fields}
    return client.post(reverse("campaign_sign_off", args=[campaign.id]), sent, follow=True)


def test_before_anything_is_settled_the_page_says_why_no_version_is_built(client, campaign):
    before = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()
    page = build(client, campaign)

    assert "while all images wait, no version can be built" in before
    assert "No version was built: the 1 compared image has a segment that waits for an expert." in page
    assert "Resolve the segments of at least one image" in page
    assert "Resolve 1 segment" in page
    assert not ReferenceStandard.objects.exists()


def test_without_a_second_reading_the_page_says_that_none_is_built(client, expert):
    campaign = make_readings([{"bac": AGREED}])[0].assignment.campaign

    page = build(client, campaign)

    assert "No version was built: no image was read by 2 readers yet." in page
    assert not ReferenceStandard.objects.exists()


def test_a_version_is_built_shown_and_out_of_date_once_something_is_taken_back(client, campaign, expert):
    decide(expert)

    built = build(client, campaign)
    undo_last(campaign=campaign, reader=expert, undo_id=campaign.id)
    later = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()

    assert "Version 1 is built" in built
    assert ReferenceStandard.objects.get().content_sha256 in built
    assert "up to date" in built
    assert "out of date" in later


def test_a_signature_with_the_password_is_on_the_page_and_says_when_it_is_out_of_date(
    client, campaign, expert
):
    decide(expert)
    build(client, campaign)

    page = sign(client, campaign, reference=str(ReferenceStandard.objects.get().id)).content.decode()
    undo_last(campaign=campaign, reader=expert, undo_id=campaign.id)
    later = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()

    assert "Holds" in page
    assert expert.user.get_username() in page
    assert "Out of date: something changed since" in later


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "another"}, "This is not your password"),
        ({"password": ""}, "This field is required"),
        ({"meaning": "praised"}, "Select a valid choice"),
        ({"reference": "no id"}, ""),
    ],
    ids=["password", "empty", "meaning", "reference"],
)
def test_what_cannot_be_signed_is_answered_on_the_page(client, campaign, fields, words):
    answer = sign(client, campaign, **fields)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not SignOff.objects.exists()


def test_a_version_of_another_campaign_is_not_signed(client, campaign, expert):
    other = make_readings([{}, {}])[0].assignment.campaign
    find_disagreements(other)
    build(client, other)

    page = sign(client, campaign, reference=str(ReferenceStandard.objects.get().id)).content.decode()

    assert "does not belong to the campaign" in page
    assert not SignOff.objects.exists()


def test_page_says_that_corrections_of_reviews_are_no_part_of_it(client, expert, campaign):
    before = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()
    reading = make_reading(campaign, make_reader())
    make_correction(reading, expert)
    accept(reading, expert)

    after = client.get(reverse("campaign_reference", args=[campaign.id])).content.decode()

    assert "What experts corrected in exam reviews is no part of it" in before
    assert "What experts corrected in exam reviews (1 image of this campaign) is no part of it" in after


def test_more_images_versions_and_signatures_take_no_more_queries(client, campaign, expert):
    decide(expert)
    build(client, campaign)
    sign(client, campaign)
    counts = []
    for count in (1, 3):
        for _ in range(count - 1):
            make_readings([{"bac": AGREED}, {"bac": AGREED}], campaign=campaign)
            find_disagreements(campaign)
            build(client, campaign)
            sign(client, campaign)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(reverse("campaign_reference", args=[campaign.id]))
        assert [len(page.context[name]) for name in ("references", "signatures")] == [count, count]
        counts.append(len(queries))

    assert counts[0] == counts[1]
