"""A campaign without earlier exams shows none of them, by no way."""

import json

import pytest
from django.urls import reverse

from annotations.domain.prior import prior_exams
from annotations.rules import can_see_priors, mammograms_visible_to
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    """Make the exam that is read; its patient had another one a year before."""
    study = make_study()
    type(study).objects.filter(id=study.id).update(shifted_day=400)
    study.refresh_from_db()
    return make_mammogram(study=study)


@pytest.fixture
def prior(now):
    study = make_study(patient=now.study.patient)
    type(study).objects.filter(id=study.id).update(shifted_day=35)
    return make_mammogram(study=study)


def make_plain_campaign():
    campaign = make_campaign()
    campaign.shows_priors = False
    campaign.save()
    return campaign


def sees(reader, now, prior):
    """Whether she sees the earlier image itself, and whether it is listed beside the exam."""
    return (
        mammograms_visible_to(reader).filter(id=prior.id).exists(),
        bool(prior_exams(now.study, reader)),
    )


def test_reader_of_such_a_campaign_sees_her_exam_alone(now, prior):
    reader = make_assignment(study=now.study, campaign=make_plain_campaign()).reader

    assert list(mammograms_visible_to(reader)) == [now]
    assert sees(reader, now, prior) == (False, False)


def test_addresses_and_page_of_such_a_campaign_tell_nothing_of_it(client, now, prior):
    assignment = make_assignment(study=now.study, campaign=make_plain_campaign())
    annotation = make_annotation(now, assignment=assignment)
    client.force_login(assignment.reader.user)

    for name in ("api-mammogram", "api-mammogram-pixels", "api-thumbnail", "api-mammogram-hanging"):
        assert client.get(reverse(name, args=[prior.id])).status_code == 404
    facts = client.get(reverse("viewer", args=[annotation.id])).context["facts"]
    assert str(prior.id) not in json.dumps(facts, default=str)


def test_undated_exam_stays_hidden_too(now, prior):
    type(prior.study).objects.filter(id=prior.study_id).update(shifted_day=None)
    reader = make_assignment(study=now.study, campaign=make_plain_campaign()).reader

    assert sees(reader, now, prior) == (False, False)


def test_other_campaign_opens_no_back_door_while_the_exam_is_open(now, prior):
    hidden = make_assignment(study=now.study, campaign=make_plain_campaign())
    make_assignment(hidden.reader, study=now.study)
    before = sees(hidden.reader, now, prior)

    hidden.state, hidden.submitted_at = "submitted", hidden.created_at
    hidden.save()

    assert before == (False, False)
    assert sees(hidden.reader, now, prior) == (True, True)


def test_campaign_with_earlier_exams_shows_them(now, prior):
    reader = make_assignment(study=now.study).reader

    assert sees(reader, now, prior) == (True, True)


def test_expert_who_reads_for_such_a_campaign_has_none_beside_the_exam(now, prior):
    expert = make_reader("adjudicator")
    assert can_see_priors(expert, now.study)

    make_assignment(expert, study=now.study, campaign=make_plain_campaign())

    assert prior_exams(now.study, expert) == []
