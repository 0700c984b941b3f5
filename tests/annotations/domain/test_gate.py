import pytest

from annotations.domain.annotation import open_annotation
from annotations.domain.exam_review import reopen_review
from annotations.domain.gate import closed_for, gate_of, gates
from annotations.domain.next_exam import readable
from annotations.errors import GateClosedError
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import accept, make_reading, send_back, submit
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    campaign = make_campaign()
    campaign.gate_exams = 2
    campaign.save()
    return campaign


@pytest.fixture
def reader():
    return make_reader()


@pytest.fixture
def expert():
    return make_reader("adjudicator")


def is_closed(reader, campaign):
    closed = closed_for(reader).filter(id=campaign.id).exists()
    assert gate_of(reader, campaign).is_closed == closed
    return closed


def make_exam(campaign, reader):
    mammogram = make_mammogram()
    return make_assignment(reader, mammogram.study, campaign), mammogram


def test_gate_closes_with_the_last_of_the_first_exams_and_opens_with_their_acceptance(
    campaign, reader, expert
):
    rest, _image = make_exam(campaign, reader)
    first = make_reading(campaign, reader)
    states = [is_closed(reader, campaign)]
    second = make_reading(campaign, reader)
    states.append(is_closed(reader, campaign))
    waiting = list(readable(reader))
    accept(first, expert)
    states.append(is_closed(reader, campaign))
    accept(second, expert)
    states.append(is_closed(reader, campaign))

    assert states == [False, True, True, False]
    assert waiting == []
    assert list(readable(reader)) == [rest]


def test_no_door_opens_the_next_exam_before_the_gate(campaign, reader):
    begun, begun_image = make_exam(campaign, reader)
    open_annotation(assignment=begun, mammogram=begun_image)
    rest, image = make_exam(campaign, reader)
    for _ in range(2):
        make_reading(campaign, reader)

    with pytest.raises(GateClosedError, match="An expert looks at your first 2 exams"):
        open_annotation(assignment=rest, mammogram=image)
    assert open_annotation(assignment=begun, mammogram=begun_image).state == "open"
    assert list(readable(reader)) == [begun]


def test_reading_sent_back_keeps_the_gate_closed_until_it_is_accepted(campaign, reader, expert):
    first, second = make_reading(campaign, reader), make_reading(campaign, reader)
    accept(first, expert)
    send_back(second, expert)
    states = [is_closed(reader, campaign)]
    submit(second.annotations.get(state="open"))
    states.append(is_closed(reader, campaign))
    accept(second, expert)
    states.append(is_closed(reader, campaign))

    assert states == [True, True, False]


def test_acceptance_that_is_taken_back_closes_the_gate_again(campaign, reader, expert):
    for _ in range(2):
        accept(make_reading(campaign, reader), expert)
    last = reader.assignments.order_by("-submitted_at").first()
    before = is_closed(reader, campaign)

    reopen_review(assignment=last, reviewer=expert, seen=1)

    assert [before, is_closed(reader, campaign)] == [False, True]


def test_gate_is_each_readers_own(campaign, reader, expert):
    other = make_reader()
    for _ in range(2):
        make_reading(campaign, reader)
        accept(make_reading(campaign, other), expert)

    assert is_closed(reader, campaign)
    assert not is_closed(other, campaign)
    told = {each: (gate.submitted, gate.accepted) for each, gate in gates(campaign).items()}
    assert told == {reader.id: (2, 0), other.id: (2, 2)}


def test_campaign_without_a_gate_closes_for_nobody(reader):
    campaign = make_campaign()
    make_reading(campaign, reader)

    assert not closed_for(reader).exists()
    assert gate_of(reader, campaign) is None
    assert gates(campaign) == {}


def test_higher_gate_holds_for_those_who_passed_the_lower_one(campaign, reader, expert):
    for _ in range(2):
        accept(make_reading(campaign, reader), expert)
    make_reading(campaign, reader)
    campaign.gate_exams = 3
    campaign.save()

    assert is_closed(reader, campaign)


def test_withdrawn_exam_counts_for_nothing(campaign, reader, expert):
    first = make_reading(campaign, reader)
    accept(first, expert)
    make_reading(campaign, reader)
    first.state, first.submitted_at = "withdrawn", None
    first.ended_at, first.end_reason = first.created_at, "Wrong patient"
    first.save()

    gate = gate_of(reader, campaign)
    assert (gate.submitted, gate.accepted, gate.is_closed) == (1, 0, False)
