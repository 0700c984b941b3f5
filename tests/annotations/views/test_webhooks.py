import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.notice import notify
from annotations.domain.notice_delivery import deliver_due
from annotations.domain.webhook import create_webhook, secret_of
from annotations.enums import NoticeEvent
from annotations.models import NoticeDelivery, Webhook
from tests.factories.assignment import make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_reader("administrator")
    client.force_login(lead.user)
    return lead


def _webhook(lead, settings):
    settings.WEBHOOK_HOSTS = ["hook.example"]
    address = "https://hook.example/"
    return create_webhook(address=address, events=list(NoticeEvent), campaign=None, author=lead)


def test_secret_is_shown_once(client, lead):
    body = {"address": "https://hook.example/", "campaign": "", "events": ["batch_done"]}

    answer = client.post(reverse("webhooks"), body).content.decode()

    secret = secret_of(Webhook.objects.get())
    assert secret in answer
    assert secret not in client.get(reverse("webhooks")).content.decode()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"address": "http://hook.example/"}, "notices go out over https"),
        ({"address": "nonsense"}, "Write the address as"),
        ({"address": "https://a..example/"}, "No host can be called a..example"),
        ({"address": "https://hook.example/é"}, "Write a host in its xn-- form"),
        ({"events": []}, "Tick at least one."),
    ],
)
def test_webhook_that_cannot_be_is_refused_with_the_reason(client, lead, body, reason):
    whole = {"address": "https://hook.example/", "events": ["batch_done"], **body}

    answer = client.post(reverse("webhooks"), whole)

    assert answer.status_code == 400
    assert reason in answer.content.decode()
    assert not Webhook.objects.exists()


def test_log_says_what_went_wrong_and_offers_to_send_again(client, lead, settings):
    _webhook(lead, settings)
    settings.WEBHOOK_HOSTS = []
    notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
    Webhook.objects.update(address="https://127.0.0.1/")
    deliver_due(is_stopping=lambda: False)
    NoticeDelivery.objects.update(state="dead")
    dead = NoticeDelivery.objects.get()

    page = client.get(reverse("webhooks")).content.decode()
    client.post(reverse("send_notice_again", args=[dead.id]))

    assert "leads into a private network and is refused" in page
    assert sorted(NoticeDelivery.objects.values_list("state", flat=True)) == ["dead", "waiting"]
    again = client.post(reverse("send_notice_again", args=[NoticeDelivery.objects.first().id]), follow=True)
    assert "was not given up" in again.content.decode()


def test_webhook_is_ended_by_the_lead(client, lead, settings):
    webhook = _webhook(lead, settings)

    client.post(reverse("end_webhook", args=[webhook.id]))

    assert client.get(reverse("webhooks")).context["webhooks"].count() == 0


def test_three_notices_cost_as_many_queries_as_one(client, lead, settings):
    _webhook(lead, settings)
    counts = []
    for more in (1, 2):
        for _notice in range(more):
            notify(NoticeEvent.BATCH_DONE, campaign=make_campaign())
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("webhooks"))
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_webhooks_are_the_leads_alone(client, role, settings):
    webhook = _webhook(make_reader("administrator"), settings)
    client.force_login(make_reader(role).user)

    assert client.get(reverse("webhooks")).status_code == 403
    assert client.post(reverse("end_webhook", args=[webhook.id])).status_code == 403
