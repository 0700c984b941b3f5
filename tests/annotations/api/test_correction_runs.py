import base64
import uuid

import pytest
from django.urls import reverse

from annotations.models import Annotation, CorrectionDecision, CorrectionRun
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.correction_run import make_correction_run, make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_submitted(**facts):
    mammogram = make_mammogram(**({"pixel_spacing_mm": (0.1, 0.1)} | facts))
    return make_annotation(mammogram, labels={"bac": make_square(4, 4)}, submitted=True)


def post(client, name, row, body):
    return client.post(reverse(name, args=[row.id]), body, content_type="application/json")


def decide_all(client, run, *, is_removed):
    pieces = [{"component": str(piece.id), "is_removed": is_removed} for piece in run.components.all()]
    return post(client, "api-correction-decisions", run, pieces)


@pytest.fixture
def run(client):
    run = make_correction_run()
    client.force_login(run.annotation.reader.user)
    return run


def test_request_answers_201_then_200_with_the_same_run(client):
    annotation = make_submitted()
    client.force_login(annotation.reader.user)

    first = post(client, "api-correction-request", annotation, {})
    second = post(client, "api-correction-request", annotation, {"label": "bac"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["state"] == "queued"
    assert first.json()["annotation"] == str(annotation.id)


def test_run_shows_each_piece_with_measures_reason_and_decision(client, run):
    client.force_login(run.annotation.reader.user)
    decide_all(client, run, is_removed=False)

    answer = client.get(reverse("api-correction-run", args=[run.id])).json()

    assert (answer["state"], answer["undecided"], answer["result"]) == ("succeeded", 0, None)
    assert [piece["decision"] for piece in answer["components"]] == ["keep", "remove", "borderline"]
    piece = answer["components"][1]
    assert (piece["reason_text"], piece["box"]) == ("reason 2", [40, 4, 44, 8])
    assert piece["measures"] == {"length_mm": 3.0, "area_px": 16.0}
    drawn = masks.decode(base64.b64decode(piece["runs"]))
    assert drawn == masks.from_dense(make_square(40, 4))
    assert piece["human_decision"]["is_removed"] is False
    assert piece["human_decision"]["reviewer"] == run.annotation.reader.pseudonym


def test_decisions_are_kept_with_their_note(client, run):
    piece = run.components.get(decision="remove")
    body = [{"component": str(piece.id), "is_removed": True, "note": "a skin fold"}]

    answer = post(client, "api-correction-decisions", run, body).json()

    assert answer["undecided"] == 1
    assert answer["components"][1]["human_decision"]["note"] == "a skin fold"
    assert CorrectionDecision.objects.get().reviewer == run.annotation.reader


def test_decisions_and_notes_of_another_person_are_not_shown(client, run):
    decide_all(client, run, is_removed=False)
    client.force_login(make_reader("adjudicator").user)

    answer = client.get(reverse("api-correction-run", args=[run.id])).json()

    assert answer["undecided"] == 2
    assert [piece["human_decision"] for piece in answer["components"]] == [None, None, None]


def test_reader_does_not_learn_of_a_correction_that_another_asked_for(client, run):
    CorrectionRun.objects.update(requested_by=make_reader("adjudicator"))

    assert client.get(reverse("api-correction-run", args=[run.id])).status_code == 404


def test_apply_names_the_new_annotation(client, run):
    decide_all(client, run, is_removed=True)

    answer = post(client, "api-correction-apply", run, {})

    assert answer.status_code == 201
    corrected = Annotation.objects.get(derived_from=run.annotation)
    assert answer.json()["result"] == str(corrected.id)


def test_apply_too_early_says_how_many_decisions_are_missing(client, run):
    answer = post(client, "api-correction-apply", run, {})

    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["count"]) == ("decisions_missing", 2)


@pytest.mark.parametrize(
    ("facts", "submitted", "body", "refusal"),
    [
        ({"pixel_spacing_mm": None}, True, {}, (400, "pixel_spacing_missing")),
        ({}, True, {"label": "microcalcification"}, (400, "label_not_correctable")),
        ({}, True, {"label": "lesion"}, (400, "request_not_well_formed")),
        ({}, True, [], (400, "request_not_well_formed")),
        ({}, True, "{", (400, "parse_error")),
    ],
)
def test_request_that_cannot_be_met_says_why(client, facts, submitted, body, refusal):
    mammogram = make_mammogram(**({"pixel_spacing_mm": (0.1, 0.1)} | facts))
    annotation = make_annotation(mammogram, submitted=submitted)
    client.force_login(annotation.reader.user)

    answer = post(client, "api-correction-request", annotation, body)

    assert (answer.status_code, answer.json()["code"]) == refusal
    assert answer.json()["message"]
    assert not CorrectionRun.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        [{}],
        [[]],
        "text",
        None,
        [{"component": "no id", "is_removed": True}],
        [{"component": str(uuid.uuid4())}],
        [{"component": str(uuid.uuid4()), "is_removed": "perhaps"}],
        [{"component": str(uuid.uuid4()), "is_removed": True, "note": "\x00"}],
        [{"component": str(uuid.uuid4()), "is_removed": True, "note": "n" * 2001}],
        [{"component": str(uuid.uuid4()), "is_removed": True}] * 5001,
    ],
)
def test_decisions_that_are_not_well_formed_are_refused_whole(client, run, body):
    answer = post(client, "api-correction-decisions", run, body)

    assert answer.status_code == 400
    assert set(answer.json()) >= {"code", "message"}
    assert not CorrectionDecision.objects.exists()


def test_decision_on_a_piece_of_another_run_is_not_found(client, run):
    foreign = make_correction_run().components.first()

    answer = post(
        client, "api-correction-decisions", run, [{"component": str(foreign.id), "is_removed": True}]
    )

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("role", "sees", "decides", "requests"),
    [
        ("reader", 404, 404, 404),
        ("adjudicator", 200, 200, 201),
        ("data_scientist", 200, 403, 201),
        ("administrator", 404, 404, 404),
    ],
)
def test_correction_of_another_reader_by_role(client, role, sees, decides, requests):
    run = make_correction_run()
    person = make_reader(role)
    # A reader who reads the very same exam is blind to it all the same.
    make_annotation(
        run.annotation.mammogram, reader=person, labels={"bac": make_square(4, 4)}, submitted=True
    )
    client.force_login(person.user)

    found = client.get(reverse("api-correction-run", args=[run.id]))
    decided = decide_all(client, run, is_removed=True)
    requested = post(client, "api-correction-request", run.annotation, {})

    assert (found.status_code, decided.status_code, requested.status_code) == (sees, decides, requests)
    assert CorrectionDecision.objects.exists() == (decides == 200)


@pytest.mark.parametrize(
    "address", ["correction-runs/no-id/", "correction-runs/6f1d1f7c-0b1e-4c55-9a55-0d8f3a6c2b11/"]
)
def test_run_that_does_not_exist_is_not_found(client, address):
    client.force_login(make_reader().user)

    answer = client.get(f"/api/{address}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("pieces", [1, 3])
def test_run_takes_as_many_queries_for_one_piece_as_for_three(client, pieces, django_assert_num_queries):
    proposals = {
        "keep": make_square(4, 4),
        "remove": make_square(20, 4),
        "borderline": make_square(40, 4),
    }
    run = make_correction_run(proposals=dict(list(proposals.items())[:pieces]))
    client.force_login(run.annotation.reader.user)
    decide_all(client, run, is_removed=True)

    with django_assert_num_queries(6):
        client.get(reverse("api-correction-run", args=[run.id]))
