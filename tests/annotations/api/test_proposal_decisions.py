import base64
import uuid

import numpy as np
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from annotations.models import ProposalDecision
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return make_inference_run(make_mammogram())


@pytest.fixture
def annotation(run):
    return make_annotation(run.mammogram)


def make_decision(run, **fields):
    piece = np.zeros((run.mammogram.rows, run.mammogram.columns), dtype=bool)
    piece[3:6, 2:9] = True
    runs = base64.b64encode(make_patch(piece)).decode()
    decision = {"id": str(uuid.uuid4()), "inference_run": str(run.id), "value": "rejected", "cutoff": 0.4}
    return decision | {"piece": runs} | fields


def post(client, annotation, *decisions, person=None):
    client.force_login((person or annotation.reader).user)
    address = reverse("api-proposal-decisions", args=[annotation.id])
    return client.post(address, {"decisions": decisions}, content_type="application/json")


def test_decisions_come_back_in_order(client, annotation, run):
    decisions = [
        make_decision(run),
        make_decision(run, value="reopened"),
        make_decision(run, value="trimmed"),
    ]

    assert post(client, annotation, *decisions).status_code == 204
    answer = client.get(reverse("api-proposal-decisions", args=[annotation.id])).json()

    assert [(row["id"], row["value"]) for row in answer] == [(row["id"], row["value"]) for row in decisions]
    assert {row["piece"] for row in answer} == {decisions[0]["piece"]}


def test_decision_sent_twice_is_stored_once(client, annotation, run):
    decision = make_decision(run)

    assert [post(client, annotation, decision).status_code for _ in range(2)] == [204, 204]

    assert ProposalDecision.objects.count() == 1


def test_decision_is_never_changed(client, annotation, run):
    post(client, annotation, make_decision(run))

    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        ProposalDecision.objects.update(value="accepted")


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"value": "liked"}, (400, "request_not_well_formed")),
        ({"cutoff": 1.5}, (400, "request_not_well_formed")),
        ({"piece": "no base64"}, (400, "patch_not_base64")),
        ({"piece": base64.b64encode(b"no mask").decode()}, (400, "not_a_mask")),
        ({"inference_run": str(uuid.uuid4())}, (400, "inference_run_unknown")),
    ],
)
def test_decision_that_cannot_be_kept_says_why(client, annotation, run, fields, refusal):
    answer = post(client, annotation, make_decision(run), make_decision(run, **fields))

    assert (answer.status_code, answer.json()["code"]) == refusal
    assert not ProposalDecision.objects.exists()


def test_run_of_another_image_is_none_of_this_one(client, annotation, run):
    elsewhere = make_inference_run(make_mammogram())
    decision = make_decision(run, inference_run=str(elsewhere.id))

    assert post(client, annotation, decision).json()["code"] == "inference_run_unknown"


def test_only_the_reader_decides_and_only_while_she_reads(client, run):
    submitted = make_annotation(run.mammogram, submitted=True)

    assert post(client, submitted, make_decision(run)).json()["code"] == "annotation_submitted"
    assert post(client, submitted, make_decision(run), person=make_reader()).status_code == 404
    expert = make_reader("adjudicator")
    assert post(client, submitted, make_decision(run), person=expert).status_code == 403


def test_campaign_without_help_shows_no_decisions(client, run):
    campaign = make_campaign(shows_preannotation=False)
    blind = make_annotation(
        run.mammogram, assignment=make_assignment(study=run.mammogram.study, campaign=campaign)
    )

    assert post(client, blind, make_decision(run)).json()["code"] == "inference_run_unknown"
