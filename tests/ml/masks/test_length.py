import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ml.errors import MaskGeometryError
from ml.masks import capsule, empty, end_capped_length_mm, from_dense, kulpa_length_mm, links, skeleton

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))
SPACING = (0.1, 0.1)


def links_of_array(array):
    """Count neighbours by shifting the whole image."""
    line = np.pad(array, 1)
    right, below, left = np.roll(line, -1, 1), np.roll(line, -1, 0), np.roll(line, 1, 1)
    falling, rising = np.roll(below, -1, 1), np.roll(below, 1, 1)
    diagonal = (line & falling & ~right & ~below).sum() + (line & rising & ~left & ~below).sum()
    return int((line & right).sum()), int((line & below).sum()), int(diagonal)


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)), st.randoms(use_true_random=False))
def test_links_equal_those_of_the_image_in_any_order(array, random):
    points = np.argwhere(array)
    order = random.sample(range(len(points)), len(points))

    assert links(points[order]) == links_of_array(array)


def test_chain_of_a_diagonal():
    horizontal, vertical, diagonal = links(np.stack([np.arange(100)] * 2, axis=1))

    assert horizontal + vertical + diagonal * np.sqrt(2) == pytest.approx(140.0071, abs=1e-4)


def test_links_at_the_far_corner_do_not_wrap():
    assert links(np.array([[16382, 16383], [16383, 0], [16383, 16383]])) == (0, 1, 0)


@pytest.mark.parametrize("points", [np.array([[1, 1], [1, 1]]), np.zeros((3, 3), dtype=int), np.eye(2)])
def test_links_refuse_what_are_no_pixels(points):
    with pytest.raises(MaskGeometryError):
        links(points)


@pytest.mark.parametrize("width", [3, 7, 15, 21])
def test_end_caps_add_the_round_ends_of_a_stroke(width):
    generator = np.random.default_rng(width)
    ratios = []
    for _ in range(40):
        angle, length = generator.uniform((0, 60), (np.pi, 180))
        half = np.array([np.sin(angle), np.cos(angle)]) * length / 2
        stroke = capsule(300, 300, 150.5 - half, 150.5 + half, width / 2)
        capped = end_capped_length_mm(stroke, skeleton(stroke), SPACING)
        ratios.append(capped / 0.1 / (length + width))

    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)


def test_dot_has_its_diameter():
    dot = capsule(60, 60, (30.5, 30.5), (30.5, 30.5), 10.5)

    assert kulpa_length_mm(skeleton(dot), SPACING) == pytest.approx(0, abs=0.15)
    assert end_capped_length_mm(dot, skeleton(dot), SPACING) == pytest.approx(2.2, abs=0.2)


def test_single_pixel_has_two_ends_and_a_loop_none():
    assert end_capped_length_mm(from_dense(np.ones((1, 1), dtype=bool)), np.array([[0, 0]]), SPACING) == (
        pytest.approx(0.2)
    )
    row, column = np.mgrid[:61, :61] - 30
    ring = from_dense(np.abs(np.hypot(row, column) - 24) <= 3)
    points = skeleton(ring)

    assert end_capped_length_mm(ring, points, SPACING) == kulpa_length_mm(points, SPACING)


def test_caps_of_pixels_that_are_not_square_are_in_millimetres():
    bar = np.zeros((9, 30), dtype=bool)
    bar[3:6, 5:25] = True
    line = np.array([[4, column] for column in range(7, 23)])

    length = end_capped_length_mm(from_dense(bar), line, (0.2, 0.1))

    assert length == pytest.approx(kulpa_length_mm(line, (0.2, 0.1)) + 0.3 + 0.3)


def test_nothing_has_no_length():
    assert end_capped_length_mm(empty(4, 4), np.empty((0, 2), dtype=np.int32), SPACING) == 0


def test_point_beyond_the_image_is_refused():
    with pytest.raises(MaskGeometryError):
        end_capped_length_mm(empty(4, 4), np.array([[4, 0]]), SPACING)
