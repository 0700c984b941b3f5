from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.notice import choose_emails, chosen_events, events_for, notify
from annotations.domain.webhook import create_webhook, end_webhook
from annotations.enums import EmailPace, NoticeEvent, Role
from annotations.models import NoticeDelivery
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

CALLS = {
    "exam_submitted": "adjudicator",
    "adjudication_waiting": "adjudicator",
    "batch_done": "administrator",
    "campaign_done": "administrator",
    "review_returned": "the reader",
    "gate_opened": "the reader",
}


@pytest.fixture(autouse=True)
def _mail_server_named(settings):
    settings.EMAIL_HOST = "mail.example"
    settings.WEBHOOK_HOSTS = ["hook.example"]


def _person(role="reader"):
    person = make_reader(role)
    person.user.email = f"{person.pseudonym}@example.org"
    person.user.save()
    return person


def _on_march(day, hour, minute):
    return datetime(2026, 3, day, hour, minute, tzinfo=timezone.get_default_timezone())


def _called(event):
    return set(NoticeDelivery.objects.filter(event=event).values_list("reader", flat=True))


@pytest.mark.parametrize("event", NoticeEvent.values)
def test_each_event_calls_those_who_go_on_and_nobody_else(event):
    people = {role: _person(role) for role in Role.values}
    people["the reader"] = _person()

    notify(NoticeEvent(event), campaign=make_campaign(), reader=people["the reader"])

    assert _called(event) == {people[CALLS[event]].id}


def test_adjudicator_who_still_reads_in_a_campaign_is_not_told_what_others_submit():
    still_reads, has_read = _person("adjudicator"), _person("adjudicator")
    campaign = make_campaign()
    make_assignment(still_reads, campaign=campaign)

    notify(NoticeEvent.EXAM_SUBMITTED, campaign=campaign)

    assert _called("exam_submitted") == {has_read.id}


def test_person_gets_no_email_she_did_not_choose():
    expert = _person("adjudicator")
    choose_emails(reader=expert, address="me@example.org", events=[NoticeEvent.ADJUDICATION_WAITING])

    for event in (NoticeEvent.EXAM_SUBMITTED, NoticeEvent.ADJUDICATION_WAITING):
        notify(event, campaign=make_campaign())

    assert set(NoticeDelivery.objects.values_list("event", flat=True)) == {"adjudication_waiting"}
    assert chosen_events(expert) == [NoticeEvent.ADJUDICATION_WAITING]


@pytest.mark.parametrize("lacks", ["server", "address", "account"])
def test_no_email_is_queued_that_could_not_be_sent(lacks, settings):
    expert = _person("adjudicator")
    if lacks == "server":
        settings.EMAIL_HOST = ""
    elif lacks == "address":
        expert.user.email = ""
    else:
        expert.user.is_active = False
    expert.user.save()

    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    assert not NoticeDelivery.objects.exists()


def test_equal_events_are_gathered_into_one_email():
    _person("adjudicator")
    campaign = make_campaign()

    for _exam in range(3):
        notify(NoticeEvent.EXAM_SUBMITTED, campaign=campaign)
    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    assert sorted(NoticeDelivery.objects.values_list("count", flat=True)) == [1, 3]


@pytest.mark.parametrize(
    ("pace", "goes_out"),
    [
        (None, _on_march(2, 15, 3)),
        (EmailPace.HOUR, _on_march(2, 15, 3)),
        (EmailPace.DAY, _on_march(3, 7, 0)),
    ],
)
def test_submitted_exams_are_told_as_often_as_a_person_chose(monkeypatch, pace, goes_out):
    expert = _person("adjudicator")
    if pace:
        choose_emails(reader=expert, address="a@example.org", events=[*NoticeEvent], pace=pace)
    now = _on_march(2, 14, 3)
    monkeypatch.setattr(timezone, "now", lambda: now)

    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    assert NoticeDelivery.objects.get().next_try_at == goes_out


def test_exam_submitted_at_night_is_told_on_the_same_morning(monkeypatch):
    expert = _person("adjudicator")
    choose_emails(
        reader=expert, address="a@example.org", events=[NoticeEvent.EXAM_SUBMITTED], pace=EmailPace.DAY
    )
    now = _on_march(2, 1, 30)
    monkeypatch.setattr(timezone, "now", lambda: now)

    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    morning = _on_march(2, 7, 0)
    assert NoticeDelivery.objects.get().next_try_at == morning


def test_other_events_do_not_wait_and_a_webhook_is_told_of_each_exam(settings):
    expert, lead, campaign = _person("adjudicator"), make_reader("administrator"), make_campaign()
    choose_emails(reader=expert, address="a@example.org", events=[*NoticeEvent], pace=EmailPace.DAY)
    hook = create_webhook(
        address="https://hook.example/all", events=list(NoticeEvent), campaign=None, author=lead
    )

    for event in (NoticeEvent.ADJUDICATION_WAITING, *[NoticeEvent.EXAM_SUBMITTED] * 3):
        notify(event, campaign=campaign)

    soon = timezone.now() + timedelta(minutes=11)
    emails = NoticeDelivery.objects.filter(reader=expert)
    assert emails.get(event="adjudication_waiting").next_try_at < soon
    assert emails.get(event="exam_submitted").count == 3
    assert hook.deliveries.filter(event="exam_submitted").count() == 3


def test_webhook_hears_of_its_events_in_its_campaign_alone():
    lead, campaign = make_reader("administrator"), make_campaign()
    of_all = create_webhook(
        address="https://hook.example/all", events=list(NoticeEvent), campaign=None, author=lead
    )
    of_one = create_webhook(
        address="https://hook.example/one",
        events=[NoticeEvent.BATCH_DONE],
        campaign=campaign,
        author=lead,
    )
    ended = create_webhook(
        address="https://hook.example/x", events=list(NoticeEvent), campaign=None, author=lead
    )
    end_webhook(webhook=ended, reader=lead)

    notify(NoticeEvent.BATCH_DONE, campaign=campaign)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    notify(NoticeEvent.CAMPAIGN_DONE, campaign=campaign)

    assert of_one.deliveries.count() == 1
    assert of_all.deliveries.count() == 3
    assert not ended.deliveries.exists()
    assert ProcrastinateJob.objects.get().task_name == "deliver_notices"


def test_body_of_a_webhook_holds_ids_alone():
    lead = make_reader("administrator")
    create_webhook(address="https://hook.example/", events=list(NoticeEvent), campaign=None, author=lead)
    assignment = make_assignment()

    notify(
        NoticeEvent.EXAM_SUBMITTED,
        campaign=assignment.campaign,
        reader=assignment.reader,
        subject=assignment,
    )

    assert NoticeDelivery.objects.get().body == {
        "event": "exam_submitted",
        "campaign": str(assignment.campaign_id),
        "subject": {"kind": "assignment", "id": str(assignment.id)},
    }


@pytest.mark.parametrize("role", Role.values)
def test_everybody_can_be_called_for_exams_that_were_given_to_her(role):
    assert {NoticeEvent.REVIEW_RETURNED, NoticeEvent.GATE_OPENED} <= set(events_for(role))
