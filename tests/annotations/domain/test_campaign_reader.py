from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.domain.board_wait import waits_of
from annotations.domain.campaign import join
from annotations.domain.campaign_board import board_of
from annotations.domain.campaign_reader import add_readers, remove_reader
from annotations.domain.exam_end import skip_exam
from annotations.domain.exam_review import returned_to
from annotations.domain.give_out import give_out
from annotations.domain.planned_reading import latest_request
from annotations.domain.review_queue import state_of
from annotations.errors import ExamEndedError, MissingError, PlanRefusedError
from annotations.ml_gateway.overlap_plan import exams_by_number
from annotations.models import Annotation, Assignment
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_campaign
from tests.factories.exam_review import accept, draw, make_reading, send_back, submit, vessel
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db

ACTIVE = ("open", "submitted")


def readers_by_exam(campaign):
    by_exam = {}
    for study, reader in campaign.assignments.filter(round=1, state__in=ACTIVE).values_list(
        "study", "reader"
    ):
        by_exam.setdefault(study, []).append(reader)
    return by_exam


def least_meeting(campaign, readers):
    by_exam = readers_by_exam(campaign).values()
    return min(
        sum({one.id, other.id} <= set(names) for names in by_exam) for one, other in combinations(readers, 2)
    )


@pytest.fixture
def lead():
    return make_reader("administrator")


@settings(max_examples=20)
@given(
    exams=st.integers(40, 60),
    twice=st.sampled_from([0, 0.2, 0.4]),
    submitted=st.integers(0, 15),
    seed=st.integers(0, 2**32 - 1),
)
def test_declared_fractions_hold_after_a_reader_left_and_another_joined(lead, exams, twice, submitted, seed):
    campaign, readers = make_campaign(), make_readers(5)
    staying, leaving, joining = readers[:3], readers[3], readers[4]
    give_out_exams(
        campaign,
        make_studies(exams),
        [*staying, leaving],
        seed=seed,
        shares={2: twice},
        pairs_meet=1 if twice else 0,
    )
    done = campaign.assignments.order_by("id")[:submitted]
    Assignment.objects.filter(id__in=[each.id for each in done]).update(
        state="submitted", submitted_at="2026-01-01T00:00Z"
    )
    declared = {number: count for number, count in exams_by_number(exams, {2: twice}).items() if count}

    left = remove_reader(campaign=campaign, reader=leaving, reason="On leave", actor=lead)

    assert Counter(map(len, readers_by_exam(campaign).values())) == declared
    assert not left.problem
    assert not campaign.assignments.filter(reader=leaving, state="open").exists()

    joined = add_readers(campaign=campaign, readers=[joining], actor=lead)

    by_exam = readers_by_exam(campaign)
    assert Counter(map(len, by_exam.values())) == declared
    assert all(len(set(names)) == len(names) for names in by_exam.values())
    open_loads = [
        campaign.assignments.filter(reader=reader, state="open").count() for reader in (*staying, joining)
    ]
    assert open_loads[-1] <= max(open_loads[:-1])
    assert open_loads[-1] >= sum(open_loads) // 4 - 1 or joined.problem


def test_pairs_that_stay_meet_as_often_as_before_and_who_joins_meets_all(lead):
    campaign, readers = make_campaign(), make_readers(6)
    give_out_exams(campaign, make_studies(120), readers[:5], shares={2: 0.5}, pairs_meet=5)

    remove_reader(campaign=campaign, reader=readers[0], reason="Gone", actor=lead)
    assert least_meeting(campaign, readers[1:5]) >= 5

    result = add_readers(campaign=campaign, readers=[readers[5]], actor=lead)
    assert not result.problem
    assert least_meeting(campaign, readers[1:]) >= 5


def test_strokes_of_who_leaves_are_kept_and_somebody_else_reads_from_the_start(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    studies = [make_mammogram().study for _ in range(4)]
    give_out_exams(campaign, studies, [one, two], shares={})
    begun, done = campaign.assignments.filter(reader=one)
    annotation = make_annotation(begun.study.mammograms.get(), assignment=begun, answer="yes")
    make_annotation(done.study.mammograms.get(), assignment=done, submitted=True)

    result = remove_reader(campaign=campaign, reader=one, reason="On leave", actor=lead)

    assert (result.moved, result.begun, result.problem) == (1, 1, "")
    begun.refresh_from_db()
    assert (begun.state, begun.end_reason) == ("withdrawn", "On leave")
    assert Annotation.objects.get(id=annotation.id).version == 1
    assert campaign.assignments.get(id=done.id).state == "submitted"
    assert campaign.assignments.filter(study=begun.study, reader=two, state="open").count() == 1


def test_the_last_reader_leaves_and_the_exams_lie_until_another_joins(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(3), [one], shares={})

    result = remove_reader(campaign=campaign, reader=one, reason="Gone", actor=lead)
    assert "Nobody reads in this campaign now" in result.problem
    assert not readers_by_exam(campaign)

    result = add_readers(campaign=campaign, readers=[two], actor=lead)
    assert (result.moved, result.problem) == (3, "")


def test_what_cannot_be_read_by_enough_is_said_and_the_wish_is_remembered(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(4), [one, two], shares={2: 1})

    result = remove_reader(campaign=campaign, reader=two, reason="Gone", actor=lead)

    assert "different readers" in result.problem
    assert latest_request(campaign).shares == {2: 1}
    (three,) = make_readers(1)
    assert add_readers(campaign=campaign, readers=[three], actor=lead).problem == ""
    assert Counter(map(len, readers_by_exam(campaign).values())) == {2: 4}


def test_skipped_exam_is_given_to_somebody_else_and_not_again_to_who_skipped_it(lead):
    campaign, readers = make_campaign(), make_readers(3)
    give_out_exams(campaign, make_studies(9), readers, shares={})
    skipped = campaign.assignments.filter(reader=readers[0]).first()
    skip_exam(assignment=skipped, reader=readers[0], reason="I know this patient")

    given = give_out(
        campaign=campaign, request=latest_request(campaign), studies=[], readers=readers, seed=3, actor=lead
    )

    assert given.readings == 1
    (name,) = readers_by_exam(campaign)[skipped.study_id]
    assert name != readers[0].id


def test_who_comes_back_gets_none_of_what_was_taken_from_her(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(10), [one, two], shares={})
    remove_reader(campaign=campaign, reader=one, reason="On leave", actor=lead)

    result = add_readers(campaign=campaign, readers=[one], actor=lead)

    assert result.problem == ""
    assert campaign.assignments.filter(reader=one, state="open").count() == 5
    assert Counter(map(len, readers_by_exam(campaign).values())) == {1: 10}


def test_help_by_lot_moves_with_the_exam(lead):
    campaign, readers = make_campaign(), make_readers(3)
    campaign.preannotation = "randomised"
    campaign.save()
    give_out_exams(campaign, make_studies(20), readers[:2], shares={2: 1})

    remove_reader(campaign=campaign, reader=readers[0], reason="Gone", actor=lead)
    add_readers(campaign=campaign, readers=[readers[2]], actor=lead)

    arms = {}
    for study, shown in campaign.assignments.filter(state="open").values_list("study", "shows_preannotation"):
        arms.setdefault(study, set()).add(shown)
    assert all(len(each) == 2 for each in arms.values())


def test_who_does_not_read_here_cannot_leave_and_an_expert_cannot_join(lead):
    campaign = make_campaign()

    with pytest.raises(MissingError):
        remove_reader(campaign=campaign, reader=make_reader(), reason="Gone", actor=lead)
    with pytest.raises(PlanRefusedError):
        add_readers(campaign=campaign, readers=make_readers(1, "adjudicator"), actor=lead)


def test_what_came_back_to_a_reader_who_leaves_is_the_experts_again(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    join(campaign, [one, two])
    reading, other = make_reading(campaign, one), make_reading(campaign, two)
    expert = make_reader("adjudicator")
    for each in (reading, other):
        send_back(each, expert)
    copy = draw(reading.annotations.get(state="open"), vessel(reading.study.mammograms.get(), row=20))

    result = remove_reader(campaign=campaign, reader=one, reason="On leave", actor=lead)

    assert result.returned == [reading.study.patient.code]
    assert not returned_to(one).exists()
    assert state_of(reading) == "waiting"
    assert state_of(other) == "returned"
    assert not any(wait.whom == one.pseudonym for wait in waits_of(campaign, board_of(campaign)))
    for write in (lambda: draw(copy, vessel(copy.mammogram, row=30)), lambda: submit(copy)):
        with pytest.raises(ExamEndedError, match="read in this campaign no more"):
            write()
    kept = Annotation.objects.get(id=copy.id)
    assert (kept.version, kept.state) == (copy.version, "open")
    accept(reading, expert)
    assert state_of(reading) == "accepted"
