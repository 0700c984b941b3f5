import uuid

import pytest
from django.urls import reverse

from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_square
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def get(client, annotation, query="row=5&column=6"):
    return client.get(f"{reverse('api-annotation-provenance', args=[annotation])}?{query}")


@pytest.fixture
def annotation(client):
    annotation = make_annotation(labels={"bac": make_square(4, 4)})
    client.force_login(annotation.reader.user)
    return annotation


def test_provenance_tells_who_drew_what_and_when(client, annotation):
    answer = get(client, annotation.id)

    assert answer.status_code == 200
    (change,) = answer.json()["changes"]
    assert change.pop("made_at")
    assert change == {
        "annotation": str(annotation.id),
        "sequence": 1,
        "reader": annotation.reader.pseudonym,
        "is_own": True,
        "label": "bac",
        "is_set": True,
        "tool": "brush",
        "details": {},
        "model": None,
        "correction": None,
    }
    assert answer.json()["left_out"] == 0


@pytest.mark.parametrize(
    "query", ["", "row=1", "row=x&column=1", "row=1.5&column=1", "row=64&column=1", "row=-1&column=1"]
)
def test_provenance_of_no_pixel_is_refused(client, annotation, query):
    assert get(client, annotation.id, query).status_code == 400


def test_provenance_of_what_one_may_not_see_is_not_found(client, annotation):
    assert get(client, uuid.uuid4()).status_code == 404
    for role in ("reader", "adjudicator", "data_scientist", "administrator"):
        client.force_login(make_reader(role=role).user)
        assert get(client, annotation.id).status_code == 404
