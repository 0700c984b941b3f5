from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from annotations.domain.exam_lease import LEASE
from annotations.domain.next_exam import take_next
from annotations.models import PoolSlot
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(client):
    """Give an exam of a pool to the one reader who is logged in."""
    (reader,) = make_readers(1)
    give_out_exams(make_campaign(), [make_mammogram().study], [reader], is_pool=True)
    client.force_login(reader.user)
    return take_next(reader)


def renew(client, assignment):
    return client.post(reverse("api-exam-lease", args=[assignment.id]), content_type="application/json")


def test_heartbeat_holds_the_exam_for_one_lease_from_now(client, held):
    PoolSlot.objects.update(lease_until=timezone.now() + timedelta(seconds=5))

    answer = renew(client, held)

    until = parse_datetime(answer.json()["lease_until"])
    assert abs(until - timezone.now() - LEASE) < timedelta(seconds=10)
    assert PoolSlot.objects.get().lease_until == until


def test_heartbeat_of_an_exam_that_ended_says_why(client, held):
    held.state, held.ended_at, held.end_reason = "withdrawn", timezone.now(), "Wrong patient."
    held.save()

    answer = renew(client, held)

    assert answer.status_code == 409
    assert answer.json()["code"] == "exam_ended"
    assert "Wrong patient." in answer.json()["message"]


def test_exam_given_by_name_has_no_lease(client, held):
    assignment = make_assignment(held.reader)

    assert renew(client, assignment).json() == {"lease_until": None}


def test_exam_of_another_reader_is_not_there(client, held):
    assert renew(client, make_assignment()).status_code == 404
