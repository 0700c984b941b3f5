import pytest
from django.utils import timezone

from annotations.domain.agreement_report import readings_since
from annotations.domain.annotation import annotation_masks
from annotations.domain.campaign_reading import first_readings, readings
from annotations.domain.disagreement import disputed_segments
from annotations.domain.exam_review import reopen_review, return_reading
from annotations.domain.reading_measure import measure_reading
from annotations.domain.reading_pair import current_pairs
from annotations.domain.reference_standard import build_reference, is_behind, is_reproduced
from annotations.errors import ReferenceNotReadyError
from annotations.models import Annotation
from tests.factories.agreement import compare_readings
from tests.factories.assignment import make_campaign
from tests.factories.consensus import find_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.exam_review import accept, draw, make_correction, make_reading, send_back, submit
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

FALSE = make_square(4, 4, 12)


@pytest.fixture
def expert():
    return make_reader("adjudicator")


@pytest.fixture
def campaign():
    return make_campaign()


def copy_of(reading):
    return Annotation.objects.get(derived_from=reading, state="open")


def erase(reading):
    """Let its reader take away what she had marked, and submit again; a stroke flips pixels."""
    return submit(draw(copy_of(reading), FALSE))


def test_both_readers_erase_what_was_sent_back_and_the_reference_standard_follows(campaign, expert):
    sent = make_readings([{"bac": FALSE}, {"bac": FALSE}], campaign=campaign)
    find_disagreements(campaign)
    before, _ = build_reference(campaign=campaign, reader=expert)
    assert annotation_masks(before.images.get().annotation)["bac"].area_px == FALSE.sum()

    for reading in sent:
        send_back(reading.assignment, expert)
        erase(reading)
        accept(reading.assignment, expert)
    find_disagreements(campaign)
    assert is_behind(before)
    after, is_new = build_reference(campaign=campaign, reader=expert)

    assert is_new
    assert annotation_masks(after.images.get().annotation)["bac"].area_px == 0
    assert is_reproduced(before)
    assert is_reproduced(after)


def test_no_reference_standard_holds_an_image_that_is_back_with_its_readers(campaign, expert):
    sent = make_readings([{"bac": FALSE}, {"bac": FALSE}], campaign=campaign)
    find_disagreements(campaign)
    before, _ = build_reference(campaign=campaign, reader=expert)
    for reading in sent:
        send_back(reading.assignment, expert)

    with pytest.raises(ReferenceNotReadyError) as refused:
        build_reference(campaign=campaign, reader=expert)
    assert refused.value.code == "consensus_outdated"
    find_disagreements(campaign)
    with pytest.raises(ReferenceNotReadyError) as refused:
        build_reference(campaign=campaign, reader=expert)

    assert refused.value.code == "nothing_settled"
    assert is_reproduced(before)


def test_a_segment_is_disputed_no_more_at_once_when_who_drew_it_has_it_back(campaign, expert):
    sent, _empty = make_readings([{"bac": FALSE}, {}], campaign=campaign)
    find_disagreements(campaign)
    assert disputed_segments(campaign).count() == 1

    send_back(sent.assignment, expert)

    assert disputed_segments(campaign).count() == 0


def test_only_the_image_that_was_sent_back_counts_as_not_read(campaign, expert):
    assignment = make_reading(campaign, make_reader(), images=2)
    kept, sent = assignment.annotations.order_by("created_at")

    return_reading(
        assignment=assignment, reviewer=expert, seen=0, note="Again", mammograms=[sent.mammogram_id]
    )

    assert list(readings(campaign)) == [kept]
    assert set(first_readings(campaign)) == {kept, sent}


def test_the_last_of_several_submissions_is_the_reading(campaign, expert):
    (reading,) = make_readings([{"bac": FALSE}], campaign=campaign)
    last = reading
    for _ in range(3):
        send_back(reading.assignment, expert)
        assert not readings(campaign).exists()
        last = submit(copy_of(last))
        assert list(readings(campaign)) == [last]
    assert list(first_readings(campaign)) == [reading]


def test_a_return_that_was_taken_back_leaves_the_reading_as_it_was(campaign, expert):
    (reading,) = make_readings([{"bac": FALSE}], campaign=campaign)
    send_back(reading.assignment, expert)

    reopen_review(assignment=reading.assignment, reviewer=expert, seen=1)

    assert list(readings(campaign)) == [reading]


def test_neither_a_correction_nor_a_cleaned_copy_of_her_own_is_a_reading(campaign, expert):
    (reading,) = make_readings([{"bac": FALSE}], campaign=campaign)
    make_correction(reading.assignment, expert)
    accept(reading.assignment, expert)
    Annotation.objects.create(
        mammogram=reading.mammogram,
        assignment=reading.assignment,
        reader=reading.reader,
        derived_from=reading,
        state="submitted",
        submitted_at=timezone.now(),
    )

    assert list(readings(campaign)) == [reading]


def test_agreement_compares_what_was_submitted_last_and_the_report_says_what_came_and_went(campaign, expert):
    sent, other = make_readings([{"bac": FALSE}, {}], campaign=campaign)
    report = compare_readings(campaign)

    send_back(sent.assignment, expert)
    assert readings_since(report) == (0, 1)
    assert not current_pairs(campaign).exists()
    again = erase(sent)
    assert readings_since(report) == (1, 1)
    compare_readings(campaign)

    pairs = current_pairs(campaign).filter(label="bac")
    assert {(pair.first_id, pair.second_id) for pair in pairs} in (
        {(again.id, other.id)},
        {(other.id, again.id)},
    )


def test_what_was_submitted_again_is_measured_too(campaign, expert):
    (reading,) = make_readings([{"bac": FALSE}], campaign=campaign)
    measure_reading(reading.id)
    send_back(reading.assignment, expert)
    again = erase(reading)
    correction = make_correction(reading.assignment, expert)

    measure_reading(again.id)
    measure_reading(correction.id)

    assert reading.reading_length.bac_mm > 0
    assert again.reading_length.bac_mm == 0
    assert not hasattr(correction, "reading_length")


def test_readings_take_one_query_however_often_they_came_back(campaign, expert, django_assert_num_queries):
    for reading in make_readings([{"bac": FALSE}, {"bac": FALSE}], campaign=campaign):
        send_back(reading.assignment, expert)
        erase(reading)

    with django_assert_num_queries(1):
        found = [(each.reader, each.mammogram.study.patient, each.assignment) for each in readings(campaign)]

    assert len(found) == 2
