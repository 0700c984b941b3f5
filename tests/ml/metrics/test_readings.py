"""Readings compared two by two: the same numbers as the long comparison, from one tracing of each mask."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from ml.errors import MaskShapeMismatchError
from ml.masks import empty, from_dense
from ml.metrics import compare_masks
from ml.metrics.readings import compare_readings, pair_scores, trace_reading

arrays_of_one_image = st.tuples(st.integers(1, 20), st.integers(1, 20)).flatmap(
    lambda shape: st.tuples(arrays(bool, shape), arrays(bool, shape))
)
spacings = st.sampled_from([(0.1, 0.1), (0.4, 0.4), (0.3, 0.1), None])
# What each count is called by the long comparison, the first being its reference.
SAME = {
    "area_first_px": "area_reference_px",
    "area_second_px": "area_candidate_px",
    "area_both_px": "true_positives_px",
    "line_first_px": "skeleton_reference_px",
    "line_second_px": "skeleton_candidate_px",
    "inside_first_px": "skeleton_reference_inside_px",
    "inside_second_px": "skeleton_candidate_inside_px",
    "near_first_px": "skeleton_reference_near_px",
    "near_second_px": "skeleton_candidate_near_px",
    "segments_first": "segments_reference",
    "segments_second": "segments_candidate",
    "confirmed_first": "segments_found",
    "length_first_px": "length_reference_px",
    "length_second_px": "length_candidate_px",
    "length_first_mm": "length_reference_mm",
    "length_second_mm": "length_candidate_mm",
}


def compared(one, other, spacing):
    first, second = (trace_reading(from_dense(mask), spacing) for mask in (one, other))
    return compare_readings(first, second, spacing)


@given(arrays_of_one_image, spacings)
def test_equal_to_the_long_comparison(pair, spacing):
    counts = compared(*pair, spacing)

    long = compare_masks(*(from_dense(mask) for mask in pair), pixel_spacing_mm=spacing)
    assert {name: getattr(counts, name) for name in SAME} == {
        name: getattr(long, other) for name, other in SAME.items()
    }
    assert pair_scores(counts) == pytest.approx({name: getattr(long, name) for name in pair_scores(counts)})
    if spacing is not None:
        assert counts.segments_second - counts.confirmed_second == long.segments_false


@given(arrays_of_one_image, spacings)
def test_the_other_way_round_only_the_sides_change_places(pair, spacing):
    there, back = compared(*pair, spacing), compared(*pair[::-1], spacing)

    for name in (name for name in vars(there) if "first" in name):
        assert getattr(there, name) == getattr(back, name.replace("first", "second")), name
    assert pair_scores(there) == pair_scores(back)


@given(arrays_of_one_image)
def test_dice_is_the_f1_of_pixels_of_scikit_learn(pair):
    dice = pair_scores(compared(*pair, (0.1, 0.1)))["dice"]

    theirs = f1_score(pair[0].ravel(), pair[1].ravel(), zero_division=np.nan)
    assert dice == pytest.approx(theirs) if pair[0].any() or pair[1].any() else dice is None


def test_two_empty_masks_have_no_agreement_and_no_length():
    blank = np.zeros((8, 8), dtype=bool)

    counts = compared(blank, blank, (0.1, 0.1))

    assert set(pair_scores(counts).values()) == {None}
    assert (counts.length_first_mm, counts.segments_first, counts.confirmed_first) == (0.0, 0, 0)


def test_two_sizes_are_refused():
    first, second = (trace_reading(empty(8, columns), None) for columns in (8, 9))

    with pytest.raises(MaskShapeMismatchError, match=r"\(8, 8\) and \(8, 9\)"):
        compare_readings(first, second, None)
