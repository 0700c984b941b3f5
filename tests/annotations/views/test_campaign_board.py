import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.models import Assignment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

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
