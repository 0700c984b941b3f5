"""The worker's part of a notice: claimed, tried, tried again later, given up in the end; each try is kept."""

import http.client
import json
import logging
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.notice_email import send_email
from annotations.domain.webhook import sign
from annotations.domain.webhook_call import post
from annotations.enums import DeliveryState
from annotations.errors import ConflictError, WebhookRefusedError
from annotations.jobs import defer_notices
from annotations.models import NoticeAttempt, NoticeDelivery, Reader

logger = logging.getLogger(__name__)

# After the first try, the second … : about a day and a half in all.
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 300, 600, 840)]
MAXIMUM_TRIES = len(WAITS) + 1
# Longer than any try can last; whoever claimed and died is replaced then.
CLAIM = timedelta(minutes=2)
# So that a silent receiver keeps nobody's model waiting: the rest gets a job of its own.
JOB_LIMIT_S = 20.0


@dataclass(frozen=True)
class Outcome:
    is_delivered: bool
    status_code: int | None = None
    error: str = ""


def deliver_due(*, is_stopping: Callable[[], bool]) -> None:
    """Try every notice whose time has come."""
    waiting = NoticeDelivery.objects.filter(state=DeliveryState.WAITING, next_try_at__lte=timezone.now())
    waiting.filter(attempt__gte=MAXIMUM_TRIES).update(state=DeliveryState.DEAD)
    ends_s = time.monotonic() + JOB_LIMIT_S
    for delivery_id in waiting.order_by("next_try_at").values_list("id", flat=True):
        if is_stopping() or time.monotonic() > ends_s:
            defer_notices()
            return
        now = timezone.now()
        if waiting.filter(id=delivery_id).update(attempt=F("attempt") + 1, next_try_at=now + CLAIM):
            _try_once(
                NoticeDelivery.objects.select_related("campaign", "webhook", "reader__user").get(
                    id=delivery_id
                )
            )


def _try_once(delivery: NoticeDelivery) -> None:
    started_s = time.monotonic()
    outcome = _send(delivery)
    NoticeAttempt.objects.create(
        delivery=delivery,
        number=delivery.attempt,
        is_delivered=outcome.is_delivered,
        status_code=outcome.status_code,
        error=outcome.error,
        took_ms=round((time.monotonic() - started_s) * 1000),
    )
    own = NoticeDelivery.objects.filter(id=delivery.id, state=DeliveryState.WAITING, attempt=delivery.attempt)
    if outcome.is_delivered:
        own.update(state=DeliveryState.DELIVERED)
    elif delivery.attempt >= MAXIMUM_TRIES:
        own.update(state=DeliveryState.DEAD)
    else:
        own.update(next_try_at=timezone.now() + WAITS[delivery.attempt - 1])


def _send(delivery: NoticeDelivery) -> Outcome:
    """Send a notice; whatever goes wrong with it is its own try's, and the notices behind it go out."""
    try:
        return _post(delivery) if delivery.webhook else _send_email(delivery)
    except Exception as error:
        logger.exception("notice %s could not be sent", delivery.id)
        return Outcome(is_delivered=False, error=f"It could not be sent: {error or type(error).__name__}.")


def _post(delivery: NoticeDelivery) -> Outcome:
    """Send the signed body; whoever gets it twice (an answer was lost) knows it by its id."""
    webhook = delivery.webhook
    assert webhook is not None  # noqa: S101 - the database holds that a notice goes to one of both
    facts = {**delivery.body, "id": str(delivery.id), "made_at": delivery.created_at.isoformat()}
    body = json.dumps(facts, sort_keys=True).encode()
    timestamp_s, message_id = int(time.time()), str(delivery.id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Tramline",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": sign(
            webhook_id=webhook.id, message_id=message_id, timestamp_s=timestamp_s, body=body
        ),
    }
    try:
        status = post(webhook.address, body=body, headers=headers)
    except WebhookRefusedError as error:
        return Outcome(is_delivered=False, error=error.message)
    except (OSError, http.client.HTTPException) as error:
        return Outcome(is_delivered=False, error=f"No answer: {error or type(error).__name__}.")
    if 200 <= status < 300:
        return Outcome(is_delivered=True, status_code=status)
    return Outcome(is_delivered=False, status_code=status, error=f"The receiver answered {status}.")


def _send_email(delivery: NoticeDelivery) -> Outcome:
    try:
        send_email(delivery)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(is_delivered=False, error=f"The mail server did not take it: {error}.")
    return Outcome(is_delivered=True)


@transaction.atomic
def try_again(*, delivery: NoticeDelivery, reader: Reader) -> NoticeDelivery:
    """Send what was given up as a new notice; the old one and its tries stay in the log."""
    if delivery.state != DeliveryState.DEAD:
        raise ConflictError("This notice was not given up; nothing is to be done again.", code="not_given_up")
    if delivery.webhook is not None and delivery.webhook.ended_at is not None:
        raise ConflictError("The webhook of this notice was ended; make a new one.", code="webhook_ended")
    again = NoticeDelivery.objects.create(
        event=delivery.event,
        campaign=delivery.campaign,
        webhook=delivery.webhook,
        reader=delivery.reader,
        body=delivery.body,
        count=delivery.count,
        next_try_at=timezone.now(),
    )
    record_act("try_notice_again", actor=reader, subject=delivery, anew=str(again.id))
    defer_notices()
    return again
