import base64
import uuid

import pytest
from django.urls import reverse

from annotations.models import CoverageRecord
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

# The default image is smaller than a cell: one bit, the highest.
ALL, NONE = (base64.b64encode(byte).decode() for byte in (b"\x80", b"\x00"))


def address(annotation):
    return reverse("api-coverage", args=[annotation.id])


def send(client, annotation, cells):
    body = {"records": [{"id": uuid.uuid4(), "cells": cells}]}
    return client.post(address(annotation), body, content_type="application/json")


def make_read(share_required=None, *, submitted=False):
    mammogram, campaign = make_mammogram(), make_campaign()
    campaign.coverage_share_required = share_required
    campaign.save()
    assignment = make_assignment(study=mammogram.study, campaign=campaign)
    return make_annotation(mammogram, assignment=assignment, answer="no", submitted=submitted)


def test_coverage_says_what_was_seen_and_what_is_asked_for(client):
    annotation = make_read(0.9)
    client.force_login(annotation.reader.user)

    before = client.get(address(annotation)).json()
    after = send(client, annotation, ALL).json()

    assert before == {
        "cell_px": 64,
        "rows": 1,
        "columns": 1,
        "breast": ALL,
        "is_breast_found": False,
        "seen": NONE,
        "share": 0.0,
        "share_required": 0.9,
    }
    assert after == {**before, "seen": ALL, "share": 1.0}


def test_submission_before_everything_was_seen_is_a_conflict_with_a_name(client):
    annotation = make_read(0.9)
    client.force_login(annotation.reader.user)
    submit = reverse("api-annotation-submit", args=[annotation.id])
    body = {"version": annotation.version}

    refused = client.post(submit, body, content_type="application/json")
    send(client, annotation, ALL)
    taken = client.post(submit, body, content_type="application/json")

    assert refused.status_code == 409
    facts = refused.json()
    assert "0 %" in facts.pop("message")
    assert facts == {"code": "coverage_incomplete", "share": 0.0, "share_required": 0.9}
    assert (taken.status_code, taken.json()["state"]) == (200, "submitted")


@pytest.mark.parametrize("cells", ["", "gA", "%%%", "gIA=", "/w=="])
def test_cells_that_fit_no_grid_are_refused(client, cells):
    annotation = make_read()
    client.force_login(annotation.reader.user)

    response = send(client, annotation, cells)

    assert response.status_code == 400
    assert response.json()["code"] in {"coverage_refused", "request_not_well_formed"}
    assert not CoverageRecord.objects.exists()


def test_an_expert_sees_what_a_reader_saw_and_adds_nothing(client):
    annotation = make_read(submitted=True)
    client.force_login(make_reader("adjudicator").user)

    assert client.get(address(annotation)).status_code == 200
    assert send(client, annotation, ALL).json()["code"] == "forbidden"


def test_another_readers_coverage_is_hidden(client):
    annotation = make_read()
    client.force_login(make_reader().user)

    assert client.get(address(annotation)).status_code == 404
    assert send(client, annotation, ALL).status_code == 404
