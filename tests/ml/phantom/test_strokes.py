import numpy as np
import pytest

from ml.phantom.strokes import curve_length_px, random_curve, stroke_around


@pytest.fixture
def straight():
    return np.column_stack([np.full(201, 30.5), np.linspace(10.5, 60.5, 201)])


def test_stroke_holds_the_pixels_within_its_radius(straight):
    stroke = stroke_around(straight, 3.0, (60, 80))

    painted = np.zeros((60, 80), dtype=bool)
    painted[stroke.rows, stroke.columns] = True
    rows, columns = np.indices((60, 80)) + 0.5
    beyond = np.maximum(np.abs(columns - 35.5) - 25, 0)
    expected = np.hypot(rows - 30.5, beyond) < 3.0
    # A pixel at exactly the radius may fall on either side of rounding.
    assert np.count_nonzero(painted ^ expected) <= 110
    assert np.array_equal(painted[28:33, 10:61], expected[28:33, 10:61])


def test_stroke_knows_distance_and_side(straight):
    stroke = stroke_around(straight, 3.0, (60, 80))

    above = (stroke.rows == 28) & (stroke.columns == 40)
    below = (stroke.rows == 32) & (stroke.columns == 40)
    assert stroke.distance_px[above] == pytest.approx(2)
    assert stroke.distance_px[below] == pytest.approx(2)
    assert stroke.is_left[above] != stroke.is_left[below]
    assert straight[stroke.point[above][0], 1] == pytest.approx(40.5)


def test_stroke_outside_the_image_is_empty(straight):
    stroke = stroke_around(straight + 1000, 3.0, (60, 80))

    assert stroke.rows.size == 0
    assert stroke.is_left.size == 0


def test_stroke_is_cut_at_the_border(straight):
    stroke = stroke_around(straight, 3.0, (60, 40))

    assert stroke.columns.max() == 39


def test_random_curve_starts_where_told_and_has_about_the_length():
    curve = random_curve(np.random.default_rng(1), (5.0, 7.0), 0.0, 100, segment_px=10, turn=0.1)

    assert curve[0] == pytest.approx([5, 7])
    assert curve_length_px(curve) == pytest.approx(100, rel=0.05)
    assert np.hypot(*np.diff(curve, axis=0).T).max() < 0.5
