"""Whom a review calls, and whom not."""

import pytest

from annotations.models import NoticeDelivery
from tests.factories.assignment import make_campaign
from tests.factories.exam_review import accept, make_reading, send_back, submit
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(settings):
    """Make a reader who can be reached by e-mail."""
    settings.EMAIL_HOST = "mail.example"
    reader = make_reader()
    reader.user.email = "reader@example.org"
    reader.user.save()
    return reader


def called(reader):
    return list(NoticeDelivery.objects.filter(reader=reader).values_list("event", flat=True))


def test_reader_is_called_when_an_exam_comes_back_and_when_the_gate_opens(reader):
    campaign, expert = make_campaign(), make_reader("adjudicator")
    campaign.gate_exams = 1
    campaign.save()
    reading = make_reading(campaign, reader)
    send_back(reading, expert)
    after_return = called(reader)
    submit(reading.annotations.get(state="open"))
    accept(reading, expert)

    assert after_return == ["review_returned"]
    assert sorted(called(reader)) == ["gate_opened", "review_returned"]


def test_acceptance_that_opens_no_gate_calls_nobody(reader):
    accept(make_reading(make_campaign(), reader), make_reader("adjudicator"))

    assert called(reader) == []
