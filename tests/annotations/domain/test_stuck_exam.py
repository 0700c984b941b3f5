from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.domain.campaign import join
from annotations.domain.next_exam import take_next
from annotations.domain.reading_pool import free_slots
from annotations.domain.stuck_exam import give_to_another, stuck_exams, takers_of
from annotations.errors import ExamNotOpenError, PlanRefusedError
from annotations.models import Annotation, Assignment, AuditEntry
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead():
    return make_reader("administrator")


@pytest.fixture
def stuck():
    """An exam past its day, with a stroke; its campaign has another reader."""
    campaign, readers = make_campaign(), make_readers(2)
    join(campaign, readers)
    mammogram = make_mammogram()
    assignment = make_assignment(readers[0], mammogram.study, campaign)
    Assignment.objects.filter(id=assignment.id).update(due_on="2020-01-01", priority=1)
    annotation = make_annotation(mammogram, assignment=assignment, answer="yes")
    assert annotation.version > 0
    return stuck_exams(campaign).get()


def other_reader(stuck):
    return stuck.campaign.readers.exclude(reader=stuck.reader).get().reader


def test_another_reader_begins_it_from_the_start_and_what_was_drawn_is_kept(stuck, lead):
    other = other_reader(stuck)
    before = list(Annotation.objects.values())

    given = give_to_another(assignment=stuck, reader=other, actor=lead)

    stuck.refresh_from_db()
    assert (stuck.state, stuck.end_reason) == ("withdrawn", "The lead gave it to another reader.")
    assert list(Annotation.objects.values()) == before
    assert take_next(other) == given
    assert (given.priority, str(given.due_on), given.annotations.count()) == (1, "2020-01-01", 0)
    assert given.shows_preannotation == stuck.shows_preannotation
    assert AuditEntry.objects.get(act="give_to_another").actor == lead


@pytest.mark.parametrize("state", ["open", "submitted", "skipped", "withdrawn"])
def test_nobody_gets_an_exam_that_she_has_or_had(stuck, lead, state):
    other = other_reader(stuck)
    had = make_assignment(other, stuck.study, stuck.campaign)
    ended = {"ended_at": timezone.now(), "end_reason": "why"} if state in ("skipped", "withdrawn") else {}
    submitted = {"submitted_at": timezone.now()} if state == "submitted" else {}
    Assignment.objects.filter(id=had.id).update(state=state, **ended, **submitted)

    with pytest.raises(ExamNotOpenError) as refusal:
        give_to_another(assignment=stuck, reader=other, actor=lead)

    assert refusal.value.code == "exam_had_before"
    assert takers_of(stuck.campaign, [stuck]) == {stuck.id: []}
    stuck.refresh_from_db()
    assert stuck.state == "open"


def test_only_readers_of_the_campaign_are_offered_and_taken(stuck, lead):
    assert takers_of(stuck.campaign, [stuck]) == {stuck.id: [other_reader(stuck)]}

    with pytest.raises(ExamNotOpenError) as refusal:
        give_to_another(assignment=stuck, reader=make_reader(), actor=lead)
    with pytest.raises(PlanRefusedError, match="cannot read in a campaign"):
        give_to_another(assignment=stuck, reader=make_reader("adjudicator"), actor=lead)

    assert refusal.value.code == "not_a_member"


def test_what_was_submitted_meanwhile_and_a_repeat_stay(stuck, lead):
    other = other_reader(stuck)
    Assignment.objects.filter(id=stuck.id).update(round=2)
    with pytest.raises(ExamNotOpenError) as repeat:
        give_to_another(assignment=stuck, reader=other, actor=lead)
    Assignment.objects.filter(id=stuck.id).update(round=1, state="submitted", submitted_at=timezone.now())
    with pytest.raises(ExamNotOpenError) as submitted:
        give_to_another(assignment=stuck, reader=other, actor=lead)

    assert (repeat.value.code, submitted.value.code) == ("repeat_stays", "exam_not_open")


def test_an_exam_of_a_pool_keeps_its_place_with_the_new_reader(lead):
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, [make_mammogram().study], [one, two], is_pool=True)
    taken = take_next(one)
    slot = campaign.pool_slots.get()
    campaign.pool_slots.update(lease_until=timezone.now() - timedelta(days=1))

    given = give_to_another(assignment=taken, reader=two, actor=lead)

    slot.refresh_from_db()
    assert slot.assignment == given
    assert slot.lease_until > timezone.now()
    assert not free_slots(one, campaign).exists()
    assert take_next(one) is None
    assert take_next(two) == given
