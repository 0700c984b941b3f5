import uuid

import pytest
from django.urls import reverse

from annotations.models import ReadingInterval
from tests.factories.annotation import make_annotation
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def address(annotation):
    return reverse("api-reading-intervals", args=[annotation.id])


def send(client, annotation, *spans_ms):
    intervals = [{"id": uuid.uuid4(), "age_ms": age, "duration_ms": length} for age, length in spans_ms]
    return client.post(address(annotation), {"intervals": intervals}, content_type="application/json")


def test_time_is_added_up_and_read_again(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    added = send(client, annotation, (60_000, 4_000), (20_000, 2_500))

    assert added.json() == {"active_seconds": 6.5}
    assert client.get(address(annotation)).json() == {"active_seconds": 6.5}


@pytest.mark.parametrize("span", [(5_000, 6_000), (5_000, 0), (-1, 1), (2**60, 5), (1.5, 1)])
def test_time_that_cannot_have_been_is_refused(client, span):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)

    response = send(client, annotation, span)

    assert response.status_code == 400
    assert response.json()["code"] in {"reading_interval_refused", "request_not_well_formed"}
    assert not ReadingInterval.objects.exists()


def test_another_readers_time_is_hidden_until_she_has_submitted_and_then_for_experts(client):
    open_one, submitted = make_annotation(), make_annotation(submitted=True)
    client.force_login(make_reader("adjudicator").user)

    assert client.get(address(open_one)).status_code == 404
    assert client.get(address(submitted)).json() == {"active_seconds": 0.0}
    assert send(client, submitted, (10, 5)).json()["code"] == "forbidden"
