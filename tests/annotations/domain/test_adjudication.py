import uuid

import numpy as np
import pytest

from annotations.domain.adjudication import (
    AdjudicationDraft,
    decide_segment,
    send_to_adjudication,
    take_segments,
    undo_last,
)
from annotations.domain.disagreement import adjudication_progress, undecidable_count, waiting_segments
from annotations.domain.exam_end import withdraw_exam
from annotations.errors import (
    AdjudicationRefusedError,
    MaskSizeMismatchError,
    NothingToUndoError,
    OwnReadingError,
)
from annotations.models import AdjudicationDecision, AdjudicationLease, AuditEntry, Disagreement
from ml import masks
from tests.factories.assignment import make_campaign
from tests.factories.consensus import find_disagreements, make_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

LONG, MIDDLE, SHORT = make_square(4, 4, 12), make_square(30, 4, 8), make_square(50, 30, 5)


def make_line(row, length):
    line = np.zeros((64, 48), dtype=bool)
    line[row : row + 3, 2 : 2 + length] = True
    return line


LINES = [make_line(4, 40), make_line(20, 30), make_line(40, 20)]


def decide(segment, reader, choice, **fields):
    draft = AdjudicationDraft(**{"id": uuid.uuid4(), "choice": choice, **fields})
    return decide_segment(segment=segment, reader=reader, draft=draft)


def kept(decision):
    return masks.decode(bytes(decision.mask), versions=(1, 2))


def test_the_queue_begins_with_the_longest():
    segments = make_disagreements(*LINES)

    waiting = list(waiting_segments(segments[0].campaign))

    assert waiting == segments
    assert [round(segment.length_px) for segment in waiting] == sorted(
        (round(segment.length_px) for segment in waiting), reverse=True
    )


def test_images_that_were_sent_come_first_and_bring_all_that_readers_differ_on():
    campaign = make_campaign()
    make_readings([{"bac": LINES[0]}, {}], campaign=campaign)
    settled = make_readings([{"bac": LINES[2]}, {}, {}], campaign=campaign)
    find_disagreements(campaign)
    before = [segment.mammogram_id for segment in waiting_segments(campaign)]
    actor = make_reader("adjudicator")

    count = send_to_adjudication(campaign=campaign, mammograms=[settled[0].mammogram], actor=actor)
    again = send_to_adjudication(campaign=campaign, mammograms=[settled[0].mammogram], actor=actor)

    after = [segment.mammogram_id for segment in waiting_segments(campaign)]
    assert (count, again) == (1, 0)
    assert settled[0].mammogram_id not in before
    assert after == [settled[0].mammogram_id, *before]
    assert AuditEntry.objects.filter(act="send_to_adjudication").count() == 1


def test_progress_counts_segments_and_the_length_at_stake():
    segments = make_disagreements(*LINES)
    campaign, reader = segments[0].campaign, make_reader("adjudicator")
    decide(segments[0], reader, "neither")

    progress = adjudication_progress(campaign, reader)

    assert (progress.total, progress.decided) == (3, 1)
    assert progress.waiting_mm == pytest.approx(segments[1].length_mm + segments[2].length_mm)


def test_progress_says_how_many_segments_have_no_known_length():
    readings = make_readings([{"bac": LINES[0]}, {}], mammogram=make_mammogram())
    campaign = readings[0].assignment.campaign
    find_disagreements(campaign)

    progress = adjudication_progress(campaign, make_reader("adjudicator"))

    assert (progress.waiting_mm, progress.waiting_without_mm) == (0.0, 1)


def test_two_experts_are_given_different_segments_and_a_lease_that_ends_is_free_again():
    segments = make_disagreements(*LINES)
    campaign = segments[0].campaign
    one, other = make_reader("adjudicator"), make_reader("adjudicator")

    first = take_segments(campaign=campaign, reader=one, count=2)
    second = take_segments(campaign=campaign, reader=other, count=2)
    AdjudicationLease.objects.update(expires_at="2020-01-01T00:00Z")
    third = take_segments(campaign=campaign, reader=other, count=2)

    assert first == segments[:2]
    assert second == segments[2:]
    assert third == segments[:2]


def test_nobody_is_asked_about_what_she_drew_herself():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    others = [make_reader(), make_reader()]
    make_readings([{"bac": LINES[0]}, {}], campaign, readers=[expert, others[0]])
    make_readings([{"bac": LINES[1]}, {}], campaign, readers=others)
    find_disagreements(campaign)

    taken = take_segments(campaign=campaign, reader=expert, count=5)

    assert [segment.versions.get().annotation.reader for segment in taken] == [others[0]]
    assert len(take_segments(campaign=campaign, reader=make_reader("adjudicator"), count=5)) == 1


def test_what_she_drew_herself_is_counted_apart_and_refused():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    others = [make_reader(), make_reader()]
    (own, _empty) = make_readings([{"bac": LINES[0]}, {}], campaign, readers=[expert, others[0]])
    make_readings([{"bac": LINES[1]}, {}], campaign, readers=others)
    find_disagreements(campaign)
    segment = Disagreement.objects.get(mammogram=own.mammogram)

    progress = adjudication_progress(campaign, expert)
    with pytest.raises(OwnReadingError, match="another adjudicator decides it"):
        decide(segment, expert, "both")

    assert (progress.total, progress.decided, progress.for_others) == (1, 0, 1)
    assert progress.waiting_mm == Disagreement.objects.exclude(id=segment.id).get().length_mm
    assert not AdjudicationDecision.objects.exists()


def test_segments_that_no_adjudicator_may_decide_are_counted_until_there_is_one():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    make_readings([{"bac": LINES[0]}, {}], campaign, readers=[expert, make_reader()])
    make_readings([{"bac": LINES[1]}, {}], campaign)
    find_disagreements(campaign)

    before = undecidable_count(campaign)
    make_reader("adjudicator")

    assert (before, undecidable_count(campaign)) == (1, 0)


def test_segments_on_the_screen_are_not_given_again_and_stay_hers():
    segments = make_disagreements(*LINES)
    campaign, reader = segments[0].campaign, make_reader("adjudicator")
    take_segments(campaign=campaign, reader=reader, count=1)
    before = AdjudicationLease.objects.get().expires_at

    more = take_segments(campaign=campaign, reader=reader, count=1, holding=[segments[0].id])

    assert more == [segments[1]]
    assert AdjudicationLease.objects.get(disagreement=segments[0]).expires_at > before


@pytest.mark.parametrize(
    ("choice", "fields", "expected"),
    [
        ("both", {}, LINES[0]),
        ("neither", {}, LINES[0] & False),
        ("reader", {"letter": "A"}, LINES[0]),
        ("redraw", {"mask": make_patch(SHORT)}, SHORT),
    ],
)
def test_a_decision_holds_what_is_kept_of_the_segment(choice, fields, expected):
    segment, *_ = make_disagreements(*LINES)
    reader = make_reader("adjudicator")

    stored = decide(segment, reader, choice, **fields)

    assert stored.notice == ""
    assert kept(stored.decision) == masks.from_dense(expected)
    assert segment not in waiting_segments(segment.campaign)
    assert AuditEntry.objects.get(act="adjudicate").actor == reader


def test_a_reader_is_taken_at_what_she_alone_drew_of_the_segment():
    beside = np.roll(LINES[0], 1, axis=0)
    readings = make_readings([{"bac": LINES[0]}, {"bac": beside}, {}, {}])
    find_disagreements(readings[0].assignment.campaign)
    segment = Disagreement.objects.get()
    drawn = {readings[0].id: LINES[0], readings[1].id: beside}
    reader = make_reader("adjudicator")

    for version in segment.versions.all():
        stored = decide(segment, reader, "reader", letter=version.letter)
        undo_last(campaign=segment.campaign, reader=reader, undo_id=uuid.uuid4())

        assert kept(stored.decision) == masks.from_dense(drawn[version.annotation_id])


def test_a_decision_sent_twice_is_stored_once():
    segment, *_ = make_disagreements(*LINES)
    reader, identity = make_reader("adjudicator"), uuid.uuid4()

    first = decide(segment, reader, "both", id=identity)
    second = decide(segment, reader, "both", id=identity)

    assert first.decision == second.decision
    assert second.notice == ""
    assert AdjudicationDecision.objects.count() == 1


def test_an_id_of_another_decision_is_refused():
    one, other, _ = make_disagreements(*LINES)
    reader, identity = make_reader("adjudicator"), uuid.uuid4()
    decide(one, reader, "both", id=identity)

    with pytest.raises(AdjudicationRefusedError) as refusal:
        decide(other, reader, "both", id=identity)

    assert refusal.value.code == "decision_id_taken"


def test_of_two_experts_on_one_segment_the_first_counts_and_the_second_is_told_and_kept():
    segment, *_ = make_disagreements(*LINES)
    one, other = make_reader("adjudicator"), make_reader("adjudicator")
    decide(segment, one, "both")

    late = decide(segment, other, "neither")

    assert late.decision.is_late
    assert one.pseudonym in late.notice
    assert "The first decision counts" in late.notice
    with pytest.raises(NothingToUndoError):
        undo_last(campaign=segment.campaign, reader=other, undo_id=uuid.uuid4())
    assert adjudication_progress(segment.campaign, one).decided == 1


def test_what_is_to_be_discussed_goes_to_the_back_of_the_queue_with_its_note():
    segments = make_disagreements(*LINES)
    reader = make_reader("adjudicator")

    decide(segments[0], reader, "discuss", note="Skin fold or vessel?")

    assert list(waiting_segments(segments[0].campaign)) == [segments[1], segments[2], segments[0]]
    assert AdjudicationDecision.objects.get().note == "Skin fold or vessel?"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"choice": "discuss"}, "note_missing"),
        ({"choice": "discuss", "note": "x" * 2001}, "note_too_long"),
        ({"choice": "reader", "letter": "C"}, "version_unknown"),
        ({"choice": "redraw"}, "mask_missing"),
    ],
)
def test_a_word_that_says_nothing_is_refused_and_nothing_is_stored(fields, code):
    segment, *_ = make_disagreements(*LINES)

    with pytest.raises(AdjudicationRefusedError) as refusal:
        decide(segment, make_reader("adjudicator"), **fields)

    assert refusal.value.code == code
    assert not AdjudicationDecision.objects.exists()


def test_a_redrawn_mask_of_another_size_is_refused():
    segment, *_ = make_disagreements(*LINES)

    with pytest.raises(MaskSizeMismatchError):
        decide(segment, make_reader("adjudicator"), "redraw", mask=make_patch(np.ones((3, 3), dtype=bool)))


def test_undo_brings_the_last_segment_back_and_is_a_record_of_its_own():
    segments = make_disagreements(*LINES)
    campaign, reader, identity = segments[0].campaign, make_reader("adjudicator"), uuid.uuid4()
    decide(segments[0], reader, "both")
    decide(segments[1], reader, "neither")

    undone = undo_last(campaign=campaign, reader=reader, undo_id=identity)
    again = undo_last(campaign=campaign, reader=reader, undo_id=identity)

    assert undone == again
    assert undone.disagreement == segments[1]
    assert list(waiting_segments(campaign)) == segments[1:]
    records = AdjudicationDecision.objects.order_by("sequence").values_list("sequence", "choice")
    assert list(records) == [(1, "both"), (2, "neither"), (3, "undo")]


def test_undo_takes_back_nobody_elses_word():
    segments = make_disagreements(*LINES)
    decide(segments[0], make_reader("adjudicator"), "both")

    with pytest.raises(NothingToUndoError, match="nothing here"):
        undo_last(campaign=segments[0].campaign, reader=make_reader("adjudicator"), undo_id=uuid.uuid4())


def test_an_exam_withdrawn_under_way_leaves_the_queue_at_once_and_the_word_on_it_is_kept():
    segments = make_disagreements(*LINES)
    campaign, reader = segments[0].campaign, make_reader("adjudicator")
    withdraw_exam(
        campaign=campaign, study=segments[0].mammogram.study, reason="Wrong patient", actor=make_reader()
    )

    stored = decide(segments[0], reader, "both")

    assert not waiting_segments(campaign).exists()
    assert "no longer disputed" in stored.notice
    assert AdjudicationDecision.objects.get() == stored.decision


def test_a_decision_stays_with_the_same_segment_after_a_further_reading():
    segments = make_disagreements(*LINES)
    campaign, mammogram = segments[0].campaign, segments[0].mammogram
    reader = make_reader("adjudicator")
    decide(segments[0], reader, "both")

    make_readings([{"bac": LINES[1]}, {}], campaign=campaign, mammogram=mammogram)
    find_disagreements(campaign)

    waiting = list(waiting_segments(campaign))
    assert segments[0] not in waiting
    # Two of four marked the middle one: a new tie; the last one, of one in four, is left out by the rule.
    assert [segment.id == segments[1].id for segment in waiting] == [False]


def test_the_queue_takes_as_many_queries_for_many_as_for_few(django_assert_num_queries):
    few, reader = make_disagreements(LINES[0]), make_reader("adjudicator")
    many = make_disagreements(*LINES)

    for segments in (few, many):
        campaign = segments[0].campaign
        with django_assert_num_queries(1):
            list(waiting_segments(campaign))
        with django_assert_num_queries(1):
            adjudication_progress(campaign, reader)
