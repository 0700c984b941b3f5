import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.domain.campaign import join
from annotations.domain.campaign_reader import remove_reader
from annotations.domain.exam_end import skip_exam
from annotations.models import Assignment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db


def _board(client, campaign):
    return client.get(reverse("campaign_board", args=[campaign.id]))


def _fill(campaign):
    """Add a reader who has read one exam, has begun one that is stuck, skipped one, and has one left."""
    reader = make_reader()
    exams = [make_assignment(reader, campaign=campaign) for _exam in range(4)]
    make_annotation(make_mammogram(study=exams[0].study), assignment=exams[0], submitted=True)
    make_annotation(make_mammogram(study=exams[1].study), assignment=exams[1])
    Assignment.objects.filter(id=exams[1].id).update(due_on="2020-01-01")
    Assignment.objects.filter(id=exams[2].id).update(
        state="skipped", ended_at=timezone.now(), end_reason="Blurred."
    )


def test_three_readers_cost_as_many_queries_as_one(client):
    client.force_login(make_reader("administrator").user)
    campaign, counts = make_campaign(), []
    for more in (1, 2):
        for _reader in range(more):
            _fill(campaign)
        cache.clear()  # what was counted slowly is kept for a minute
        with CaptureQueriesContext(connection) as queries:
            answer = _board(client, campaign)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    page = answer.content.decode()
    assert "Go to the oldest stuck exam" in page
    assert page.count("Blurred.") == 3


def test_empty_campaign_says_what_comes_next(client):
    client.force_login(make_reader("administrator").user)

    assert "No exam is given out yet" in _board(client, make_campaign()).content.decode()


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_board_is_the_leads_alone(client, role):
    client.force_login(make_reader(role).user)

    assert _board(client, make_campaign()).status_code == 403


def _stuck(campaign, reader):
    stuck = make_assignment(reader, campaign=campaign)
    Assignment.objects.filter(id=stuck.id).update(due_on="2020-01-01")
    return stuck


def test_a_stuck_exam_is_given_to_another_reader_on_the_board(client):
    client.force_login(make_reader("administrator").user)
    campaign, (one, two) = make_campaign(), [make_reader(), make_reader()]
    join(campaign, [one, two])
    stuck = _stuck(campaign, one)

    before = _board(client, campaign).content.decode()
    answer = client.post(
        reverse("give_exam", args=[campaign.id]), {"exam": stuck.id, "reader": two.id}, follow=True
    ).content.decode()

    assert f'<option value="{two.id}">' in before
    assert f'<option value="{one.id}">' not in before
    assert f"{two.pseudonym} reads {stuck.study.patient.code} now" in answer
    assert Assignment.objects.get(reader=two).state == "open"
    assert "Nobody is left who has not had it" in answer


def test_an_exam_of_another_campaign_is_not_given(client):
    client.force_login(make_reader("administrator").user)
    campaign, reader = make_campaign(), make_reader()
    join(campaign, [reader])
    elsewhere = _stuck(make_campaign(), make_reader())

    answer = client.post(
        reverse("give_exam", args=[campaign.id]), {"exam": elsewhere.id, "reader": reader.id}, follow=True
    ).content.decode()

    assert "Not given. Choose a reader of this campaign" in answer
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"shares": {2: 1.0}}, "The plan still lacks 4 readings"),
        ({"is_pool": True}, "its pool holds 2 readings"),
    ],
)
def test_board_says_what_has_no_reader_and_leads_to_the_plan(client, asked, words):
    lead, campaign, readers = make_reader("administrator"), make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(2), readers, **asked)
    for reader in readers:
        remove_reader(campaign=campaign, reader=reader, reason="Gone", actor=lead)
    client.force_login(lead.user)

    page = _board(client, campaign).content.decode()
    notice = page[page.index("notice-warning") :].split("</p>")[0]

    assert words in notice
    assert reverse("campaign_plan", args=[campaign.id]) in notice
    assert "Nothing is left to read" not in page
    assert page.count("left the campaign on") == (0 if "is_pool" in asked else 2)


def test_board_says_what_was_skipped_by_all_who_could_read_it(client):
    client.force_login(make_reader("administrator").user)
    campaign, (reader,) = make_campaign(), make_readers(1)
    give_out_exams(campaign, make_studies(2), [reader], shares={})
    skip_exam(assignment=campaign.assignments.first(), reader=reader, reason="Blurred.")

    page = _board(client, campaign).content.decode()

    assert "1 reading was skipped, and no reader of this campaign is left who has not had the exam." in page
    assert "The plan still lacks" not in page
