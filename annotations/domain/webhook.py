"""Webhooks: addresses outside that hear of hand-overs, each with a secret to know our word by.

The signature is that of the Standard Webhooks specification, version 1 (standardwebhooks.com), so that
receivers find a library for it: HMAC-SHA256 over "id.timestamp.body".
"""

import base64
import hmac
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.domain.webhook_call import check_address
from annotations.enums import DeliveryState, NoticeEvent
from annotations.models import Campaign, NoticeDelivery, Reader, Webhook

PURPOSE = b"tramline webhook, version 1, "


@transaction.atomic
def create_webhook(
    *, address: str, events: list[NoticeEvent], campaign: Campaign | None, author: Reader
) -> Webhook:
    """Add an address that will hear of these events, of one campaign or (None) of all.

    Raises WebhookRefusedError where the address is not https or leads into a private network, unless this
    installation allows it.
    """
    check_address(address)
    webhook = Webhook.objects.create(
        address=address, events=[event.value for event in events], campaign=campaign, author=author
    )
    record_act("create_webhook", actor=author, subject=webhook, address=address, events=webhook.events)
    return webhook


@transaction.atomic
def end_webhook(*, webhook: Webhook, reader: Reader) -> None:
    """Send nothing there any more, not even what waits. A second call changes nothing."""
    if Webhook.objects.filter(id=webhook.id, ended_at=None).update(ended_at=timezone.now()):
        NoticeDelivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING).update(
            state=DeliveryState.DEAD
        )
        record_act("end_webhook", actor=reader, subject=webhook, address=webhook.address)


def secret_of(webhook: Webhook) -> str:
    """Tell the secret that its receiver needs, once: the page shows it when the webhook is made.

    It is derived (HKDF, RFC 5869) from a secret of the installation: no backup of the database has it.
    """
    return "whsec_" + base64.b64encode(_key_of(webhook.id)).decode()


def sign(*, webhook_id: UUID, message_id: str, timestamp_s: int, body: bytes) -> str:
    signed = f"{message_id}.{timestamp_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(_key_of(webhook_id), signed, "sha256")).decode()


def _key_of(webhook_id: UUID) -> bytes:
    pseudorandom = hmac.digest(bytes(32), settings.WEBHOOK_KEY, "sha256")
    return hmac.digest(pseudorandom, PURPOSE + webhook_id.bytes + b"\x01", "sha256")
