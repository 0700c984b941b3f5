"""Hand-overs are told: to people by e-mail, to machines by webhook. `notify` is all that others call."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from annotations import rules
from annotations.domain.audit import record_act
from annotations.enums import EmailPace, NoticeEvent, Role
from annotations.jobs import defer_notices
from annotations.models import Assignment, Campaign, EmailChoice, NoticeDelivery, Reader, Record, Webhook

# One e-mail tells of all equal events of this time: nobody reads a hundred. Exams are submitted all day long,
# so whoever reviews them says how often she wants to hear of it.
EMAIL_GATHERS = timedelta(minutes=10)
HOUR = timedelta(hours=1)
MORNING = 7  # o'clock, where the installation is

# Who goes on when it happens; an event that is not here calls the one reader whom it concerns.
CALLED_ROLE = {
    NoticeEvent.EXAM_SUBMITTED: Role.ADJUDICATOR,
    NoticeEvent.ADJUDICATION_WAITING: Role.ADJUDICATOR,
    NoticeEvent.BATCH_DONE: Role.ADMINISTRATOR,
    NoticeEvent.CAMPAIGN_DONE: Role.ADMINISTRATOR,
}


def events_for(role: str) -> list[NoticeEvent]:
    """List what a person of this role can be called for; anybody can be given exams to read."""
    return [event for event in NoticeEvent if CALLED_ROLE.get(event, role) == role]


def notify(
    event: NoticeEvent,
    *,
    campaign: Campaign,
    reader: Reader | None = None,
    subject: Record | None = None,
) -> None:
    """Queue a notice to whoever should hear of an event; call inside the transaction of the event itself.

    `reader` is the person whose exams it concerns, `subject` what it is about. What is sent holds ids alone.
    """
    for person in _people_called(event, campaign=campaign, reader=reader):
        _gather_email(event, campaign=campaign, person=person)
    webhooks = Webhook.objects.filter(
        Q(campaign=None) | Q(campaign=campaign), ended_at=None, events__contains=[event.value]
    )
    deliveries = [
        NoticeDelivery(
            event=event,
            campaign=campaign,
            webhook=webhook,
            body=_body(event, campaign=campaign, subject=subject),
            next_try_at=timezone.now(),
        )
        for webhook in webhooks
    ]
    if deliveries:
        NoticeDelivery.objects.bulk_create(deliveries)
        defer_notices()


def _people_called(event: NoticeEvent, *, campaign: Campaign, reader: Reader | None) -> QuerySet[Reader]:
    """Give the people with an e-mail address who want to be called; nobody where no e-mail can be sent."""
    if not settings.EMAIL_HOST:
        return Reader.objects.none()
    refusing = EmailChoice.objects.exclude(events__contains=[event.value])
    people = (
        Reader.objects.filter(user__is_active=True).exclude(user__email="").exclude(email_choice__in=refusing)
    )
    role = CALLED_ROLE.get(event)
    if role is None:
        return people.filter(pk=reader.pk) if reader else people.none()
    still_reading = rules.unfinished(Assignment.objects.filter(campaign=campaign)).values("reader")
    is_result = role == Role.ADJUDICATOR
    return people.filter(role=role).exclude(id__in=still_reading) if is_result else people.filter(role=role)


def _gather_email(event: NoticeEvent, *, campaign: Campaign, person: Reader) -> None:
    unsent = NoticeDelivery.objects.filter(
        event=event, campaign=campaign, reader=person, state="waiting", attempt=0
    )
    if not unsent.update(count=F("count") + 1):
        NoticeDelivery.objects.create(
            event=event, campaign=campaign, reader=person, next_try_at=_email_time(event, person)
        )


def _email_time(event: NoticeEvent, person: Reader) -> datetime:
    """Say when an e-mail that begins to gather now goes out."""
    now = timezone.localtime()
    if event != NoticeEvent.EXAM_SUBMITTED:
        return now + EMAIL_GATHERS
    if chosen_pace(person) == EmailPace.HOUR:
        return now + HOUR
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning if now < morning else morning + timedelta(days=1)


def _body(event: NoticeEvent, *, campaign: Campaign, subject: Record | None) -> dict[str, object]:
    body: dict[str, object] = {"event": event.value, "campaign": str(campaign.id)}
    if subject is not None:
        body["subject"] = {"kind": type(subject).__name__.lower(), "id": str(subject.pk)}
    return body


def choose_emails(
    *, reader: Reader, address: str, events: list[NoticeEvent], pace: str = EmailPace.HOUR
) -> None:
    """Remember where a person wants her e-mails, of which events, and how often of submitted exams.

    What gathers already goes out when it was to.
    """
    reader.user.email = address
    reader.user.save(update_fields=["email"])
    EmailChoice.objects.update_or_create(
        reader=reader, defaults={"events": [event.value for event in events], "pace": pace}
    )
    values = [event.value for event in events]
    record_act("choose_emails", actor=reader, subject=reader, events=values, pace=pace)


def chosen_pace(reader: Reader) -> str:
    choice = EmailChoice.objects.filter(reader=reader).first()
    return EmailPace.HOUR if choice is None else choice.pace


def chosen_events(reader: Reader) -> list[NoticeEvent]:
    choice = EmailChoice.objects.filter(reader=reader).first()
    offered = events_for(reader.role)
    return offered if choice is None else [event for event in offered if event.value in choice.events]
