"""Whoever reads from a pool may get any of its exams: until then she is blind to what others made of them."""

import pytest
from django.utils import timezone

from annotations.domain.annotation import submit_annotation
from annotations.domain.next_exam import take_next
from annotations.enums import Role
from annotations.models import Annotation, Campaign, CampaignReader, PoolSlot, Reader, Study
from annotations.rules import (
    annotations_visible_to,
    campaigns_with_results_for,
    can_adjudicate,
    can_preannotate,
    can_see_results,
    inference_runs_visible_to,
    people_who_may_see,
    studies_still_read_by,
)
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db

EXPERTS = pytest.mark.parametrize("role", [Role.ADJUDICATOR, Role.DATA_SCIENTIST])


def make_member(role: Role) -> tuple[Campaign, Reader]:
    """Make a campaign with a pool, and somebody who joined it as a reader and has another role since."""
    campaign, (member,) = make_campaign(), make_readers(1)
    give_out_exams(campaign, [make_mammogram().study], [member], is_pool=True)
    set_role(member, role)
    return campaign, member


def make_label(study: Study | None = None) -> Annotation:
    image = study.mammograms.get() if study else make_mammogram()
    return make_annotation(image, submitted=True)


def set_role(person: Reader, role: Role) -> None:
    person.role = role
    person.save()


@EXPERTS
def test_expert_who_joined_a_pool_sees_no_results_while_an_exam_of_it_is_free(role):
    campaign, member = make_member(role)
    elsewhere, (outsider,) = make_campaign(), make_readers(1, role)

    assert list(campaigns_with_results_for(member)) == [elsewhere]
    assert not can_see_results(member, campaign)
    assert not can_adjudicate(member, campaign)
    assert can_see_results(outsider, campaign)


def test_exam_taken_after_a_change_of_role_is_one_that_she_was_blind_to():
    campaign, member = make_member(Role.ADJUDICATOR)
    saw_results = can_see_results(member, campaign)

    set_role(member, Role.READER)

    assert take_next(member) is not None
    assert not saw_results


@pytest.mark.parametrize(
    "end",
    [
        lambda campaign: CampaignReader.objects.filter(campaign=campaign).update(left_at=timezone.now()),
        lambda campaign: PoolSlot.objects.filter(campaign=campaign).update(closed_at=timezone.now()),
        lambda campaign: Campaign.objects.filter(id=campaign.id).update(closed_at=timezone.now()),
    ],
    ids=["left", "exam_withdrawn", "campaign_closed"],
)
def test_expert_sees_results_once_no_exam_of_the_pool_can_come_to_her(end):
    campaign, member = make_member(Role.ADJUDICATOR)

    end(campaign)

    assert can_see_results(member, campaign)


def test_expert_sees_results_once_another_has_read_what_was_free():
    campaign, member = make_member(Role.ADJUDICATOR)
    (other,) = make_readers(1)
    CampaignReader.objects.create(campaign=campaign, reader=other)

    taken = take_next(other)

    assert not can_see_results(member, campaign)  # It may come back.
    taken.state, taken.submitted_at = "submitted", timezone.now()
    taken.save()
    assert can_see_results(member, campaign)


@EXPERTS
def test_expert_sees_no_label_of_an_exam_that_a_pool_may_still_give_her(role):
    campaign, member = make_member(role)
    free, elsewhere = make_label(PoolSlot.objects.get().study), make_label()
    disagreed = make_label(PoolSlot.objects.get().study)
    outsider = make_readers(1, role)[0]

    assert list(annotations_visible_to(member)) == [elsewhere]
    assert studies_still_read_by(member).get() == free.mammogram.study_id
    assert list(people_who_may_see(free).filter(role=role)) == [outsider]
    assert set(annotations_visible_to(outsider)) == {free, disagreed, elsewhere}

    CampaignReader.objects.filter(campaign=campaign).update(left_at=timezone.now())

    assert set(annotations_visible_to(member)) == {free, disagreed, elsewhere}
    assert set(people_who_may_see(free).filter(role=role)) == {member, outsider}


@EXPERTS
def test_expert_sees_no_run_of_a_model_that_the_pool_would_hide_from_her(role):
    campaign, member = make_member(role)
    (image,) = PoolSlot.objects.get().study.mammograms.all()
    run = make_inference_run(image, state="succeeded")
    assert list(inference_runs_visible_to(member)) == [run]

    PoolSlot.objects.update(shows_preannotation=False)

    assert not inference_runs_visible_to(member).exists()
    assert not can_preannotate(member, image)
    CampaignReader.objects.filter(campaign=campaign).update(left_at=timezone.now())
    assert list(inference_runs_visible_to(member)) == [run]


def test_labels_open_once_she_has_had_the_exam_of_the_pool_and_ended_it():
    campaign, member = make_member(Role.READER)
    foreign = make_label(PoolSlot.objects.get().study)
    taken = take_next(member)
    own = make_annotation(foreign.mammogram, assignment=taken, answer="no")
    set_role(member, Role.ADJUDICATOR)
    assert list(annotations_visible_to(member)) == [own]

    submit_annotation(annotation=own, reader=member, version=own.version)

    assert set(annotations_visible_to(member)) == {own, foreign}
    assert campaign in campaigns_with_results_for(member)
