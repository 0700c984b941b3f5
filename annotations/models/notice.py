from django.db import models

from annotations.enums import DeliveryState, EmailPace, NoticeEvent

from .base import AppendOnlyRecord, Record
from .campaign import Campaign
from .reader import Reader


class EmailChoice(Record):
    """Which e-mails a person wants; without a row she gets those that call her to do something."""

    reader = models.OneToOneField(Reader, on_delete=models.PROTECT, related_name="email_choice")
    events = models.JSONField(default=list, help_text="Names of events (NoticeEvent)")
    pace = models.CharField(
        max_length=8,
        choices=EmailPace.choices,
        default=EmailPace.HOUR,
        help_text="How often she is told of exams that were submitted",
    )

    def __str__(self) -> str:
        return f"e-mails for {self.reader}"


class Webhook(Record):
    """An address that hears of events. Its secret is told once and stored nowhere: see domain/webhook.py."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.PROTECT,
        related_name="webhooks",
        null=True,
        help_text="Empty: of every one",
    )
    address = models.URLField(max_length=500)
    events = models.JSONField(help_text="Names of events (NoticeEvent)")
    author = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="webhooks")
    ended_at = models.DateTimeField(null=True, help_text="From then on nothing is sent there")

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.address


class NoticeDelivery(Record):
    """One notice on its way to one webhook or to one person's e-mail."""

    event = models.CharField(max_length=32, choices=NoticeEvent.choices)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="notices")
    webhook = models.ForeignKey(Webhook, on_delete=models.PROTECT, related_name="deliveries", null=True)
    reader = models.ForeignKey(Reader, on_delete=models.PROTECT, related_name="notices", null=True)
    body = models.JSONField(
        default=dict, help_text="What a webhook is sent: ids and numbers, nothing of a patient"
    )
    count = models.PositiveIntegerField(default=1, help_text="Equal events that one e-mail tells of")
    state = models.CharField(max_length=16, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0, help_text="Counted at the claim, capped")
    next_try_at = models.DateTimeField(
        help_text="A claim moves it on: who dies while sending is replaced then"
    )

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "notice deliveries"
        constraints = [
            models.CheckConstraint(
                name="notice_goes_to_one",
                condition=models.Q(webhook__isnull=False, reader__isnull=True)
                | models.Q(webhook__isnull=True, reader__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state=DeliveryState.WAITING),
                name="notice_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.campaign}"


class NoticeAttempt(AppendOnlyRecord):
    """One try to deliver a notice, and what came of it."""

    delivery = models.ForeignKey(NoticeDelivery, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(help_text="1, 2, 3 …")
    is_delivered = models.BooleanField()
    status_code = models.PositiveSmallIntegerField(null=True, help_text="Of a webhook's answer, if one came")
    error = models.TextField(blank=True)
    took_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["delivery", "number"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="notice_attempt_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} #{self.number}"
