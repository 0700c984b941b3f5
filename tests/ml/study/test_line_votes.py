"""Segments along a centre line: lines of known length, and what holds of any readings."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.errors import StatisticsInputError
from ml.masks import capsule, empty, from_dense, kulpa_length_mm, skeleton, union
from ml.metrics.consensus import union_of
from ml.study.line_votes import line_votes

SPACING = (0.1, 0.1)
SHAPE = (120, 400)

images = st.tuples(st.integers(1, 24), st.integers(1, 24), st.integers(1, 4)).flatmap(
    lambda shape: arrays(bool, (shape[2], *shape[:2]), elements=st.sampled_from([False, False, True]))
)


def stroke(row, first, last, width=5.0):
    return capsule(*SHAPE, (row, first), (row, last), width)


def votes_of(*readings, spacing=SPACING):
    return line_votes(readings, [skeleton(reading) for reading in readings], pixel_spacing_mm=spacing)


def test_where_one_reader_goes_on_the_segment_is_cut():
    found = votes_of(stroke(30.0, 20.0, 200.0), stroke(30.0, 20.0, 380.0))

    found.sort(key=lambda segment: segment.column)
    assert [segment.votes for segment in found] == [(True, True), (False, True)]
    assert [segment.length_mm for segment in found] == pytest.approx([18, 17.5], abs=2.0)


def test_strokes_that_touch_side_by_side_are_one_segment_of_both():
    found = votes_of(stroke(30.0, 20.0, 380.0), stroke(34.0, 20.0, 380.0))

    assert [segment.votes for segment in found] == [(True, True)]


def test_a_dot_that_one_reader_marked_is_a_segment_of_its_own():
    dot = capsule(*SHAPE, (90.0, 300.0), (90.0, 300.0), 3.0)
    found = votes_of(stroke(30.0, 20.0, 380.0), union(stroke(30.0, 20.0, 380.0), dot))

    assert [segment.votes for segment in found] == [(True, True), (False, True)]
    assert found[1].length_mm == pytest.approx(0, abs=0.5)
    assert (found[1].row, found[1].column) == pytest.approx((90, 300), abs=3)


def test_without_spacing_segments_have_a_length_in_pixels_alone():
    (found,) = votes_of(stroke(30.0, 20.0, 380.0), spacing=None)

    assert found.length_mm is None
    assert found.length_px == pytest.approx(360, rel=0.06)


def test_nothing_marked_has_no_segment():
    assert votes_of(empty(*SHAPE), empty(*SHAPE)) == []


def test_no_reading_is_refused():
    with pytest.raises(StatisticsInputError) as refusal:
        votes_of()

    assert refusal.value.code == "too_few_readers"


@given(images)
def test_the_lengths_of_segments_add_up_and_somebody_marked_each(image):
    readings = [from_dense(reading) for reading in image]

    found = votes_of(*readings)

    whole = kulpa_length_mm(skeleton(union_of(readings)), SPACING)
    assert sum(segment.length_mm for segment in found) == pytest.approx(whole)
    assert all(any(segment.votes) for segment in found)
    assert not any(
        segment.votes[number] for segment in found for number in np.flatnonzero(~image.any((1, 2)))
    )
