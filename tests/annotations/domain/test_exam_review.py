import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations import rules
from annotations.domain.annotation import annotation_answers, annotation_masks
from annotations.domain.exam_review import (
    accept_reading,
    correct_reading,
    reopen_review,
    return_reading,
    review_images,
)
from annotations.domain.review_queue import counts_by_state, reviews_of, state_of
from annotations.errors import MissingError, ReviewRefusedError
from annotations.models import Annotation, AuditEntry, ExamReview
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import (
    accept,
    draw,
    make_correction,
    make_reading,
    send_back,
    submit,
    vessel,
)
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


@pytest.fixture
def reader():
    return make_reader()


@pytest.fixture
def expert():
    return make_reader("adjudicator")


def digest_of(annotation, label="bac"):
    return annotation_masks(annotation)[label].sha256


def test_reading_waits_until_it_is_accepted(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    before = state_of(assignment)

    review = accept(assignment, expert)

    assert [before, state_of(assignment)] == ["waiting", "accepted"]
    assert [image.result for image in review.images.all()] == list(assignment.annotations.all())
    assert AuditEntry.objects.get(act="review_accepted").actor == expert


def test_correction_is_a_copy_that_the_expert_draws_on_and_the_reading_stays(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    reading = assignment.annotations.get()
    before = digest_of(reading)

    copy = correct_reading(assignment=assignment, reviewer=expert, mammogram=reading.mammogram)
    same = digest_of(copy)
    corrected = submit(draw(copy, vessel(reading.mammogram, row=20)))
    (image,) = accept(assignment, expert).images.all()

    assert same == before == digest_of(reading)
    assert (copy.derived_from, copy.reader, copy.assignment) == (reading, expert, None)
    assert annotation_answers(copy) == {"bac_present": "yes"}
    assert (image.reading, image.result) == (reading, corrected)
    assert digest_of(corrected) != before


def test_open_correction_is_opened_once_and_the_next_one_starts_from_it(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    mammogram = assignment.study.mammograms.get()

    def correct():
        return correct_reading(assignment=assignment, reviewer=expert, mammogram=mammogram)

    first, again = correct(), correct()
    submit(draw(first, vessel(mammogram, row=20)))
    second = correct()

    assert first == again
    assert second.derived_from == first


def test_reading_is_not_accepted_over_a_correction_that_is_not_submitted(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    mammogram = assignment.study.mammograms.get()
    copy = correct_reading(assignment=assignment, reviewer=expert, mammogram=mammogram)
    draw(copy, vessel(mammogram, row=20))

    with pytest.raises(ReviewRefusedError, match="is not submitted"):
        accept(assignment, expert)


def test_correction_opened_and_left_alone_bars_nothing(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    reading = assignment.annotations.get()
    correct_reading(assignment=assignment, reviewer=expert, mammogram=reading.mammogram)

    (image,) = accept(assignment, expert).images.all()

    assert image.result == reading


def test_returned_reading_is_her_own_copy_and_waits_again_once_submitted(campaign, reader, expert):
    assignment = make_reading(campaign, reader, images=2)
    make_correction(assignment, expert)
    first = assignment.annotations.order_by("created_at").first()
    return_reading(
        assignment=assignment,
        reviewer=expert,
        seen=0,
        note="One vessel is missing",
        mammograms=[first.mammogram_id],
    )
    states = [state_of(assignment)]

    (copy,) = assignment.annotations.filter(state="open")
    same = digest_of(copy) == digest_of(first)
    submit(draw(copy, vessel(copy.mammogram, row=30)))
    states.append(state_of(assignment))

    assert (copy.reader, copy.derived_from, same) == (reader, first, True)
    assert states == ["returned", "waiting"]
    images = {image.mammogram.id: image for image in review_images(assignment, expert)}
    # What the expert had made of the first reading is no correction of the second.
    assert (images[copy.mammogram_id].reading, images[copy.mammogram_id].correction) == (copy, None)


def test_returned_reading_leaves_first_readings_as_they_were(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    before = list(Annotation.objects.values_list("id", "version", "state", "submitted_at"))

    send_back(assignment, expert)
    assignment.refresh_from_db()

    assert assignment.state == "submitted"
    assert set(before) <= set(Annotation.objects.values_list("id", "version", "state", "submitted_at"))


def test_whoever_has_a_reading_back_has_not_finished_it(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    send_back(assignment, expert)
    own = rules.assignments_visible_to(reader)

    assert list(rules.unfinished(own)) == list(rules.returned(own)) == [assignment]
    submit(assignment.annotations.get(state="open"))
    assert not rules.unfinished(own).exists()


@pytest.mark.parametrize("decide", [accept, send_back])
def test_taking_a_word_back_is_a_further_record(campaign, reader, expert, decide):
    assignment = make_reading(campaign, reader)
    decide(assignment, expert)

    reopen_review(assignment=assignment, reviewer=expert, seen=1)

    assert state_of(assignment) == "waiting"
    assert not rules.returned(rules.assignments_visible_to(reader)).exists()
    assert ExamReview.objects.count() == 2


def test_reading_sent_back_twice_is_one_copy(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    send_back(assignment, expert)
    reopen_review(assignment=assignment, reviewer=expert, seen=1)
    send_back(assignment, expert)

    assert assignment.annotations.filter(state="open").count() == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(words=st.lists(st.sampled_from(["accept", "return"]), min_size=1, max_size=4))
def test_every_word_can_be_taken_back_to_the_very_state_before(words):
    campaign, reader, expert = make_campaign(), make_reader(), make_reader("adjudicator")
    assignment = make_reading(campaign, reader)
    make_correction(assignment, expert)

    def state():
        (image,) = review_images(assignment, expert)
        masks = {label: bytes(mask.data) for label, mask in annotation_masks(image.result).items()}
        return state_of(assignment), image.reading, image.result, masks

    before = state()
    for word in words:
        (accept if word == "accept" else send_back)(assignment, expert)
        reopen_review(assignment=assignment, reviewer=expert, seen=assignment.reviews.count())
        assert state() == before


def test_second_expert_is_told_that_somebody_decided(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    accept(assignment, expert)

    with pytest.raises(ReviewRefusedError, match="meanwhile") as refused:
        accept_reading(assignment=assignment, reviewer=make_reader("adjudicator"), seen=0)

    assert refused.value.code == "review_stale"


@pytest.mark.parametrize("decide", [accept, send_back])
@pytest.mark.parametrize("before", [accept, send_back])
def test_decided_reading_is_opened_again_before_it_is_decided_anew(campaign, reader, expert, before, decide):
    assignment = make_reading(campaign, reader)
    before(assignment, expert)

    with pytest.raises(ReviewRefusedError) as refused:
        decide(assignment, expert)

    assert refused.value.code == "review_decided"


def test_decided_reading_is_not_corrected_before_it_is_opened_again(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    accept(assignment, expert)

    with pytest.raises(ReviewRefusedError, match="Open it again first"):
        make_correction(assignment, expert)


def test_return_says_what_to_look_at(campaign, reader, expert):
    assignment = make_reading(campaign, reader)

    with pytest.raises(ReviewRefusedError, match="Tell the reader"):
        send_back(assignment, expert, note="  ")
    with pytest.raises(ReviewRefusedError, match="at least one image"):
        return_reading(assignment=assignment, reviewer=expert, seen=0, note="Look", mammograms=[])


def make_expert_who_reads(campaign):
    expert = make_reader("adjudicator")
    make_assignment(expert, campaign=campaign)
    return expert


def make_expert_who_reads_it_elsewhere(campaign):
    expert = make_reader("adjudicator")
    make_assignment(expert, study=campaign.assignments.get().study)
    return expert


@pytest.mark.parametrize(
    "who",
    [
        make_expert_who_reads,
        make_expert_who_reads_it_elsewhere,
        lambda _campaign: make_reader("data_scientist"),
        lambda _campaign: make_reader("administrator"),
        lambda _campaign: make_reader(),
    ],
    ids=[
        "expert_with_an_exam_to_read",
        "expert_who_reads_it_elsewhere",
        "data_scientist",
        "administrator",
        "reader",
    ],
)
def test_who_may_not_review(campaign, reader, who):
    assignment, person = make_reading(campaign, reader), who(campaign)

    for act in (accept, send_back):
        with pytest.raises(MissingError):
            act(assignment, person)
    with pytest.raises(MissingError):
        correct_reading(assignment=assignment, reviewer=person, mammogram=assignment.study.mammograms.get())
    assert counts_by_state(campaign, person) == {"waiting": 0, "returned": 0, "accepted": 0}


def test_nobody_reviews_her_own_reading(campaign, expert):
    assignment = make_reading(campaign, expert)

    with pytest.raises(MissingError):
        accept(assignment, expert)


def test_withdrawn_exam_is_no_longer_reviewed(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    assignment.state, assignment.submitted_at = "withdrawn", None
    assignment.ended_at, assignment.end_reason = assignment.created_at, "Wrong patient"
    assignment.save()

    with pytest.raises(MissingError):
        accept(assignment, expert)


def test_exams_behind_a_gate_come_first_then_the_oldest(campaign, expert):
    campaign.gate_exams = 1
    campaign.save()
    through, waiting = make_reader(), make_reader()
    accept(make_reading(campaign, through), expert)
    later = [make_reading(campaign, through) for _ in range(2)]
    gate = make_reading(campaign, waiting)

    queue = list(reviews_of(campaign, expert, "waiting"))

    assert queue == [gate, *later]
    assert [each.is_gate for each in queue] == [True, False, False]
    assert counts_by_state(campaign, expert) == {"waiting": 3, "returned": 0, "accepted": 1}


def test_reading_that_is_to_be_repeated_does_not_go_back_to_its_reader(campaign, reader, expert):
    assignment = make_reading(campaign, reader)
    again = make_assignment(reader, assignment.study, campaign, round_number=2)

    with pytest.raises(ReviewRefusedError) as refused:
        send_back(assignment, expert)

    assert refused.value.code == "repeat_waits"
    assert not ExamReview.objects.exists()
    assert list(rules.annotations_visible_to(reader)) == []
    image = assignment.study.mammograms.get()
    make_annotation(image, assignment=again, labels={"bac": vessel(image)}, submitted=True)
    assert send_back(assignment, expert).images.count() == 1
