from collections import Counter
from datetime import timedelta
from itertools import combinations

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.domain.give_out import give_out
from annotations.domain.plan_request import PlanRequest
from annotations.domain.reading_plan import draft_plan
from annotations.enums import PreannotationPolicy
from annotations.errors import ConflictError, PlanRefusedError
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.models import Assignment, AuditEntry, ReadingPlan
from tests.factories.assignment import make_campaign
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db


def readers_by_exam(campaign, round_number=1):
    by_exam = {}
    for study, reader in campaign.assignments.filter(
        round=round_number, state__in=("open", "submitted")
    ).values_list("study", "reader"):
        by_exam.setdefault(study, set()).add(reader)
    return by_exam


def meetings(by_exam, readers):
    return [
        sum({one.id, other.id} <= names for names in by_exam.values())
        for one, other in combinations(readers, 2)
    ]


@settings(max_examples=25)
@given(
    exams=st.integers(20, 60),
    count=st.integers(3, 5),
    twice=st.sampled_from([0, 0.1, 0.2, 0.35]),
    thrice=st.sampled_from([0, 0.05, 0.1]),
    seed=st.integers(0, 2**32 - 1),
)
def test_declared_fractions_are_met_exactly_and_loads_are_level(exams, count, twice, thrice, seed):
    campaign, readers, studies = make_campaign(), make_readers(count), make_studies(exams)
    shares = {2: twice, 3: thrice}

    give_out_exams(campaign, studies, readers, seed=seed, shares=shares)

    by_exam = readers_by_exam(campaign)
    declared = {number: many for number, many in exams_by_number(exams, shares).items() if many}
    assert Counter(map(len, by_exam.values())) == declared
    loads = Counter(reader for names in by_exam.values() for reader in names)
    assert max(loads.values()) - min(loads.values()) <= 1


def test_every_pair_of_readers_meets_as_often_as_declared():
    campaign, readers, studies = make_campaign(), make_readers(5), make_studies(200)

    give_out_exams(campaign, studies, readers, shares={2: 0.2, 3: 0.05}, pairs_meet=5)

    assert min(meetings(readers_by_exam(campaign), readers)) >= 5


def test_plan_is_stored_with_its_seed_and_draws_the_same_readings_again():
    campaign, readers, studies = make_campaign(), make_readers(4), make_studies(50)
    again = make_campaign()
    asked = {"shares": {2: 0.3}, "pairs_meet": 2, "batch_size": 7}

    give_out_exams(campaign, studies, readers, seed=4711, **asked)
    plan = campaign.plans.get()
    give_out(
        campaign=again,
        request=PlanRequest.from_stored(plan.parameters),
        studies=[study.id for study in studies],
        readers=readers,
        seed=plan.seed,
        actor=None,
    )

    facts = ("study", "reader", "position", "batch", "round")
    first, second = (set(each.assignments.values_list(*facts)) for each in (campaign, again))
    assert first == second
    assert AuditEntry.objects.filter(act="give_out_plan", subject_id=str(plan.id)).exists()


def test_each_reader_has_places_from_one_on_and_batches_of_the_size_asked_for():
    campaign, readers = make_campaign(), make_readers(2)

    give_out_exams(campaign, make_studies(20), readers, batch_size=4)

    for reader in readers:
        rows = list(campaign.assignments.filter(reader=reader).order_by("position"))
        assert [row.position for row in rows] == list(range(1, 11))
        assert [row.batch for row in rows] == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3]


def test_exams_added_later_come_behind_and_fractions_hold_over_all_of_them():
    campaign, readers = make_campaign(), make_readers(3)
    asked = {"shares": {2: 0.2}, "pairs_meet": 1}
    give_out_exams(campaign, make_studies(40), readers, seed=1, **asked)
    before = set(campaign.assignments.values_list("study", "reader"))

    give_out_exams(campaign, make_studies(20), readers, seed=2, **asked)

    by_exam = readers_by_exam(campaign)
    assert Counter(map(len, by_exam.values())) == {1: 48, 2: 12}
    assert before <= set(campaign.assignments.values_list("study", "reader"))
    for reader in readers:
        places = list(campaign.assignments.filter(reader=reader).values_list("position", flat=True))
        assert sorted(places) == list(range(1, len(places) + 1))


def test_plan_that_cannot_be_met_gives_nothing_and_the_offer_can():
    campaign, readers, studies = make_campaign(), make_readers(6), make_studies(20)
    asked = {"shares": {2: 0.2}, "pairs_meet": 3}

    with pytest.raises(PlanRefusedError, match="share 3 exams") as refused:
        give_out_exams(campaign, studies, readers, **asked)

    assert refused.value.code == "plan_cannot_be_met"
    assert not Assignment.objects.exists()
    assert not ReadingPlan.objects.exists()
    assert not campaign.readers.exists()
    draft = draft_plan(
        campaign=campaign,
        request=PlanRequest(**asked),
        studies=[study.id for study in studies],
        readers=[reader.id for reader in readers],
        seed=1,
    )
    assert draft.offer.pairs_meet < 3
    give_out(
        campaign=campaign,
        request=draft.offer,
        studies=[study.id for study in studies],
        readers=readers,
        seed=1,
        actor=None,
    )
    assert Counter(map(len, readers_by_exam(campaign).values())) == {1: 16, 2: 4}


def test_one_reader_reads_everything_and_none_is_refused():
    campaign, studies = make_campaign(), make_studies(5)

    with pytest.raises(PlanRefusedError, match="No reader"):
        give_out_exams(campaign, studies, [])
    give_out_exams(campaign, studies, make_readers(1), pairs_meet=4)

    assert campaign.assignments.count() == 5


def test_more_readers_asked_than_there_are_comes_with_an_offer():
    campaign, readers, studies = make_campaign(), make_readers(2), make_studies(10)
    request = PlanRequest(shares={3: 0.5})

    draft = draft_plan(
        campaign=campaign,
        request=request,
        studies=[study.id for study in studies],
        readers=[reader.id for reader in readers],
        seed=1,
    )

    assert "only 0 exams can have 3 different readers" in draft.problem
    assert draft.offer.shares == {2: 0.5}


@pytest.mark.parametrize("role", ["adjudicator", "data_scientist", "administrator"])
def test_who_may_look_at_others_labels_reads_in_no_plan(role):
    with pytest.raises(PlanRefusedError, match="cannot read in a campaign"):
        give_out_exams(make_campaign(), make_studies(2), make_readers(1, role))


def test_closed_campaign_gives_nothing_out():
    campaign = make_campaign()
    campaign.closed_at = timezone.now()
    campaign.save()

    with pytest.raises(ConflictError, match="closed"):
        give_out_exams(campaign, make_studies(2), make_readers(1))


@pytest.mark.parametrize("policy", ["shown", "hidden"])
def test_help_is_that_of_the_campaign(policy):
    campaign = make_campaign(shows_preannotation=policy == "shown")

    give_out_exams(campaign, make_studies(6), make_readers(2))

    assert set(campaign.assignments.values_list("shows_preannotation", flat=True)) == {policy == "shown"}


def test_help_by_lot_is_even_for_each_reader_and_differs_within_an_exam():
    campaign, readers = make_campaign(), make_readers(4)
    campaign.preannotation = PreannotationPolicy.RANDOMISED
    campaign.save()
    asked = {"shares": {2: 0.5}, "repeat_share": 0.25, "wash_out_days": 10}

    give_out_exams(campaign, make_studies(40), readers, **asked)

    first = campaign.assignments.filter(round=1)
    for reader in readers:
        shown = list(first.filter(reader=reader).values_list("shows_preannotation", flat=True))
        assert abs(2 * sum(shown) - len(shown)) <= 1
    arms = {}
    for study, is_shown in first.values_list("study", "shows_preannotation"):
        arms.setdefault(study, []).append(is_shown)
    assert all(len(set(each)) == len(each) for each in arms.values())
    given_again = campaign.assignments.filter(round=2)
    assert given_again
    for repeat in given_again:
        before = first.get(study=repeat.study, reader=repeat.reader)
        assert repeat.shows_preannotation == before.shows_preannotation


def test_priority_and_deadline_are_those_of_the_plan():
    campaign, due_on = make_campaign(), timezone.localdate() + timedelta(days=30)

    give_out_exams(campaign, make_studies(2), make_readers(1), priority=2, due_on=due_on)

    assert set(campaign.assignments.values_list("priority", "due_on")) == {(2, due_on)}


def test_no_more_readers_of_an_exam_than_can_be_compared():
    with pytest.raises(PlanRefusedError, match="by 16 readers at most") as refusal:
        PlanRequest(shares={17: 0.1})

    assert refusal.value.code == "too_many_readings"
