from dataclasses import replace

import pytest

from annotations.domain.campaign_settings import (
    change_settings,
    close_campaign,
    reopen_campaign,
    settings_of,
)
from annotations.domain.next_exam import readable
from annotations.errors import CampaignSettledError, InvalidError
from annotations.models import AuditEntry
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

CHANGES = {
    "labels": ["bac"],
    "shows_priors": False,
    "purpose": "training",
    "gate_exams": 4,
    "coverage_share_required": 0.9,
    "preannotation": "hidden",
}
FREE_AT_ANY_TIME = ("gate_exams", "coverage_share_required", "preannotation")


def change(campaign, **facts):
    settings = replace(settings_of(campaign), **facts)
    changed = change_settings(campaign=campaign, settings=settings, actor=make_reader("administrator"))
    campaign.refresh_from_db()
    return changed


@pytest.mark.parametrize("name", CHANGES)
def test_everything_is_free_before_anybody_begins(name):
    campaign = make_assignment().campaign

    assert change(campaign, **{name: CHANGES[name]}) == [name]
    assert getattr(campaign, name) == CHANGES[name]
    assert AuditEntry.objects.get(act="change_campaign_settings").details[name][1] == CHANGES[name]


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_first_readers_had_stays_for_the_last_ones(name):
    campaign = make_annotation().assignment.campaign
    before = getattr(campaign, name)

    if name in FREE_AT_ANY_TIME:
        assert change(campaign, **{name: CHANGES[name]}) == [name]
        return
    with pytest.raises(CampaignSettledError, match="Readers have begun"):
        change(campaign, **{name: CHANGES[name]})
    campaign.refresh_from_db()
    assert getattr(campaign, name) == before


def test_same_settings_change_nothing_and_leave_no_trace():
    campaign = make_annotation().assignment.campaign

    assert change(campaign) == []
    assert not AuditEntry.objects.filter(act="change_campaign_settings").exists()


@pytest.mark.parametrize(("before", "after"), [("shown", "randomised"), ("randomised", "hidden")])
def test_drawing_by_lot_is_settled_once_exams_are_given_out(before, after):
    campaign = make_campaign()
    campaign.preannotation = before
    campaign.save()
    make_assignment(campaign=campaign)

    with pytest.raises(CampaignSettledError, match="by lot"):
        change(campaign, preannotation=after)


def test_exam_given_out_keeps_whether_the_proposal_is_shown():
    assignment = make_assignment()

    change(assignment.campaign, preannotation="hidden")
    assignment.refresh_from_db()

    assert assignment.shows_preannotation


@pytest.mark.parametrize("labels", [[], ["skin"]])
def test_campaign_labels_something_that_there_is(labels):
    with pytest.raises(InvalidError, match="Choose a label"):
        change(make_campaign(), labels=labels)


def test_closed_campaign_gives_nothing_out_until_it_is_opened_again():
    assignment, lead = make_assignment(study=make_mammogram().study), make_reader("administrator")
    campaign, reader = assignment.campaign, assignment.reader

    close_campaign(campaign=campaign, actor=lead)
    close_campaign(campaign=campaign, actor=lead)
    closed = list(readable(reader))
    reopen_campaign(campaign=campaign, actor=lead)

    assert closed == []
    assert list(readable(reader)) == [assignment]
    acts = AuditEntry.objects.filter(act__endswith="_campaign").order_by("created_at")
    assert [entry.act for entry in acts] == ["close_campaign", "reopen_campaign"]
