import uuid

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.domain.adjudication import AdjudicationDraft, decide_segment, undo_last
from annotations.domain.annotation import annotation_masks
from annotations.domain.disagreement import standing_decisions, waiting_segments
from annotations.domain.exam_end import withdraw_exam
from annotations.domain.reference_standard import (
    Position,
    build_reference,
    content_digest,
    final_masks,
    is_behind,
    is_reproduced,
)
from annotations.errors import NothingToUndoError, ReferenceNotReadyError
from annotations.models import AdjudicationDecision, Annotation, AuditEntry, ReferenceStandard
from ml import masks
from tests.factories.assignment import make_campaign
from tests.factories.consensus import find_disagreements, make_disagreements, make_readings
from tests.factories.correction_run import make_square
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

AGREED, ONE, OTHER = make_square(4, 4, 12), make_square(30, 4, 8), make_square(50, 30, 5)
DRAWN = make_square(28, 6, 9)


def make_disputed(campaign=None):
    """Two readers who agree on one place and of whom each marked another one."""
    readings = make_readings([{"bac": AGREED | ONE}, {"bac": AGREED | OTHER}], campaign=campaign)
    find_disagreements(readings[0].assignment.campaign)
    return readings


def decide(segment, reader, choice, **fields):
    draft = AdjudicationDraft(**{"id": uuid.uuid4(), "choice": choice, **fields})
    return decide_segment(segment=segment, reader=reader, draft=draft).decision


def decide_all(campaign, reader, choice="both"):
    for segment in list(waiting_segments(campaign)):
        decide(segment, reader, choice)


def everything(campaign):
    return Position(consensus_sequence=10**6, decision_sequence=10**6)


def bytes_now(campaign):
    """All final masks as bytes, by image and label."""
    return {
        (mammogram, label): mask.data
        for mammogram, found in final_masks(campaign, everything(campaign)).items()
        for label, mask in found.items()
    }


def test_the_reference_holds_what_was_agreed_and_what_was_decided():
    readings = make_disputed()
    campaign, reader = readings[0].assignment.campaign, make_reader("adjudicator")
    long, short = waiting_segments(campaign)
    decide(long, reader, "redraw", mask=make_patch(DRAWN))
    decide(short, reader, "neither")

    reference, is_new = build_reference(campaign=campaign, reader=reader)

    annotation = reference.images.get().annotation
    assert is_new
    found = annotation_masks(annotation)
    assert masks.decode(found["bac"].data) == masks.from_dense(AGREED | DRAWN)
    assert found["microcalcification"].area_px == 0
    assert (annotation.reader, annotation.algorithm_type, annotation.state) == (
        reader,
        "SEMIAUTOMATIC",
        "submitted",
    )
    assert (annotation.assignment, annotation.derived_from) == (None, None)
    assert annotation.operations.get(kind="answer").answer == "yes"
    assert AuditEntry.objects.get(act="build_reference").details["sha256"] == reference.content_sha256


def test_an_image_without_a_pixel_is_in_it_with_the_answer_no():
    readings = make_readings([{}, {}])
    find_disagreements(readings[0].assignment.campaign)

    reference, _ = build_reference(
        campaign=readings[0].assignment.campaign, reader=make_reader("adjudicator")
    )

    annotation = reference.images.get().annotation
    assert annotation.operations.get().answer == "no"
    assert {mask.area_px for mask in annotation_masks(annotation).values()} == {0}


def test_images_that_wait_for_an_expert_are_left_out_and_counted():
    campaign, reader = make_campaign(), make_reader("adjudicator")
    make_readings([{"bac": AGREED}, {"bac": AGREED}], campaign=campaign)
    make_disputed(campaign)

    reference, _ = build_reference(campaign=campaign, reader=reader)

    assert (reference.images.count(), reference.images_waiting) == (1, 1)


def test_nothing_settled_is_told():
    campaign = make_disputed()[0].assignment.campaign

    with pytest.raises(ReferenceNotReadyError) as refusal:
        build_reference(campaign=campaign, reader=make_reader("adjudicator"))

    assert refusal.value.code == "nothing_settled"


def test_readings_that_were_not_compared_yet_come_first():
    campaign = make_campaign()
    make_readings([{"bac": AGREED}, {"bac": AGREED}], campaign=campaign)
    find_disagreements(campaign)
    make_readings([{"bac": AGREED}, {"bac": AGREED}], campaign=campaign)

    with pytest.raises(ReferenceNotReadyError) as refusal:
        build_reference(campaign=campaign, reader=make_reader("adjudicator"))

    assert refusal.value.code == "consensus_outdated"


def test_a_second_build_without_anything_new_is_the_first():
    readings = make_disputed()
    campaign, reader = readings[0].assignment.campaign, make_reader("adjudicator")
    decide_all(campaign, reader)

    first, _ = build_reference(campaign=campaign, reader=reader)
    again = build_reference(campaign=campaign, reader=reader)

    assert again == (first, False)


def test_a_later_version_shares_the_annotations_of_images_that_stayed_the_same():
    campaign, reader = make_campaign(), make_reader("adjudicator")
    same = make_readings([{"bac": AGREED}, {"bac": AGREED}], campaign=campaign)
    make_disputed(campaign)
    decide_all(campaign, reader)
    first, _ = build_reference(campaign=campaign, reader=reader)
    undo_last(campaign=campaign, reader=reader, undo_id=uuid.uuid4())
    decide_all(campaign, reader, "neither")

    second, _ = build_reference(campaign=campaign, reader=reader)

    assert (first.number, second.number) == (1, 2)
    assert first.content_sha256 != second.content_sha256
    shared = set(first.images.values_list("annotation", flat=True)) & set(
        second.images.values_list("annotation", flat=True)
    )
    assert [Annotation.objects.get(id=each).mammogram for each in shared] == [same[0].mammogram]


def test_every_version_is_built_again_byte_for_byte_whatever_came_after():
    campaign, reader = make_disputed()[0].assignment.campaign, make_reader("adjudicator")
    decide_all(campaign, reader)
    first, _ = build_reference(campaign=campaign, reader=reader)
    undo_last(campaign=campaign, reader=reader, undo_id=uuid.uuid4())
    undo_last(campaign=campaign, reader=reader, undo_id=uuid.uuid4())
    decide_all(campaign, reader, "neither")
    build_reference(campaign=campaign, reader=reader)
    mammogram = first.images.get().mammogram
    make_readings([{"bac": ONE}], campaign=campaign, mammogram=mammogram)
    find_disagreements(campaign)

    assert [is_reproduced(reference) for reference in ReferenceStandard.objects.all()] == [True, True]
    stored = annotation_masks(first.images.get().annotation)["bac"]
    replayed = final_masks(
        campaign,
        Position(consensus_sequence=first.consensus_sequence, decision_sequence=first.decision_sequence),
    )[mammogram.id]["bac"]
    assert replayed.data == stored.data


def test_a_version_whose_records_were_tampered_with_is_not_reproduced():
    campaign, reader = make_disputed()[0].assignment.campaign, make_reader("adjudicator")
    decide_all(campaign, reader)
    reference, _ = build_reference(campaign=campaign, reader=reader)
    empty = masks.encode_compact(masks.empty(64, 48))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE annotations_adjudicationdecision DISABLE TRIGGER written_once")
        cursor.execute("UPDATE annotations_adjudicationdecision SET mask = %s", [empty])

    assert not is_reproduced(reference)


def test_a_version_is_behind_once_something_is_decided_or_compared_and_not_by_a_discussion():
    campaign, reader = make_disputed()[0].assignment.campaign, make_reader("adjudicator")
    other = make_disputed(campaign)
    decide_all(campaign, reader)
    reference, _ = build_reference(campaign=campaign, reader=reader)
    segment = AdjudicationDecision.objects.first().disagreement
    states = [is_behind(reference)]

    decide(segment, make_reader("adjudicator"), "discuss", note="Sure?")
    states.append(is_behind(reference))
    undo_last(campaign=campaign, reader=reader, undo_id=uuid.uuid4())
    states.append(is_behind(reference))
    reference, _ = build_reference(campaign=campaign, reader=reader)
    withdraw_exam(campaign=campaign, study=other[0].mammogram.study, reason="Left", actor=reader)
    find_disagreements(campaign)
    states.append(is_behind(reference))

    assert states == [False, False, True, True]


CHOICES = st.sampled_from(["both", "neither", "reader", "redraw", "discuss", "undo"])


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(st.tuples(st.integers(0, 2), CHOICES, st.integers(0, 2)), max_size=12))
def test_any_acts_that_end_in_the_same_state_give_the_same_bytes(acts):
    """Undo gives the byte-identical earlier state, and the bytes follow from the standing decisions alone."""
    segments = make_disagreements(AGREED, ONE, OTHER)
    campaign, readers = segments[0].campaign, [make_reader("adjudicator") for _ in range(3)]
    history = [bytes_now(campaign)]
    states = {(): history[0]}

    for place, choice, who in acts:
        reader = readers[who]
        if choice == "undo":
            try:
                undone = undo_last(campaign=campaign, reader=reader, undo_id=uuid.uuid4())
            except NothingToUndoError:
                continue
            others = standing_decisions().filter(disagreement__campaign=campaign)
            assert undone not in others
        else:
            segment = segments[place]
            fields = {
                "reader": {"letter": "A"},
                "redraw": {"mask": make_patch(DRAWN)},
                "discuss": {"note": "?"},
            }
            decide(segment, reader, choice, **fields.get(choice, {}))
        standing = standing_decisions().filter(disagreement__campaign=campaign).order_by("disagreement")
        state = tuple((each.disagreement_id, each.choice) for each in standing)
        now = bytes_now(campaign)
        assert states.setdefault(state, now) == now

    rows = list(campaign.adjudication_decisions.order_by("sequence"))
    for row in rows:
        before = Position(consensus_sequence=10**6, decision_sequence=row.sequence - 1)
        after = Position(consensus_sequence=10**6, decision_sequence=row.sequence)
        if row.undoes_id and row.sequence == row.undoes.sequence + 1:
            # Nothing lies between: what the undo gives is the state before what it took back.
            earlier = Position(consensus_sequence=10**6, decision_sequence=row.undoes.sequence - 1)
            assert content_digest(final_masks(campaign, after)) == content_digest(
                final_masks(campaign, earlier)
            )
        elif row.is_late or row.choice == "discuss":
            assert content_digest(final_masks(campaign, after)) == content_digest(
                final_masks(campaign, before)
            )


def test_final_masks_take_as_many_queries_for_many_images_as_for_one(django_assert_num_queries):
    few, many = make_campaign(), make_campaign()
    make_disputed(few)
    for _ in range(3):
        make_disputed(many)
    for campaign in (few, many):
        decide_all(campaign, make_reader("adjudicator"))

    for campaign in (few, many):
        with django_assert_num_queries(3):
            final_masks(campaign, everything(campaign))


def test_an_overlap_of_a_redrawn_segment_with_an_agreed_one_counts_once():
    readings = make_readings([{"bac": AGREED | ONE}, {"bac": AGREED}])
    campaign, reader = readings[0].assignment.campaign, make_reader("adjudicator")
    find_disagreements(campaign)
    over = np.logical_or(ONE, make_square(10, 4, 22))
    decide(waiting_segments(campaign).get(), reader, "redraw", mask=make_patch(over))

    reference, _ = build_reference(campaign=campaign, reader=reader)

    found = annotation_masks(reference.images.get().annotation)["bac"]
    assert masks.decode(found.data) == masks.from_dense(AGREED | over)
