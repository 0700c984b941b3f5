import base64
import uuid
from datetime import UTC, datetime

import numpy as np
import pytest
from django.urls import reverse

from annotations.domain import annotation_operations
from annotations.domain.annotation_operations import append_operations
from annotations.models import AnnotationOperation
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.operations import make_answer, make_finding, make_stroke, operation_to_json
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 2, 3, 4, 5, 6, 789000, tzinfo=UTC)
VIEW = {"s": 2.0, "c": 2048.0, "w": 1200.0}


def make_mask(row=3):
    mask = np.zeros((64, 48), dtype=bool)
    mask[row : row + 4, 5:9] = True
    return masks.from_dense(mask)


def make_id(moment):
    """UUIDv7 of a moment."""
    milliseconds = round(moment.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | uuid.uuid4().int >> 68)


def address(annotation):
    return reverse("api-annotation-operations", args=[annotation.id])


def post(client, annotation, operations, **fields):
    body = {"base_version": 0, "operations": operations, **fields}
    return client.post(address(annotation), body, content_type="application/json")


@pytest.fixture
def annotation(client):
    annotation = make_annotation()
    client.force_login(annotation.reader.user)
    return annotation


def test_a_compact_patch_is_stored_as_it_came_and_replays_to_the_same_digest(client, annotation):
    compact = masks.encode_compact(make_mask())

    answer = post(client, annotation, [operation_to_json(make_stroke(compact))])

    assert answer.json()["masks"]["bac"]["sha256"] == masks.digest(make_mask())
    assert bytes(AnnotationOperation.objects.get().patch) == compact


def test_an_operation_without_a_time_was_made_at_the_time_in_its_id(client, annotation):
    sent = operation_to_json(make_answer())
    sent = {**sent, "id": str(make_id(MOMENT))}
    del sent["made_at"]

    assert post(client, annotation, [sent]).status_code == 200
    assert AnnotationOperation.objects.get().made_at == MOMENT


@pytest.mark.parametrize(
    "operation_id", ["8d7e0a4c-2f0b-4c55-9a43-5d1c6b1e7f21", "ffffffff-ffff-7fff-bfff-ffffffffffff"]
)
def test_an_operation_without_any_time_is_refused(client, annotation, operation_id):
    sent = {**operation_to_json(make_answer()), "id": operation_id}
    del sent["made_at"]

    answer = post(client, annotation, [sent])

    assert (answer.status_code, answer.json()["code"]) == (400, "made_at_missing")


def test_the_view_of_a_request_is_that_of_every_operation_without_one(client, annotation):
    plain, own = make_stroke(masks.encode(make_mask())), make_answer()
    own_view = {"s": 4.0, "c": 100.0, "w": 50.0}
    sent = [operation_to_json(plain), {**operation_to_json(own), "details": {"view": own_view}}]

    post(client, annotation, sent, view=VIEW)

    stored = dict(AnnotationOperation.objects.values_list("id", "details"))
    assert stored == {plain.id: {"view": VIEW}, own.id: {"view": own_view}}


def make_row(**changes):
    stroke = make_stroke(masks.encode_compact(make_mask()))
    sent = {**operation_to_json(stroke), "id": str(make_id(MOMENT)), "details": {"radius_px": 4.5}, **changes}
    return [sent[name] for name in ("id", "label", "tool", "patch", "details")]


def test_a_stroke_may_come_as_a_row(client, annotation):
    row = make_row()

    answer = post(client, annotation, [row, operation_to_json(make_answer())], view=VIEW)

    assert answer.status_code == 200, answer.json()
    stored = AnnotationOperation.objects.get(id=row[0])
    assert (stored.kind, stored.label, stored.tool, stored.made_at) == ("mask", "bac", "brush", MOMENT)
    assert stored.details == {"radius_px": 4.5, "view": VIEW}
    assert bytes(stored.patch) == masks.encode_compact(make_mask())


@pytest.mark.parametrize(
    "row",
    [
        [],
        make_row()[:4],
        [*make_row(), "more"],
        make_row(tool="hammer"),
        make_row(label=["bac"]),
        make_row(details=3),
        make_row(id=None),
        "row",
        7,
        None,
    ],
)
def test_a_row_of_another_shape_is_refused(client, annotation, row):
    answer = post(client, annotation, [row])

    assert (answer.status_code, answer.json()["code"]) == (400, "request_not_well_formed")
    assert not AnnotationOperation.objects.exists()


def test_findings_are_stored_shown_changed_and_removed(client, annotation):
    first = make_finding()
    changed = make_finding(id=first.finding["id"], assessment="malignant")
    gone = make_finding()
    removal = make_finding(id=gone.finding["id"], removed=True)

    answer = post(client, annotation, [operation_to_json(each) for each in (first, gone, changed, removal)])

    assert answer.status_code == 200, answer.json()
    shown = client.get(reverse("api-annotation", args=[annotation.id])).json()["findings"]
    assert shown == [changed.finding]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"points": [[48.5, 3]]}, "finding_outside_image"),
        ({"points": [[3, 64.5]]}, "finding_outside_image"),
        ({"points": [[1, 1], [2, 2]]}, "finding_points_wrong"),
        ({"shape": "group", "points": [[1, 1], [2, 2]]}, "finding_points_wrong"),
        ({"label": "bac"}, "finding_label_wrong"),
        ({"points": [[1, 1]] * 501}, "request_not_well_formed"),
        ({"points": []}, "request_not_well_formed"),
        ({"points": [[1, 2, 3]]}, "request_not_well_formed"),
        ({"points": [[-1, 2]]}, "request_not_well_formed"),
        ({"assessment": "perhaps"}, "request_not_well_formed"),
        ({"histology": "perhaps"}, "request_not_well_formed"),
        ({"shape": "square"}, "request_not_well_formed"),
    ],
)
def test_a_finding_that_breaks_a_rule_is_refused(client, annotation, change, code):
    answer = post(client, annotation, [operation_to_json(make_finding(**change))])

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not AnnotationOperation.objects.exists()


def test_a_finding_that_is_not_whole_is_refused(client, annotation):
    sent = operation_to_json(make_finding())
    del sent["finding"]["shape"]

    assert post(client, annotation, [sent]).json()["code"] == "finding_not_whole"


def test_the_log_gives_back_what_was_sent_in_pages(client, annotation, monkeypatch):
    monkeypatch.setattr(annotation_operations, "OPERATIONS_PER_PAGE", 2)
    stroke = make_stroke(masks.encode(make_mask()), details={"view": VIEW})
    finding, answer = make_finding(), make_answer("no")
    append_operations(
        annotation=annotation, reader=annotation.reader, base_version=0, operations=[stroke, finding, answer]
    )

    first, last = (client.get(f"{address(annotation)}?after={after}").json() for after in (0, 2))

    assert (first["version"], first["reader"]) == (3, annotation.reader.pseudonym)
    assert [each["sequence"] for each in first["operations"] + last["operations"]] == [1, 2, 3]
    drawn, found = first["operations"]
    assert (drawn["id"], drawn["tool"], drawn["details"]) == (str(stroke.id), "brush", {"view": VIEW})
    assert masks.decode(base64.b64decode(drawn["patch"])) == make_mask()
    assert base64.b64decode(drawn["patch"])[3] == 2, "always the compact form"
    assert found["finding"] == finding.finding
    assert last["operations"][0]["answer"] == {"question": "bac_present", "value": "no"}
    assert "patch" not in last["operations"][0]


@pytest.mark.parametrize("after", ["-1", "x", "99999999999"])
def test_a_page_after_no_number_is_refused(client, annotation, after):
    assert client.get(f"{address(annotation)}?after={after}").status_code == 400


def test_nobody_else_sees_the_log_of_an_open_annotation(client, annotation):
    for role in ("reader", "adjudicator", "data_scientist", "administrator"):
        client.force_login(make_reader(role=role).user)
        assert client.get(address(annotation)).status_code == 404
