import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from annotations.domain.exam_end import skip_exam
from annotations.domain.exam_lease import LEASE, renew_lease, stuck_slots
from annotations.domain.guideline import confirm_guideline
from annotations.domain.next_exam import readable, take_next, why_none
from annotations.errors import ExamEndedError, ForbiddenError
from annotations.models import Assignment, CampaignReader, Guideline, PoolSlot
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db


def give(reader, campaign, **facts):
    """Give a reader an exam with one image."""
    assignment = make_assignment(reader, study=make_mammogram().study, campaign=campaign)
    Assignment.objects.filter(id=assignment.id).update(**facts)
    assignment.refresh_from_db()
    return assignment


def fill(campaign, count, readers, **asked):
    studies = [make_mammogram().study for _ in range(count)]
    give_out_exams(campaign, studies, readers, is_pool=True, **asked)
    return studies


def let_lapse(assignment):
    PoolSlot.objects.filter(assignment=assignment).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_priority_comes_before_the_deadline_and_that_before_the_random_place():
    reader, campaign, today = make_reader(), make_campaign(), timezone.localdate()
    third = give(reader, campaign, position=1)
    second = give(reader, campaign, position=9, due_on=today + timedelta(days=9))
    first = give(reader, campaign, position=5, priority=1)

    order = []
    while (assignment := take_next(reader)) is not None:
        order.append(assignment)
        skip_exam(assignment=assignment, reader=reader, reason="Next")

    assert order == [first, second, third]


def test_what_is_begun_comes_first_and_what_was_opened_last_before_that():
    reader, campaign = make_reader(), make_campaign()
    give(reader, campaign, priority=2)
    begun = [give(reader, campaign), give(reader, campaign)]
    for assignment in begun:
        make_annotation(assignment.study.mammograms.get(), assignment=assignment)

    assert take_next(reader) == begun[1]
    assert take_next(reader) == begun[1]


def test_submitted_exam_with_a_new_image_comes_before_another():
    reader, campaign = make_reader(), make_campaign()
    submitted = give(reader, campaign)
    make_annotation(submitted.study.mammograms.get(), assignment=submitted, submitted=True)
    give(reader, campaign, priority=2)

    make_mammogram(study=submitted.study)

    assert take_next(reader) == submitted


@pytest.mark.parametrize(
    "facts",
    [
        {"opens_on": timezone.localdate() + timedelta(days=1)},
        {"state": "skipped", "ended_at": timezone.now(), "end_reason": "Blurred"},
        {"state": "withdrawn", "ended_at": timezone.now(), "end_reason": "Blurred"},
    ],
    ids=["later", "skipped", "withdrawn"],
)
def test_exam_that_is_not_open_is_not_given(facts):
    reader = make_reader()
    give(reader, make_campaign(), **facts)

    assert take_next(reader) is None


def test_closed_campaign_gives_nothing():
    reader, campaign = make_reader(), make_campaign()
    give(reader, campaign)
    campaign.closed_at = timezone.now()
    campaign.save()

    assert take_next(reader) is None


def test_exam_without_an_image_waits():
    assignment = make_assignment(study=make_study())

    assert take_next(assignment.reader) is None


def test_guideline_is_confirmed_before_the_next_exam_but_not_for_one_that_is_begun():
    reader, campaign = make_reader(), make_campaign()
    begun = give(reader, campaign)
    waiting = give(reader, campaign)
    make_annotation(begun.study.mammograms.get(), assignment=begun)
    guideline = Guideline.objects.create(campaign=campaign, number=1, text="Label it.")

    assert list(readable(reader)) == [begun]
    assert why_none(reader).unconfirmed == [campaign]

    confirm_guideline(guideline=guideline, reader=reader)
    assert set(readable(reader)) == {begun, waiting}


def test_repeat_waits_for_the_first_reading_whatever_its_day():
    first = give(make_reader(), make_campaign())
    repeat = Assignment.objects.create(
        campaign=first.campaign, study=first.study, reader=first.reader, round=2
    )

    assert list(readable(first.reader)) == [first]

    make_annotation(first.study.mammograms.get(), assignment=first, submitted=True)
    assert list(readable(first.reader)) == [repeat]


def test_two_who_ask_take_the_two_readings_of_an_exam_and_one_who_asks_twice_takes_one():
    campaign, readers = make_campaign(), make_readers(3)
    fill(campaign, 1, readers, shares={2: 1})

    taken = [take_next(readers[0]), take_next(readers[0]), take_next(readers[1]), take_next(readers[2])]

    assert taken[0] == taken[1]
    assert taken[2].study == taken[0].study
    assert taken[3] is None
    assert Assignment.objects.count() == 2


def test_nobody_outside_takes_from_a_pool_nor_whoever_left():
    campaign, (member, outsider, left) = make_campaign(), make_readers(3)
    fill(campaign, 3, [member, left])
    CampaignReader.objects.filter(reader=left).update(left_at=timezone.now())

    assert take_next(outsider) is None
    assert take_next(left) is None
    assert take_next(member) is not None


def test_reader_who_became_an_expert_takes_nothing_that_she_may_have_looked_at():
    campaign, (reader,) = make_campaign(), make_readers(1)
    fill(campaign, 1, [reader])
    reader.role = "adjudicator"
    reader.save()

    assert take_next(reader) is None


def test_own_exams_come_before_those_of_a_pool_unless_these_are_more_urgent():
    campaign, (reader,) = make_campaign(), make_readers(1)
    own = give(reader, campaign)
    (plain,) = fill(campaign, 1, [reader], seed=1)
    assert take_next(reader) == own

    (urgent,) = fill(campaign, 1, [reader], seed=2, priority=1)
    taken = take_next(reader)
    assert taken.study == urgent
    for assignment in (taken, own):
        skip_exam(assignment=assignment, reader=reader, reason="Next")
    assert take_next(reader).study == plain


def test_lease_that_ran_out_untouched_goes_to_the_next_and_her_page_is_told():
    campaign, (slow, quick) = make_campaign(), make_readers(2)
    fill(campaign, 1, [slow, quick])
    held = take_next(slow)
    assert take_next(quick) is None

    let_lapse(held)
    taken = take_next(quick)

    assert taken.study == held.study
    held.refresh_from_db()
    assert (held.state, held.end_reason) == ("withdrawn", "Not begun in time; it went back to the pool.")
    with pytest.raises(ExamEndedError, match="went back to the pool"):
        renew_lease(assignment=held, reader=slow)


def test_reader_gets_back_what_others_let_lie_too():
    campaign, (slow, quick) = make_campaign(), make_readers(2)
    fill(campaign, 1, [slow, quick])
    held = take_next(slow)
    let_lapse(held)
    let_lapse(take_next(quick))

    again = take_next(slow)

    assert again == held
    assert (again.state, again.end_reason, again.ended_at) == ("open", "", None)


def test_lease_that_ran_out_stays_with_her_until_somebody_asks():
    campaign, (reader,) = make_campaign(), make_readers(1)
    fill(campaign, 1, [reader])
    held = take_next(reader)
    let_lapse(held)

    assert take_next(reader) == held
    until = renew_lease(assignment=held, reader=reader)
    assert abs(until - timezone.now() - LEASE) < timedelta(seconds=5)


def test_lease_with_a_stroke_stays_hers_and_stands_as_stuck():
    campaign, (slow, quick) = make_campaign(), make_readers(2)
    fill(campaign, 1, [slow, quick])
    held = take_next(slow)
    make_annotation(held.study.mammograms.get(), assignment=held, answer="yes")
    assert not stuck_slots(campaign)

    let_lapse(held)

    assert take_next(quick) is None
    assert [slot.assignment for slot in stuck_slots(campaign)] == [held]


def test_what_was_submitted_is_not_taken_however_old_its_lease():
    campaign, (slow, quick) = make_campaign(), make_readers(2)
    fill(campaign, 1, [slow, quick])
    held = take_next(slow)
    make_annotation(held.study.mammograms.get(), assignment=held, submitted=True)
    let_lapse(held)

    assert take_next(quick) is None
    assert not stuck_slots(campaign)


def test_skipped_exam_of_a_pool_goes_to_another_reader_and_not_back_to_her():
    campaign, (one, two) = make_campaign(), make_readers(2)
    fill(campaign, 1, [one, two])
    held = take_next(one)

    skip_exam(assignment=held, reader=one, reason="I know this patient")

    assert take_next(one) is None
    assert take_next(two).study == held.study


def test_lease_of_an_exam_given_by_name_is_none():
    assignment = give(make_reader(), make_campaign())

    assert renew_lease(assignment=assignment, reader=assignment.reader) is None
    with pytest.raises(ForbiddenError):
        renew_lease(assignment=assignment, reader=make_reader())


@pytest.mark.django_db(transaction=True)
def test_readers_who_ask_at_the_same_moment_never_get_the_same_reading():
    campaign, readers = make_campaign(), make_readers(8)
    fill(campaign, 6, readers)
    start = threading.Barrier(len(readers))
    taken, troubles = [], []

    def ask(reader):
        try:
            start.wait()
            assignment = take_next(reader)
            if assignment is not None:
                taken.append(assignment.study_id)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            troubles.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[reader]) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not troubles
    assert len(taken) == len(set(taken)) == 6


@pytest.mark.django_db(transaction=True)
def test_reader_who_presses_twice_at_the_same_moment_takes_one():
    campaign, (reader,) = make_campaign(), make_readers(1)
    fill(campaign, 4, [reader])
    start = threading.Barrier(3)
    taken = []

    def ask():
        start.wait()
        taken.append(take_next(reader))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({assignment.id for assignment in taken}) == 1
    assert Assignment.objects.count() == 1
