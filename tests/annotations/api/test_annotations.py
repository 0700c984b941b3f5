import base64
import json
import uuid

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from annotations.enums import ReadingState
from annotations.models import AnnotationOperation
from annotations.validators.operation import MAXIMUM_DETAILS_BYTES, MAXIMUM_OPERATIONS, MAXIMUM_PATCH_BYTES
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.operations import make_answer, make_patch, make_stroke, operation_to_json
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_square(rows=64, columns=48):
    mask = np.zeros((rows, columns), dtype=bool)
    mask[3:7, 5:9] = True
    return mask


def address(annotation, act=None):
    if act is None:
        return reverse("api-annotation", args=[annotation.id])
    return reverse(f"api-annotation-{act}", args=[annotation.id])


def post(client, annotation, act, body):
    return client.post(address(annotation, act), body, content_type="application/json")


@pytest.fixture
def annotation(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    return annotation


def test_annotation_shows_masks_that_decode_to_what_was_drawn(client):
    annotation = make_annotation(labels={"bac": make_square()}, answer="uncertain")
    client.force_login(annotation.reader.user)

    answer = client.get(address(annotation)).json()

    drawn = masks.decode(base64.b64decode(answer["masks"]["bac"].pop("runs")))
    np.testing.assert_array_equal(masks.to_dense(drawn), make_square())
    del answer["masks"]["microcalcification"]["runs"]
    assert answer.pop("findings") == []
    empty = masks.digest(masks.empty(64, 48))
    assert answer == {
        "id": str(annotation.id),
        "mammogram": str(annotation.mammogram_id),
        "assignment": str(annotation.assignment_id),
        "reader": annotation.reader.pseudonym,
        "state": "open",
        "algorithm_type": "MANUAL",
        "derived_from": None,
        "version": 2,
        "active_seconds": 0.0,
        "exam_ended": False,
        "answers": {"bac_present": "uncertain"},
        "masks": {
            "bac": {"sha256": masks.digest(drawn), "area_px": 16},
            "microcalcification": {"sha256": empty, "area_px": 0},
        },
    }


def test_operations_are_stored_and_answered_with_digests(client, annotation):
    stroke, answer = make_stroke(make_patch(make_square()), details={"radius_px": 4.5}), make_answer("no")

    response = post(
        client,
        annotation,
        "operations",
        {"base_version": 0, "operations": [operation_to_json(stroke), operation_to_json(answer)]},
    )

    saved = response.json()
    assert response.status_code == 200
    assert saved.pop("saved_at")
    assert saved == {
        "version": 2,
        "acknowledged": [str(stroke.id), str(answer.id)],
        "masks": {
            "bac": {"sha256": masks.digest(masks.from_dense(make_square())), "area_px": 16},
            "microcalcification": {"sha256": masks.digest(masks.empty(64, 48)), "area_px": 0},
        },
    }
    stored = AnnotationOperation.objects.get(id=stroke.id)
    assert (bytes(stored.patch), stored.details, stored.made_at) == (
        stroke.patch,
        {"radius_px": 4.5},
        stroke.made_at,
    )


def test_operations_sent_again_as_they_were_get_the_same_answer(client, annotation):
    body = {"base_version": 0, "operations": [operation_to_json(make_stroke(make_patch(make_square())))]}

    first = post(client, annotation, "operations", body).json()
    second = post(client, annotation, "operations", body).json()

    assert {**second, "saved_at": first["saved_at"]} == first


def test_operations_onto_an_old_version_are_refused_with_the_new_one_and_what_is_stored(client, annotation):
    stored, fresh = operation_to_json(make_answer()), operation_to_json(make_answer())
    post(client, annotation, "operations", {"base_version": 0, "operations": [stored]})

    response = post(
        client, annotation, "operations", {"base_version": 0, "operations": [stored, fresh, fresh]}
    )

    answer = response.json()
    assert response.status_code == 409
    assert (answer["code"], answer["version"], answer["stored"]) == ("stale_version", 1, [str(stored["id"])])
    assert set(answer) == {"code", "message", "version", "stored"}


def test_operations_that_change_nothing_are_stored(client, annotation):
    """A stroke made anew on a mask that has its pixels already is still what the reader did."""
    nothing = operation_to_json(make_stroke(make_patch(np.zeros((64, 48), dtype=bool))))

    response = post(client, annotation, "operations", {"base_version": 0, "operations": [nothing]})

    assert (response.status_code, response.json()["version"]) == (200, 1)


def test_submit_answers_like_get_and_closes_the_annotation(client):
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")
    client.force_login(annotation.reader.user)

    response = post(client, annotation, "submit", {"version": 2})

    assert response.status_code == 200
    assert response.json() == client.get(address(annotation)).json()
    assert response.json()["state"] == "submitted"
    late = post(
        client,
        annotation,
        "operations",
        {"base_version": 2, "operations": [operation_to_json(make_answer())]},
    )
    assert (late.status_code, late.json()["code"]) == (409, "annotation_submitted")


def test_submit_compares_the_masks_on_the_screen(client):
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")
    client.force_login(annotation.reader.user)
    masks_shown = client.get(address(annotation)).json()["masks"]
    shown = {label: mask["sha256"] for label, mask in masks_shown.items()}

    refused = post(client, annotation, "submit", {"version": 2, "masks": shown | {"bac": "0" * 64}})
    assert (refused.status_code, refused.json()["code"]) == (409, "mask_digest_mismatch")

    assert post(client, annotation, "submit", {"version": 2, "masks": shown}).status_code == 200


@pytest.mark.parametrize(("version", "code"), [(0, "answer_missing"), (7, "stale_version")])
def test_submit_before_its_time_is_refused(client, annotation, version, code):
    response = post(client, annotation, "submit", {"version": version})

    assert (response.status_code, response.json()["code"]) == (409, code)
    annotation.refresh_from_db()
    assert annotation.state == ReadingState.OPEN


# Who may see whose annotation: own always, experts what is submitted.
@pytest.mark.parametrize(
    ("role", "is_submitted", "status"),
    [
        ("reader", False, 404),
        ("reader", True, 404),
        ("administrator", True, 404),
        ("adjudicator", False, 404),
        ("adjudicator", True, 200),
        ("data_scientist", False, 404),
        ("data_scientist", True, 200),
    ],
)
def test_annotation_of_another_reader(client, role, is_submitted, status):
    annotation = make_annotation(submitted=is_submitted)
    client.force_login(make_reader(role).user)

    response = client.get(address(annotation))

    assert response.status_code == status
    if status == 404:
        assert response.json()["code"] == "not_found"


@pytest.mark.parametrize("act", ["operations", "submit"])
@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist", "administrator"])
def test_annotation_of_another_reader_cannot_be_written(client, role, act):
    annotation = make_annotation(labels={"bac": make_square()}, answer="yes")
    client.force_login(make_reader(role).user)
    body = {"base_version": 2, "version": 2, "operations": [operation_to_json(make_answer())]}

    response = post(client, annotation, act, body)

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    annotation.refresh_from_db()
    assert (annotation.version, annotation.state) == (2, "open")


def test_a_submitted_annotation_that_an_expert_sees_is_not_hers_to_write(client):
    annotation = make_annotation(submitted=True)
    client.force_login(make_reader("adjudicator").user)

    body = {"base_version": 1, "operations": [operation_to_json(make_answer())]}
    response = post(client, annotation, "operations", body)

    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_annotation_for_nobody_asks_to_log_in(client):
    response = client.get(address(make_annotation()))

    assert response.status_code == 403
    assert set(response.json()) == {"code", "message"}


def test_annotation_that_does_not_exist_is_not_found(client, annotation):
    response = client.get(reverse("api-annotation", args=[uuid.uuid4()]))

    assert (response.status_code, response.json()["code"]) == (404, "not_found")


STROKE = operation_to_json(make_stroke(make_patch(make_square())))
ANSWER = operation_to_json(make_answer())


def encode(data):
    return base64.b64encode(data).decode()


def without(operation, key):
    return {name: value for name, value in operation.items() if name != key}


HOSTILE_BODIES = {
    "not an object": [],
    "null": None,
    "a number": 7,
    "a text": "operations",
    "empty": {},
    "no base version": {"operations": [STROKE]},
    "no operations": {"base_version": 0},
    "base version null": {"base_version": None, "operations": [STROKE]},
    "base version negative": {"base_version": -1, "operations": [STROKE]},
    "base version huge": {"base_version": 10**30, "operations": [STROKE]},
    "base version of 5000 digits": '{"base_version": ' + "9" * 5000 + ', "operations": []}',
    "base version a list": {"base_version": [0], "operations": [STROKE]},
    "base version a fraction": {"base_version": 0.5, "operations": [STROKE]},
    "base version true": {"base_version": True, "operations": [STROKE]},
    "operations null": {"base_version": 0, "operations": None},
    "operations an object": {"base_version": 0, "operations": {"0": STROKE}},
    "operations a text": {"base_version": 0, "operations": "brush"},
    "operations of nulls": {"base_version": 0, "operations": [None]},
    "operations of lists": {"base_version": 0, "operations": [[STROKE]]},
    "too many operations": {"base_version": 0, "operations": [STROKE] * (MAXIMUM_OPERATIONS + 1)},
    "infinite number": '{"base_version": Infinity, "operations": []}',
    "number beyond a float": '{"base_version": 0, "operations": [], "x": 1e999}',
    "cut short": '{"base_version": 0, "operations": [',
    "not UTF-8": b'{"base_version": 0, "operations": "\xff"}',
    "half character": r'{"base_version": 0, "operations": "\ud800"}',
    "bottomless nesting": "[" * 200_000,
    "bottomless details": '{"base_version": 0, "operations": ' + '{"a":' * 200_000,
    "nothing": b"",
}

HOSTILE_FIELDS = [
    ("id", None),
    ("id", ""),
    ("id", "brush-1"),
    ("id", "\x00"),
    ("id", 10**50),
    ("id", -1),
    ("id", {}),
    ("id", ["a"]),
    ("kind", None),
    ("kind", "delete"),
    ("kind", ["mask"]),
    ("kind", "mask\x00"),
    ("kind", "answer"),
    ("label", None),
    ("label", ""),
    ("label", "vein"),
    ("label", {"bac": 1}),
    ("tool", None),
    ("tool", "correction"),
    ("tool", 3),
    ("tool", "brush\x00"),
    ("patch", None),
    ("patch", ""),
    ("patch", 17),
    ("patch", ["TLM"]),
    ("patch", "%%%"),
    ("patch", "TLM\x00"),
    ("patch", "é" * 8),
    ("patch", encode(b"")),
    ("patch", encode(b"PNG")),
    ("patch", encode(b"TLM\x01")),
    ("patch", encode(b"TLM\x01" + b"\xff" * 200)),
    ("patch", encode(bytes(MAXIMUM_PATCH_BYTES + 1))),
    ("patch", encode(make_patch(make_square()) + b"\x00")),
    ("patch", encode(make_patch(make_square(48, 64)))),
    ("answer", {"question": "bac_present", "value": "yes"}),
    ("answer", "yes"),
    ("answer", {"question": "bac_present"}),
    ("answer", {"question": "age", "value": "yes"}),
    ("answer", {"question": None, "value": None}),
    ("details", None),
    ("details", []),
    ("details", "radius"),
    ("details", 5),
    ("details", {"note": "a\x00b"}),
    ("details", {"\x00": 1}),
    ("details", {"note": "x" * MAXIMUM_DETAILS_BYTES}),
    ("details", {"inference_run": str(uuid.uuid4())}),
    ("made_at", None),
    ("made_at", ""),
    ("made_at", 0),
    ("made_at", 10**40),
    ("made_at", "yesterday"),
    ("made_at", "0001-01-01T00:00:00+14:00"),
    ("made_at", "9999-12-31T23:59:59-14:00"),
    ("made_at", "2026-13-45T00:00:00Z"),
    ("made_at", {"year": 2026}),
]


def check_refused(response, annotation):
    assert response.status_code == 400
    answer = response.json()
    assert set(answer) == {"code", "message"}
    assert answer["code"]
    assert answer["message"]
    annotation.refresh_from_db()
    assert annotation.version == 0
    assert not annotation.operations.exists()


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_operations_refuse_a_hostile_body(client, annotation, name):
    body = HOSTILE_BODIES[name]
    content = body if isinstance(body, str | bytes) and name != "a text" else json.dumps(body)

    response = client.post(address(annotation, "operations"), content, content_type="application/json")

    check_refused(response, annotation)


@pytest.mark.parametrize(("field", "value"), HOSTILE_FIELDS)
def test_operations_refuse_a_hostile_field_and_keep_nothing_of_the_request(client, annotation, field, value):
    hostile = {**STROKE, "id": str(uuid.uuid4()), field: value}
    if field == "details" and isinstance(value, dict) and "inference_run" in value:
        hostile["tool"] = "accept_prediction"

    response = post(client, annotation, "operations", {"base_version": 0, "operations": [ANSWER, hostile]})

    check_refused(response, annotation)


@pytest.mark.parametrize("key", ["id", "kind", "label", "tool", "patch", "made_at"])
def test_operations_refuse_a_stroke_with_a_part_missing(client, annotation, key):
    body = {"base_version": 0, "operations": [without(STROKE, key)]}

    check_refused(post(client, annotation, "operations", body), annotation)


@pytest.mark.parametrize("key", ["id", "kind", "answer", "made_at"])
def test_operations_refuse_an_answer_with_a_part_missing(client, annotation, key):
    body = {"base_version": 0, "operations": [without(ANSWER, key)]}

    check_refused(post(client, annotation, "operations", body), annotation)


def test_operations_of_the_wrong_size_have_a_code_of_their_own(client, annotation):
    stroke = {**STROKE, "patch": encode(make_patch(make_square(48, 64)))}

    response = post(client, annotation, "operations", {"base_version": 0, "operations": [stroke]})

    check_refused(response, annotation)
    assert response.json()["code"] == "mask_size_mismatch"
    assert "64 x 48" in response.json()["message"]


def test_operations_larger_than_a_request_may_be_are_refused_unread(client, annotation, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = post(client, annotation, "operations", {"base_version": 0, "operations": [STROKE] * 20})

    assert (response.status_code, response.json()["code"]) == (413, "request_too_large")


def test_operations_in_another_form_than_json_are_refused(client, annotation):
    response = client.post(address(annotation, "operations"), {"base_version": "0"})

    assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body",
    [{}, {"version": None}, {"version": -1}, {"version": "x"}, [], None, {"version": 2**70}]
    + [{"version": 0, "masks": masks} for masks in ([], "x", {"bac": None}, {"bac": "00"}, {"bac": {}})],
)
def test_submit_refuses_a_hostile_body(client, annotation, body):
    response = client.post(address(annotation, "submit"), json.dumps(body), content_type="application/json")

    check_refused(response, annotation)


def test_operations_need_the_token_against_cross_site_requests(annotation):
    client = Client(enforce_csrf_checks=True)
    client.force_login(annotation.reader.user)

    response = post(client, annotation, "operations", {"base_version": 0, "operations": [ANSWER]})

    assert response.status_code == 403
    assert not annotation.operations.exists()


def test_operations_take_as_many_queries_for_one_as_for_many(client, django_assert_max_num_queries):
    counts = []
    for count in (1, 30):
        annotation = make_annotation()
        client.force_login(annotation.reader.user)
        operations = [operation_to_json(make_stroke(make_patch(make_square()))) for _ in range(count)]
        with django_assert_max_num_queries(20) as queries:
            post(client, annotation, "operations", {"base_version": 0, "operations": operations})
        counts.append(len(queries))

    assert counts[0] == counts[1]
