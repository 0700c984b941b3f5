import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import (
    MaskShapeMismatchError,
    MetricParameterError,
    PixelSpacingMissingError,
    StatisticsInputError,
)
from ml.masks import (
    area_px,
    capsule,
    difference,
    empty,
    from_dense,
    intersection,
    polyline,
    union,
)
from ml.study.segment_votes import segment_votes

ROWS, COLUMNS = 200, 300
FINE = (0.1, 0.1)


def stroke(row, first, last, width=5.0):
    return capsule(ROWS, COLUMNS, (row, first), (row, last), width)


def marked(votes):
    return [segment.marked_by for segment in votes.segments]


@st.composite
def readings(draw):
    """Draw up to four readers with up to three strokes and a dot each."""
    point = st.tuples(st.floats(5, ROWS - 5), st.floats(5, COLUMNS - 5))
    drawn = []
    for _ in range(draw(st.integers(1, 4))):
        mask = empty(ROWS, COLUMNS)
        for _ in range(draw(st.integers(0, 3))):
            line = draw(st.lists(point, min_size=1, max_size=3))
            mask = union(mask, polyline(ROWS, COLUMNS, line, draw(st.floats(1, 12))))
        drawn.append(mask)
    return drawn


@settings(deadline=None, max_examples=120)
@given(readings(), st.sampled_from([FINE, (0.07, 0.09), None]))
def test_every_marked_pixel_is_of_one_segment_and_every_part_is_what_its_reader_drew(drawn, spacing):
    votes = segment_votes(drawn, pixel_spacing_mm=spacing)

    whole = empty(ROWS, COLUMNS)
    for reading in drawn:
        whole = union(whole, reading)
    seen = empty(ROWS, COLUMNS)
    for segment in votes.segments:
        assert area_px(intersection(seen, segment.mask)) == 0
        seen = union(seen, segment.mask)
        assert segment.marked_by
        assert len(segment.parts) == len(segment.marked_by)
        for number, part in zip(segment.marked_by, segment.parts, strict=True):
            assert area_px(part) > 0
            assert part == intersection(drawn[number], segment.mask)
        assert (segment.length_mm is None) == (spacing is None)
    assert seen == whole


@settings(deadline=None, max_examples=60)
@given(readings(), st.randoms())
def test_segments_do_not_depend_on_the_order_of_readers(drawn, random):
    order = list(range(len(drawn)))
    random.shuffle(order)

    one = segment_votes(drawn, pixel_spacing_mm=FINE)
    other = segment_votes([drawn[number] for number in order], pixel_spacing_mm=FINE)

    assert [segment.mask for segment in one.segments] == [segment.mask for segment in other.segments]
    assert [sorted(order[number] for number in who) for who in marked(other)] == [
        list(who) for who in marked(one)
    ]


@pytest.mark.parametrize("apart", [0, 1, 2, 5, 9])
def test_thin_strokes_beside_each_other_are_one_segment(apart):
    one = polyline(ROWS, COLUMNS, [(20, 20), (60, 120), (90, 260)], 1.0)
    other = polyline(ROWS, COLUMNS, [(20 + apart, 20), (60 + apart, 120), (90 + apart, 260)], 1.0)

    votes = segment_votes([one, other], pixel_spacing_mm=FINE)

    assert marked(votes) == [(0, 1)]
    assert votes.segments[0].length_mm == pytest.approx(25.4, abs=1)


def test_strokes_further_apart_than_the_tolerance_are_two_segments():
    votes = segment_votes([stroke(50, 20, 250, 3), stroke(75, 20, 250, 3)], pixel_spacing_mm=FINE)

    assert marked(votes) == [(0,), (1,)]


def test_a_segment_that_one_reader_drew_longer_is_cut_where_the_other_ends():
    short, longer = stroke(100, 20, 120), stroke(101, 20, 270)

    agreed, disputed = segment_votes([short, longer], pixel_spacing_mm=FINE).segments

    assert (agreed.marked_by, disputed.marked_by) == ((0, 1), (1,))
    # The other's stroke ends, with its round cap, at column 125.
    assert disputed.mask.runs[:, 1].min() == pytest.approx(125, abs=1)
    assert disputed.length_mm == pytest.approx(13.9, abs=0.3)
    assert agreed.parts[0] == short


def test_a_gap_in_the_middle_is_disputed_alone():
    whole = stroke(100, 20, 270)
    with_gap = difference(whole, stroke(100, 120, 170, 9))

    votes = segment_votes([whole, with_gap], pixel_spacing_mm=FINE)

    assert sorted(marked(votes)) == [(0,), (0, 1), (0, 1)]
    disputed = next(segment for segment in votes.segments if segment.marked_by == (0,))
    assert disputed.length_mm == pytest.approx(6.3, abs=0.5)


def test_a_difference_shorter_than_the_tolerance_is_none_and_a_lone_dot_is_one():
    dot = capsule(ROWS, COLUMNS, (30, 30), (30, 30), 6.0)

    votes = segment_votes([stroke(100, 20, 200), union(stroke(100, 20, 207), dot)], pixel_spacing_mm=FINE)

    assert marked(votes) == [(1,), (0, 1)]
    assert votes.segments[0].mask == dot
    assert votes.segments[0].length_mm == pytest.approx(0, abs=0.3)


def test_the_two_walls_of_a_vessel_and_a_stroke_over_both_are_one_segment():
    walls = union(stroke(100, 20, 250, 3), stroke(112, 20, 250, 3))
    filled = stroke(106, 20, 250, 16)

    assert marked(segment_votes([walls, filled], pixel_spacing_mm=FINE)) == [(0, 1)]


def test_three_readers_who_leave_one_after_the_other_make_a_row_of_segments():
    votes = segment_votes(
        [stroke(100, 20, 90), stroke(100, 20, 180), stroke(100, 20, 270)], pixel_spacing_mm=FINE
    )

    assert marked(votes) == [(0, 1, 2), (1, 2), (2,)]
    assert [segment.outcome(3) for segment in votes.segments] == ["in", "in", "out"]


@pytest.mark.parametrize(
    ("who", "n_readers", "outcome"),
    [((0,), 1, "in"), ((0,), 2, "tied"), ((0, 1), 2, "in"), ((0,), 3, "out"), ((0, 2), 4, "tied")],
)
def test_majority_and_ties(who, n_readers, outcome):
    reading, nothing = stroke(50, 50, 150), empty(ROWS, COLUMNS)
    drawn = [reading if number in who else nothing for number in range(n_readers)]

    (segment,) = segment_votes(drawn, pixel_spacing_mm=FINE).segments

    assert segment.marked_by == who
    assert segment.outcome(n_readers) == outcome


def test_where_the_size_of_a_pixel_is_not_known_it_works_in_pixels_and_says_so():
    votes = segment_votes([stroke(100, 20, 120), stroke(101, 20, 270)], pixel_spacing_mm=None)

    assert marked(votes) == [(0, 1), (1,)]
    assert (votes.tolerance, votes.unit) == (15, "px")
    assert votes.segments[1].length_px == pytest.approx(141, abs=5)
    assert votes.segments[1].length_mm is None


def test_readings_without_a_mark_have_no_segment():
    votes = segment_votes([empty(ROWS, COLUMNS)] * 3, pixel_spacing_mm=FINE)

    assert (votes.segments, votes.n_readers) == ((), 3)


def test_a_thousand_specks_end():
    random = np.random.default_rng(1)
    specks = [from_dense(random.random((ROWS, COLUMNS)) < 0.05) for _ in range(3)]

    votes = segment_votes(specks, pixel_spacing_mm=FINE)

    assert sum(area_px(segment.mask) for segment in votes.segments) == area_px(
        union(union(specks[0], specks[1]), specks[2])
    )


@pytest.mark.parametrize(
    ("drawn", "asked", "error"),
    [
        ([], {"pixel_spacing_mm": FINE}, StatisticsInputError),
        ([empty(9, 9)] * 17, {"pixel_spacing_mm": FINE}, StatisticsInputError),
        ([empty(9, 9), empty(9, 8)], {"pixel_spacing_mm": FINE}, MaskShapeMismatchError),
        ([empty(9, 9)], {"pixel_spacing_mm": (0.0, 0.1)}, MetricParameterError),
        ([empty(9, 9)], {"pixel_spacing_mm": FINE, "tolerance_mm": 0}, MetricParameterError),
        ([empty(9, 9)], {"pixel_spacing_mm": FINE, "tolerance_mm": 50}, MetricParameterError),
        (
            [empty(9, 9)],
            {"pixel_spacing_mm": FINE, "tolerance_mm": 1, "tolerance_px": 1},
            MetricParameterError,
        ),
        ([empty(9, 9)], {"pixel_spacing_mm": None, "tolerance_mm": 1}, PixelSpacingMissingError),
    ],
    ids=["nobody", "too many", "sizes", "spacing", "no tolerance", "long", "both", "mm without spacing"],
)
def test_what_has_no_segments_is_refused_by_name(drawn, asked, error):
    with pytest.raises(error):
        segment_votes(drawn, **asked)
