import pytest

from annotations.domain.campaign_reader import remove_reader
from annotations.domain.disagreement import waiting_segments
from annotations.domain.exam_end import withdraw_exam
from annotations.domain.exam_reinstatement import take_back_withdrawal
from annotations.domain.next_exam import take_next
from annotations.domain.reading_plan import exams_of
from annotations.errors import ExamNotOpenError, InvalidError
from annotations.models import Assignment, AuditEntry, ExamReinstatement, ExamWithdrawal, PoolSlot
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.consensus import find_disagreements, make_disagreements
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db

FACTS = ("state", "submitted_at", "ended_at", "end_reason", "reader", "round")


@pytest.fixture
def lead():
    return make_reader("administrator")


def facts():
    return {row["id"]: row for row in Assignment.objects.values("id", *FACTS)}


def withdraw(campaign, study, lead, reason="Wrong patient"):
    withdraw_exam(campaign=campaign, study=study, reason=reason, actor=lead)
    return ExamWithdrawal.objects.filter(study=study).latest("created_at")


def test_every_reading_stands_as_it_stood_and_both_acts_are_kept(lead):
    submitted = make_annotation(submitted=True)
    campaign, study = submitted.assignment.campaign, submitted.mammogram.study
    make_assignment(study=study, campaign=campaign)
    skipped = make_assignment(study=study, campaign=campaign)
    Assignment.objects.filter(id=skipped.id).update(
        state="skipped", end_reason="Blurred", ended_at=skipped.created_at
    )
    repeat = Assignment.objects.create(campaign=campaign, study=study, reader=submitted.reader, round=2)
    before = facts()

    withdrawal = withdraw(campaign, study, lead)
    count = take_back_withdrawal(withdrawal=withdrawal, reason="It was right", actor=lead)

    assert count == 3
    assert facts() == before
    assert before[repeat.id]["state"] == "open"
    assert study in exams_of(campaign)
    assert (ExamWithdrawal.objects.count(), ExamReinstatement.objects.get().reason) == (1, "It was right")
    assert AuditEntry.objects.get(act="take_back_withdrawal").actor == lead


def test_an_exam_can_be_withdrawn_and_taken_back_again_and_a_withdrawal_only_once(lead):
    submitted = make_annotation(submitted=True)
    campaign, study = submitted.assignment.campaign, submitted.mammogram.study
    before = facts()
    first = withdraw(campaign, study, lead)
    take_back_withdrawal(withdrawal=first, reason="It was right", actor=lead)

    second = withdraw(campaign, study, lead, "Wrong after all")
    with pytest.raises(ExamNotOpenError) as refusal:
        take_back_withdrawal(withdrawal=first, reason="Again", actor=lead)
    take_back_withdrawal(withdrawal=second, reason="No, right", actor=lead)

    assert refusal.value.code == "withdrawal_taken_back"
    assert facts() == before


def test_a_reason_is_asked_for(lead):
    submitted = make_annotation(submitted=True)
    withdrawal = withdraw(submitted.assignment.campaign, submitted.mammogram.study, lead)

    with pytest.raises(InvalidError, match="Say why"):
        take_back_withdrawal(withdrawal=withdrawal, reason=" ", actor=lead)


def test_what_somebody_had_open_who_left_since_stays_ended(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    study = make_mammogram().study
    give_out_exams(campaign, [study], [one, two], shares={2: 1})
    withdrawal = withdraw(campaign, study, lead)
    remove_reader(campaign=campaign, reader=one, reason="Gone", actor=lead)

    assert take_back_withdrawal(withdrawal=withdrawal, reason="It was right", actor=lead) == 1

    states = dict(Assignment.objects.values_list("reader", "state"))
    assert states == {one.id: "withdrawn", two.id: "open"}


def test_readings_of_a_pool_get_their_places_back(lead):
    campaign, (one, two, three) = make_campaign(), make_readers(3)
    study = make_mammogram().study
    give_out_exams(campaign, [study], [one, two, three], is_pool=True, shares={2: 1})
    taken = take_next(one)
    withdrawal = withdraw(campaign, study, lead)

    take_back_withdrawal(withdrawal=withdrawal, reason="It was right", actor=lead)

    assert take_next(one) == taken
    assert take_next(two) is not None
    assert take_next(three) is None
    assert not PoolSlot.objects.filter(closed_at__isnull=False).exists()


def test_what_was_disputed_is_disputed_again(lead):
    (segment,) = make_disagreements(make_square(4, 4, 12))
    withdrawal = withdraw(segment.campaign, segment.mammogram.study, lead)
    find_disagreements(segment.campaign)

    take_back_withdrawal(withdrawal=withdrawal, reason="It was right", actor=lead)
    find_disagreements(segment.campaign)

    assert list(waiting_segments(segment.campaign)) == [segment]
