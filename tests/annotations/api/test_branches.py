import base64
import uuid

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from annotations.enums import Role
from tests.factories.annotation import make_annotation
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_mask():
    mask = np.zeros((64, 48), dtype=bool)
    mask[3:7, 5:9] = True
    return base64.b64encode(make_patch(mask)).decode()


def make_operation(**fields):
    stroke = {
        "id": str(uuid.uuid4()),
        "kind": "mask",
        "label": "bac",
        "tool": "brush",
        "sets": make_mask(),
        "clears": base64.b64encode(make_patch(np.zeros((64, 48), dtype=bool))).decode(),
        "details": {},
        "made_at": timezone.now().isoformat(),
    }
    return {**stroke, **fields}


ANSWER = {"question": "bac_present", "value": "yes"}


def make_other(kind, content, **fields):
    moment = timezone.now().isoformat()
    return {"id": str(uuid.uuid4()), "kind": kind, "content": content, "made_at": moment, **fields}


def post(client, annotation, **fields):
    body = {"id": str(uuid.uuid4()), "reason": "overlap", "base_version": 0, **fields}
    address = reverse("api-annotation-branches", args=[annotation.id])
    return client.post(address, body, content_type="application/json")


def listed(client, annotation):
    return client.get(reverse("api-annotation-branches", args=[annotation.id]))


@pytest.fixture
def annotation(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    return annotation


def test_a_branch_is_stored_acknowledged_and_listed(client, annotation):
    operation, branch = make_operation(), str(uuid.uuid4())

    answer = post(client, annotation, id=branch, operations=[operation])
    again = post(client, annotation, id=branch, operations=[operation])

    assert answer.status_code == 200
    assert answer.json() == again.json() == {"id": branch, "acknowledged": [operation["id"]]}
    [shown] = listed(client, annotation).json()
    assert (shown["id"], shown["reason"], shown["decision"]) == (branch, "overlap", None)
    [stroke] = shown["operations"]
    assert (stroke["id"], stroke["sets"], stroke["tool"]) == (operation["id"], operation["sets"], "brush")


def test_answers_and_findings_are_kept_as_the_page_sends_them(client, annotation):
    finding = {
        "id": str(uuid.uuid4()),
        "label": "microcalcification",
        "shape": "group",
        "points": [[4.5, 3], [9, 3.25], [6, 8]],
        "assessment": "unknown",
        "histology": "",
    }
    contents = [("answer", ANSWER), ("finding", finding), ("finding", {"id": finding["id"], "removed": True})]

    sent = [make_other(kind, content, details={"act": "a"}) for kind, content in contents]
    assert post(client, annotation, operations=sent).status_code == 200

    [shown] = listed(client, annotation).json()
    assert [operation["content"] for operation in shown["operations"]] == [content for _, content in contents]


def test_what_was_not_merged_is_not_noted_as_merged(client, annotation):
    branch = str(uuid.uuid4())
    post(client, annotation, id=branch, operations=[make_operation()])

    address = reverse("api-branch-decisions", args=[branch])
    answer = client.post(address, {"value": "merged"}, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "branch_not_merged")


def test_a_decision_is_shown_with_the_branch(client, annotation):
    branch = str(uuid.uuid4())
    post(client, annotation, id=branch, operations=[make_operation()])

    address = reverse("api-branch-decisions", args=[branch])
    answer = client.post(address, {"value": "left_aside"}, content_type="application/json")

    assert answer.status_code == 200
    [shown] = listed(client, annotation).json()
    assert shown["decision"]["value"] == "left_aside"
    assert shown["decision"]["reader"] == annotation.reader.pseudonym


def test_late_strokes_are_seen_by_an_adjudicator_and_by_no_other_reader(client):
    annotation = make_annotation(submitted=True)
    client.force_login(annotation.reader.user)
    assert post(client, annotation, reason="late", operations=[make_operation()]).status_code == 200

    client.force_login(make_reader(role=Role.ADJUDICATOR).user)
    assert [branch["reason"] for branch in listed(client, annotation).json()] == ["late"]
    client.force_login(make_reader().user)
    assert listed(client, annotation).status_code == 404
    assert post(client, annotation, operations=[make_operation()]).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "because"},
        {"base_version": -1},
        {"operations": [make_operation(sets="no base64")]},
        {"operations": [make_operation(kind="else")]},
        {"operations": [make_other("finding", {"x": {}})]},
        {"operations": [make_other("finding", {"id": str(uuid.uuid4())})]},
        {"operations": [make_other("answer", {"question": "bac_present", "value": "perhaps"})]},
        {"operations": [make_other("answer", {"value": "yes"})]},
        {"operations": [make_other("answer", ANSWER, sets=make_mask())]},
        {"operations": [make_other("mask", ANSWER)]},
        {"operations": [{key: value for key, value in make_operation().items() if key != "label"}]},
    ],
)
def test_what_is_not_well_formed_is_refused_in_words(client, annotation, fields):
    response = post(client, annotation, **{"operations": [make_operation()], **fields})

    assert response.status_code == 400
    assert response.json()["message"]
    assert listed(client, annotation).json() == []
