from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.domain.campaign_reader import remove_reader
from annotations.domain.next_exam import take_next
from annotations.domain.reading_pool import free_slots, take_from_pool
from annotations.errors import PlanRefusedError
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.models import PoolSlot
from tests.factories.assignment import make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db


@settings(max_examples=20)
@given(
    exams=st.integers(1, 40),
    shares=st.sampled_from([{}, {2: 0.2, 3: 0.05}, {2: 1}, {3: 0.5}]),
    seed=st.integers(0, 2**32 - 1),
)
def test_pool_holds_the_declared_readings_and_its_lot_is_even_for_each_exam(exams, shares, seed):
    campaign = make_campaign()
    campaign.preannotation = "randomised"
    campaign.save()

    give_out_exams(campaign, make_studies(exams), make_readers(1), is_pool=True, shares=shares, seed=seed)

    slots = list(campaign.pool_slots.values_list("study", "shows_preannotation"))
    by_exam = Counter(study for study, _ in slots)
    declared = {number: count for number, count in exams_by_number(exams, shares).items() if count}
    assert Counter(by_exam.values()) == declared
    shown = Counter(study for study, is_shown in slots if is_shown)
    assert all(abs(2 * shown[study] - count) <= 1 for study, count in by_exam.items())
    singles = [is_shown for study, is_shown in slots if by_exam[study] == 1]
    if len(singles) == exams:
        assert abs(2 * sum(singles) - exams) <= 1


@pytest.mark.parametrize("policy", ["shown", "hidden"])
def test_pool_without_a_lot_shows_what_the_campaign_shows(policy):
    campaign, readers = make_campaign(shows_preannotation=policy == "shown"), make_readers(2)
    give_out_exams(campaign, [make_mammogram().study], readers, is_pool=True, shares={2: 1})

    given = [take_next(reader).shows_preannotation for reader in readers]

    assert given == [policy == "shown"] * 2


@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1), order=st.lists(st.integers(0, 2), min_size=30, max_size=30))
def test_arms_of_each_reader_who_takes_from_a_pool_differ_by_two_at_most(seed, order):
    campaign, readers = make_campaign(), make_readers(3)
    campaign.preannotation = "randomised"
    campaign.save()
    give_out_exams(campaign, make_studies(60), readers, is_pool=True, seed=seed)

    for turn in order:
        assignment = take_from_pool(readers[turn], slots=free_slots(readers[turn], campaign))
        assignment.state, assignment.submitted_at = "submitted", timezone.now()
        assignment.save()

    for reader in readers:
        arms = list(reader.assignments.values_list("shows_preannotation", flat=True))
        assert abs(2 * sum(arms) - len(arms)) <= 2


def test_a_reader_gets_the_arm_that_is_left_rather_than_nothing():
    campaign, (reader,) = make_campaign(), make_readers(1)
    campaign.preannotation = "randomised"
    campaign.save()
    give_out_exams(campaign, make_studies(4), [reader], is_pool=True)
    PoolSlot.objects.update(shows_preannotation=True)

    taken = [take_from_pool(reader, slots=free_slots(reader, campaign)) for _ in range(4)]

    assert all(taken)


def test_empty_pool_is_refused():
    with pytest.raises(PlanRefusedError, match="No exam is chosen"):
        give_out_exams(make_campaign(), [], make_readers(1), is_pool=True)


def test_what_somebody_who_leaves_holds_goes_back_to_the_pool():
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, [make_mammogram().study], [one, two], is_pool=True)
    held = take_next(one)

    remove_reader(campaign=campaign, reader=one, reason="On leave", actor=make_reader("administrator"))

    held.refresh_from_db()
    assert held.state == "withdrawn"
    assert PoolSlot.objects.get().assignment is None
    assert take_next(two).study == held.study
