import numpy as np
import pytest
from skimage.morphology import skeletonize

from ml.masks import (
    capsule,
    empty,
    from_dense,
    kulpa_length_mm,
    kulpa_length_px,
    links,
    skeleton,
    to_dense,
    union,
)


def strokes(generator, count):
    mask = empty(300, 340)
    for _ in range(count):
        a, b = generator.uniform(-10, 340, (2, 2))
        mask = union(mask, capsule(300, 340, a, b, generator.uniform(0.5, 11)))
    return mask


@pytest.mark.parametrize("count", [1, 4, 12])
def test_skeleton_of_strokes_is_that_of_scikit_image(count):
    mask = strokes(np.random.default_rng(count), count)

    assert np.array_equal(skeleton(mask), np.argwhere(skeletonize(to_dense(mask), method="zhang")))
    assert skeleton(mask).dtype == np.int32


def test_skeleton_of_nothing_is_nothing():
    assert skeleton(empty(4, 4)).shape == (0, 2)
    assert links(skeleton(empty(4, 4))) == (0, 0, 0)
    assert kulpa_length_px(skeleton(empty(4, 4))) == 0


def test_dot_has_no_length():
    dot = capsule(60, 60, (30.5, 30.5), (30.5, 30.5), 15.0)

    assert len(skeleton(dot)) <= 2
    assert kulpa_length_px(skeleton(dot)) < 1.5


def test_ring_has_the_length_of_its_circle():
    row, column = np.mgrid[:201, :201] - 100
    distance = np.hypot(row, column)
    points = skeleton(from_dense((distance >= 76) & (distance <= 84)))

    horizontal, vertical, diagonal = links(points)

    assert (len(points), horizontal + vertical, diagonal) == (452, 268, 184)
    assert kulpa_length_px(points) == pytest.approx(501.18, abs=0.01)


@pytest.mark.parametrize(("height", "expected_px"), [(5, 97), (21, 82)])
def test_bar_loses_its_square_ends(height, expected_px):
    array = np.zeros((60, 140), dtype=bool)
    array[20 : 20 + height, 20:120] = True

    assert len(skeleton(from_dense(array))) == expected_px


def test_diagonal_counts_diagonal_steps():
    points = skeleton(from_dense(np.eye(100, dtype=bool)))

    assert links(points) == (0, 0, 99)
    assert kulpa_length_px(points) == pytest.approx(99 * 1.343)


def test_corner_is_not_counted_twice():
    assert links(np.array([[0, 0], [0, 1], [1, 1]])) == (1, 1, 0)


def test_length_in_millimetres_scales_each_direction():
    level = np.array([[0, column] for column in range(11)])

    assert kulpa_length_mm(level, (0.2, 0.1)) == pytest.approx(10 * 0.948 * 0.1)
    assert kulpa_length_mm(level[:, ::-1], (0.2, 0.1)) == pytest.approx(10 * 0.948 * 0.2)


@pytest.mark.parametrize("width", [3, 7, 15, 21])
def test_kulpa_length_of_strokes_is_unbiased(width):
    generator = np.random.default_rng(width)
    ratios = []
    for _ in range(60):
        angle, length = generator.uniform((0, 60), (np.pi, 180))
        half = np.array([np.sin(angle), np.cos(angle)]) * length / 2
        stroke = capsule(300, 300, 150.5 - half, 150.5 + half, width / 2)
        ratios.append(kulpa_length_px(skeleton(stroke)) / length)

    assert np.mean(ratios) == pytest.approx(1.0, abs=0.02)
    assert np.std(ratios) < 0.04
