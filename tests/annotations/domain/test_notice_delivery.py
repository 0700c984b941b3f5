import base64
import hmac
import json
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.domain.notice import choose_emails, notify
from annotations.domain.notice_delivery import MAXIMUM_TRIES, WAITS, deliver_due, try_again
from annotations.domain.webhook import create_webhook, end_webhook, secret_of
from annotations.enums import NoticeEvent
from annotations.errors import ConflictError
from annotations.models import NoticeAttempt, NoticeDelivery, Webhook
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.reader import make_reader
from tests.factories.receiver import receiving_mail, receiving_webhooks

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings):
    with receiving_webhooks() as received:
        settings.WEBHOOK_HOSTS = [f"127.0.0.1:{received.port}"]
        yield received


@pytest.fixture
def mailbox(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    with receiving_mail() as box:
        settings.EMAIL_PORT = box.port
        yield box


def _webhook(receiver):
    return create_webhook(
        address=f"http://127.0.0.1:{receiver.port}/hook?from=tramline",
        events=list(NoticeEvent),
        campaign=None,
        author=make_reader("administrator"),
    )


def _deliver():
    """Let the worker try whatever waits, though its time has not come."""
    NoticeDelivery.objects.filter(state="waiting").update(next_try_at=timezone.now())
    deliver_due(is_stopping=lambda: False)
    return NoticeDelivery.objects.first()


def _expected_signature(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()


def test_receiver_knows_our_word_by_its_secret(receiver):
    webhook, assignment = _webhook(receiver), make_assignment()
    notify(NoticeEvent.EXAM_SUBMITTED, campaign=assignment.campaign, subject=assignment)

    delivery = _deliver()

    [(path, headers, body)] = receiver.requests
    assert path == "/hook?from=tramline"
    assert headers["webhook-signature"] == _expected_signature(secret_of(webhook), headers, body)
    assert abs(time.time() - int(headers["webhook-timestamp"])) < 60
    assert json.loads(body)["subject"]["id"] == str(assignment.id)
    assert json.loads(body)["id"] == headers["webhook-id"] == str(delivery.id)
    assert delivery.state == "delivered"


def test_another_webhook_has_another_secret(receiver):
    assert secret_of(_webhook(receiver)) != secret_of(_webhook(receiver))


def test_refused_notice_is_tried_again_later_and_later_with_the_same_id(receiver):
    _webhook(receiver)
    receiver.answers = [500, 503, 200]
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())

    waits = []
    for _try in range(2):
        delivery = _deliver()
        waits.append(delivery.next_try_at - timezone.now())
    delivery = _deliver()

    assert len({headers["webhook-id"] for _, headers, _ in receiver.requests}) == 1
    for wait, planned in zip(waits, WAITS, strict=False):
        assert planned - timedelta(seconds=5) < wait <= planned
    attempts = delivery.attempts.values_list("number", "is_delivered", "status_code")
    assert list(attempts) == [(1, False, 500), (2, False, 503), (3, True, 200)]


def test_notice_is_given_up_after_the_last_try_and_can_be_sent_anew(receiver):
    _webhook(receiver)
    receiver.answers = [500] * MAXIMUM_TRIES
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())

    for _try in range(MAXIMUM_TRIES + 1):
        dead = _deliver()

    assert (dead.state, dead.attempts.count()) == ("dead", MAXIMUM_TRIES)
    anew = try_again(delivery=dead, reader=make_reader("administrator"))
    _deliver()
    anew.refresh_from_db()
    assert anew.state == "delivered"
    with pytest.raises(ConflictError, match="was not given up"):
        try_again(delivery=anew, reader=make_reader("administrator"))


def test_notice_is_not_tried_before_its_time(receiver):
    _webhook(receiver)
    receiver.answers = [500]
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())

    for _minute in range(3):
        deliver_due(is_stopping=lambda: False)

    assert len(receiver.requests) == 1


def test_worker_that_died_while_sending_is_replaced_and_its_try_counts(receiver):
    _webhook(receiver)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    NoticeDelivery.objects.update(attempt=1, next_try_at=timezone.now() - timedelta(seconds=1))

    deliver_due(is_stopping=lambda: False)

    assert NoticeAttempt.objects.get().number == 2
    assert NoticeDelivery.objects.get().state == "delivered"


def test_worker_that_dies_at_every_try_comes_to_an_end(receiver):
    _webhook(receiver)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    NoticeDelivery.objects.update(attempt=MAXIMUM_TRIES)

    assert _deliver().state == "dead"
    assert receiver.requests == []


def test_worker_that_is_stopped_leaves_the_rest_to_the_next(receiver):
    _webhook(receiver)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())

    deliver_due(is_stopping=lambda: True)

    assert NoticeDelivery.objects.get().state == "waiting"


def test_ended_webhook_gets_nothing_not_even_what_waited(receiver):
    webhook = _webhook(receiver)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    end_webhook(webhook=webhook, reader=webhook.author)

    delivery = _deliver()

    assert (receiver.requests, delivery.state) == ([], "dead")
    with pytest.raises(ConflictError, match="was ended"):
        try_again(delivery=delivery, reader=webhook.author)


@pytest.mark.parametrize(
    "address",
    [f"https://{'a' * 70}.example/x", "https://a..example/", "https://hook.example/é", "https://[::1/"],
    ids=["long_label", "two_dots", "letter", "bracket"],
)
def test_address_that_cannot_be_called_holds_up_no_other(receiver, address):
    odd = _webhook(receiver)
    Webhook.objects.filter(id=odd.id).update(address=address)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    _webhook(receiver)
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())

    _deliver()

    assert len(receiver.requests) == 1
    for attempt in NoticeAttempt.objects.filter(delivery__webhook=odd):
        assert not attempt.is_delivered
        assert attempt.error
    assert NoticeDelivery.objects.filter(webhook=odd, attempts__isnull=False).count() == 2


def test_email_that_cannot_be_written_holds_up_no_other(receiver, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "nowhere.Backend", "127.0.0.1"
    choose_emails(reader=make_reader("adjudicator"), address="no@example.org", events=list(NoticeEvent))
    _webhook(receiver)
    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    _deliver()

    assert len(receiver.requests) == 1
    assert "could not be sent" in NoticeAttempt.objects.get(delivery__webhook=None).error


def test_email_says_how_many_exams_wait_and_where_and_nothing_of_patients(mailbox, settings):
    settings.PUBLIC_URL = "https://tramline.example"
    expert = make_reader("adjudicator")
    choose_emails(reader=expert, address="expert@example.org", events=list(NoticeEvent))
    assignment = make_assignment()
    for _exam in range(2):
        notify(NoticeEvent.EXAM_SUBMITTED, campaign=assignment.campaign, subject=assignment)

    _deliver()

    [mail] = mailbox.mails
    assert "To: expert@example.org" in mail
    assert "2 exams submitted" in mail
    assert "https://tramline.example/" in mail
    for secret in (assignment.study.patient.code, assignment.reader.pseudonym, str(assignment.id)):
        assert secret not in mail


def test_email_that_the_server_refuses_is_tried_again(mailbox):
    mailbox.refuses = True
    choose_emails(reader=make_reader("adjudicator"), address="no@example.org", events=list(NoticeEvent))
    notify(NoticeEvent.EXAM_SUBMITTED, campaign=make_campaign())

    delivery = _deliver()

    assert delivery.state == "waiting"
    assert "nobody of this name" in delivery.attempts.get().error
