"""What was found, missed and too much, on labels whose lengths are known by construction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import MaskShapeMismatchError, PixelSpacingMissingError
from ml.masks import area_px, difference, empty, kulpa_length_mm, polyline, skeleton, union
from ml.metrics import report_lengths
from ml.metrics.found_length import find_length

SPACING = (0.1, 0.1)
SHAPE = (300, 500)


def line(row, start, end, width=20.0):
    return polyline(*SHAPE, [(float(row), float(start)), (float(row), float(end))], width)


def found(known, drawn):
    return find_length(known, drawn, pixel_spacing_mm=SPACING)


def test_equal_labels_are_found_whole():
    known = union(line(50, 50, 400), line(200, 100, 250))

    result = found(known, known)

    assert result.found_mm == result.length_mm == pytest.approx(kulpa_length_mm(skeleton(known), SPACING))
    assert (result.extra_mm, result.segments, result.segments_found) == (0, 2, 2)
    assert result.missed == result.extra == []


def test_missed_segment_and_extra_segment_are_told_with_length_and_place():
    both, missed, extra = line(50, 50, 400), line(200, 100, 250), line(120, 300, 380)

    result = found(union(both, missed), union(both, extra))

    (gone,), (more,) = result.missed, result.extra
    assert gone.length_mm == pytest.approx(15.0, abs=1.0)
    assert more.length_mm == pytest.approx(8.0, abs=1.0)
    assert area_px(difference(gone.runs, missed)) == area_px(difference(more.runs, extra)) == 0
    assert (result.segments, result.segments_found) == (2, 1)
    assert result.length_mm - result.found_mm == pytest.approx(15.0, abs=1.0)


def test_pieces_come_with_the_longest_first_and_crumbs_are_left_out():
    known = union(union(line(50, 50, 120), line(100, 50, 300)), line(200, 50, 52, 4.0))

    result = found(known, empty(*SHAPE))

    assert [round(piece.length_mm) for piece in result.missed] == [24, 7]
    assert result.found_mm == 0


@pytest.mark.parametrize(
    ("known", "drawn", "expected"),
    [
        (empty(*SHAPE), empty(*SHAPE), (0, 0, 0)),
        (empty(*SHAPE), line(50, 50, 150), (0, 0, 1)),
        (line(50, 50, 150), empty(*SHAPE), (1, 0, 0)),
    ],
    ids=["both empty", "nothing known", "nothing drawn"],
)
def test_empty_labels_are_defined(known, drawn, expected):
    result = found(known, drawn)

    assert (len(result.missed), result.found_mm, len(result.extra)) == expected


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(20, 280), st.integers(10, 200), st.integers(30, 250)), max_size=5))
def test_shares_are_those_of_the_length_report(strokes):
    known = union(line(50, 50, 400), line(200, 100, 250))
    drawn = empty(*SHAPE)
    for row, start, length in strokes:
        drawn = union(drawn, line(row, start, start + length))

    result = found(known, drawn)

    report = report_lengths(known, drawn, pixel_spacing_mm=SPACING)
    assert result.found_mm / result.length_mm == pytest.approx(report.length_recall)
    drawn_mm = kulpa_length_mm(skeleton(drawn), SPACING)
    assert result.extra_mm == pytest.approx(drawn_mm * (1 - report.length_precision))
    assert result.segments == report.segments_reference
    assert 0 <= result.found_mm <= result.length_mm


def test_masks_of_two_sizes_and_pixels_of_unknown_size_are_refused():
    with pytest.raises(MaskShapeMismatchError):
        found(line(50, 50, 100), empty(10, 10))
    with pytest.raises(PixelSpacingMissingError):
        find_length(line(50, 50, 100), empty(*SHAPE), pixel_spacing_mm=None)


def test_stroke_beside_the_vessel_within_the_tolerance_counts_as_found():
    near, far = (
        find_length(line(50, 50, 400), line(row, 50, 400), pixel_spacing_mm=SPACING) for row in (59, 62)
    )

    assert near.segments_found == 1
    assert near.found_mm == pytest.approx(near.length_mm)
    assert far.segments_found == 0
    assert np.isclose(far.found_mm, 0)
