"""The words of an e-mail: which campaign, what waits, where to go on. No patient, no label, no name."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import NoReverseMatch, reverse

from annotations.enums import NoticeEvent
from annotations.models import NoticeDelivery

# What happened, in one sentence, and the page on which to go on.
TEXTS = {
    NoticeEvent.EXAM_SUBMITTED: ("{exams} submitted and can be reviewed.", "campaign_reviews"),
    NoticeEvent.REVIEW_RETURNED: ("{exams} of yours came back from review, with a comment.", "worklist"),
    NoticeEvent.GATE_OPENED: ("Your first exams are reviewed. The rest is open to you now.", "worklist"),
    NoticeEvent.BATCH_DONE: ("The last exam of a batch was read.", "campaign_board"),
    NoticeEvent.CAMPAIGN_DONE: ("The last exam was read.", "campaign_board"),
    NoticeEvent.ADJUDICATION_WAITING: ("Disagreements wait to be resolved.", "campaign_adjudication"),
}


def send_email(delivery: NoticeDelivery) -> None:
    """Hand a notice to the mail server; raises OSError or SMTPException where it does not take it."""
    assert delivery.reader is not None  # noqa: S101 - the caller sends e-mails to people alone
    sentence, page = TEXTS[NoticeEvent(delivery.event)]
    exams = "An exam" if delivery.count == 1 else f"{delivery.count} exams"
    happened = sentence.format(exams=exams)
    lines = [
        f"Campaign {delivery.campaign}: {happened}",
        "",
        f"Go on here: {_link(page, delivery)}",
        "",
        f"You choose which e-mails you get: {_link('notices', delivery)}",
        "Tramline. Research use only.",
    ]
    EmailMessage(
        subject=f"Tramline: {happened}",
        body="\n".join(lines),
        to=[delivery.reader.user.email],
        headers={"Message-ID": f"<{delivery.id}@tramline>", "Auto-Submitted": "auto-generated"},
    ).send()


def _link(page: str, delivery: NoticeDelivery) -> str:
    try:
        path = reverse(page, args=[delivery.campaign_id] if page.startswith("campaign_") else [])
    except NoReverseMatch:
        path = reverse("worklist")
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else f"the page {path} of your Tramline"
