from datetime import date, timedelta

import pytest
from django.utils import timezone

from annotations.domain.board_wait import waits_of
from annotations.domain.campaign_board import board_of, skipped_exams
from annotations.domain.campaign_reader import add_readers, remove_reader
from annotations.domain.exam_end import skip_exam
from annotations.domain.exam_state import with_exam_state
from annotations.domain.lacking_reading import lacking_readings
from annotations.domain.plan_picture import present_state
from annotations.domain.reading_interval import IntervalDraft, record_intervals
from annotations.domain.stuck_exam import stuck_exams
from annotations.enums import ExamState
from annotations.models import Annotation, Assignment, Campaign, Guideline
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.exam_review import accept, send_back
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db


def _read(campaign, reader=None, study=None):
    """Give an exam of one image and read it."""
    study = study or make_study()
    mammogram = study.mammograms.first() or make_mammogram(study=study)
    assignment = make_assignment(reader, study, campaign)
    make_annotation(mammogram, assignment=assignment, submitted=True)
    assignment.refresh_from_db()
    return assignment


def _states(campaign):
    return dict(with_exam_state(campaign).values_list("id", "exam_state"))


def test_every_reading_has_one_state_of_its_own():
    campaign = make_campaign()
    today = timezone.localdate()
    waiting, later, begun, skipped, withdrawn = (make_assignment(campaign=campaign) for _ in range(5))
    Assignment.objects.filter(id=later.id).update(opens_on=today + timedelta(days=9))
    make_annotation(make_mammogram(study=begun.study), assignment=begun)
    ended = {"ended_at": timezone.now(), "end_reason": "why"}
    Assignment.objects.filter(id=skipped.id).update(state="skipped", **ended)
    Assignment.objects.filter(id=withdrawn.id).update(state="withdrawn", **ended)
    done, shared, returned = _read(campaign), _read(campaign), _read(campaign)
    other = make_assignment(study=shared.study, campaign=campaign)
    send_back(returned, make_reader("adjudicator"))

    assert _states(campaign) == {
        waiting.id: ExamState.WAITING,
        later.id: ExamState.LATER,
        begun.id: ExamState.IN_PROGRESS,
        skipped.id: ExamState.SKIPPED,
        withdrawn.id: ExamState.WITHDRAWN,
        done.id: ExamState.DONE,
        shared.id: ExamState.SUBMITTED,
        other.id: ExamState.WAITING,
        returned.id: ExamState.RETURNED,
    }


def test_first_exams_of_a_reader_are_in_review_until_the_gate_is_passed():
    campaign, reader = make_campaign(), make_reader()
    Campaign.objects.update(gate_exams=2)
    campaign.refresh_from_db()
    first, second = _read(campaign, reader), _read(campaign, reader)

    assert set(_states(campaign).values()) == {ExamState.IN_REVIEW}
    accept(first, make_reader("adjudicator"))
    assert _states(campaign) == {first.id: ExamState.DONE, second.id: ExamState.IN_REVIEW}
    accept(second, make_reader("adjudicator"))
    _read(campaign, reader)
    assert set(_states(campaign).values()) == {ExamState.DONE}


def test_board_counts_every_reading_once_and_readers_by_pseudonym():
    campaign = make_campaign()
    for _reader in range(3):
        reader = make_reader()
        _read(campaign, reader)
        make_assignment(reader, campaign=campaign)
    make_assignment()

    board = board_of(campaign)

    assert board.total == 6 == sum(state.count for state in board.states)
    assert sum(state.width for state in board.states) == pytest.approx(1000, abs=0.1)
    assert [(row.left, row.read) for row in board.rows] == [(1, 1)] * 3
    pseudonyms = [row.reader.pseudonym for row in board.rows]
    assert pseudonyms == sorted(pseudonyms)


def test_active_time_is_that_of_the_campaign_and_of_late():
    campaign = make_campaign()
    assignment = _read(campaign)
    elsewhere = _read(make_campaign(), assignment.reader)
    for reading in (assignment, elsewhere):
        annotation = Annotation.objects.get(assignment=reading)
        drafts = [IntervalDraft(id=annotation.id, age_ms=200_000, duration_ms=90_000)]
        record_intervals(annotation=annotation, reader=reading.reader, intervals=drafts)

    (row,) = board_of(campaign).rows

    assert row.active_s == 90
    assert row.active_minutes_per_exam == 1.5
    assert row.last_active_at is not None


def test_forecast_of_a_board_comes_from_the_days_of_its_readers():
    campaign, reader = make_campaign(), make_reader()
    for day in range(1, 6):
        for _exam in range(2):
            exam = _read(campaign, reader)
            Assignment.objects.filter(id=exam.id).update(submitted_at=timezone.now() - timedelta(days=day))
    for _exam in range(4):
        make_assignment(reader, campaign=campaign)

    assert board_of(campaign).forecast.expected == timezone.localdate() + timedelta(days=2)


def test_exams_past_their_day_and_exams_that_were_left_are_stuck_oldest_first():
    campaign = make_campaign()
    overdue, left, fresh, waiting = (make_assignment(campaign=campaign) for _ in range(4))
    Assignment.objects.filter(id=overdue.id).update(due_on=timezone.localdate() - timedelta(days=1))
    for assignment in (left, fresh):
        make_annotation(make_mammogram(study=assignment.study), assignment=assignment)
    Annotation.objects.filter(assignment=left).update(created_at=timezone.now() - timedelta(days=9))

    assert [exam.id for exam in stuck_exams(campaign)] == [left.id, overdue.id]
    assert waiting.due_on is None


def test_skipped_exams_say_why():
    assignment = make_assignment()
    skip_exam(assignment=assignment, reader=assignment.reader, reason="Blurred by movement.")

    assert [exam.end_reason for exam in skipped_exams(assignment.campaign)] == ["Blurred by movement."]


def test_reader_at_the_gate_waits_for_a_review_and_a_late_one_is_waited_for():
    campaign, reader = make_campaign(), make_reader()
    Campaign.objects.update(gate_exams=1)
    campaign.refresh_from_db()
    _read(campaign, reader)
    late = make_assignment(campaign=campaign)
    Assignment.objects.filter(id=late.id).update(due_on=date(2020, 1, 1))

    found = waits_of(campaign, board_of(campaign))
    waits = {(wait.who, wait.whom) for wait in found}

    assert "of her first 1 exams (0 of 1 accepted); nothing else opens until then" in {
        wait.what for wait in found
    }
    assert waits == {(reader.pseudonym, "an expert's review"), ("The campaign", late.reader.pseudonym)}


def test_unconfirmed_guideline_is_waited_for():
    assignment = make_assignment()
    Guideline.objects.create(campaign=assignment.campaign, number=1, text="Brush.")

    (wait,) = waits_of(assignment.campaign, board_of(assignment.campaign))

    assert wait.whom == assignment.reader.pseudonym
    assert "has not confirmed guideline 1" in wait.what


def test_the_lead_learns_of_segments_that_no_adjudicator_there_is_may_decide():
    expert = make_reader("adjudicator")
    readings = make_readings([{"bac": make_square(4, 4, 12)}, {}], readers=[expert, make_reader()])
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)

    waits = waits_of(campaign, board_of(campaign))

    assert [(wait.whom, wait.count) for wait in waits] == [("an adjudicator", 2), ("another adjudicator", 1)]


def test_readers_of_a_fresh_pool_have_what_waits_in_it():
    campaign = make_campaign()
    give_out_exams(campaign, make_studies(8), make_readers(8), is_pool=True)

    board = board_of(campaign)

    assert (board.total, board.in_pool, board.lacking.to_give, len(board.rows)) == (8, 8, 0, 8)
    assert board.forecast.reason.startswith("Too early to say: ")


def test_pool_whose_readers_left_waits_for_a_reader():
    campaign, lead = make_campaign(), make_reader("administrator")
    readers = make_readers(2)
    give_out_exams(campaign, make_studies(6), readers, is_pool=True)
    make_assignment(readers[0], campaign=campaign)
    for reader in readers:
        remove_reader(campaign=campaign, reader=reader, reason="Gone", actor=lead)

    board = board_of(campaign)

    assert board.forecast.reason == "Nobody reads here now, and the pool holds 6 readings."
    assert [(row.reader, row.left_at is None) for row in board.rows] == [(readers[0], False)]


def test_readings_that_nobody_is_left_to_make_are_lacking():
    campaign, lead = make_campaign(), make_reader("administrator")
    one, two, three = make_readers(3)
    give_out_exams(campaign, make_studies(6), [one, two], shares={2: 1.0})
    assert lacking_readings(campaign).to_give == 0
    campaign.assignments.filter(reader=one).update(state="submitted", submitted_at=timezone.now())

    remove_reader(campaign=campaign, reader=two, reason="Gone", actor=lead)
    board = board_of(campaign)

    assert board.lacking.to_give == 6
    assert board.forecast.reason.endswith("but the plan lacks 6 readings.")
    assert [row.left_at is None for row in board.rows] == [True, False]
    add_readers(campaign=campaign, readers=[three], actor=lead)
    assert lacking_readings(campaign).to_give == 0


def test_everything_is_lacking_once_all_readers_have_left():
    campaign, lead = make_campaign(), make_reader("administrator")
    readers = make_readers(2)
    give_out_exams(campaign, make_studies(5), readers, shares={2: 0.4})
    for reader in readers:
        remove_reader(campaign=campaign, reader=reader, reason="Gone", actor=lead)

    assert board_of(campaign).lacking.to_give == 7
    assert [(row.number, row.exams, row.declared) for row in present_state(campaign).numbers] == [
        (0, 5, 0),
        (1, 0, 3),
        (2, 0, 2),
    ]


def test_whoever_submitted_just_now_was_active_just_now():
    campaign = make_campaign()
    submitted = _read(campaign)

    (row,) = board_of(campaign).rows

    assert row.last_active_at == submitted.submitted_at
