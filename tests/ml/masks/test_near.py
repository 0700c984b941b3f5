import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from ml.errors import MaskGeometryError, MetricParameterError
from ml.masks import count_within, is_within

NO_POINTS = np.empty((0, 2), dtype=np.int32)
POINTS = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=30, unique=True).map(
    lambda points: np.array(points, dtype=np.int32).reshape(-1, 2)
)
SPACINGS = st.sampled_from([(0.1, 0.1), (0.085, 0.085), (1.0, 1.0), (0.05, 0.2), (0.2, 0.07)])
REACHES = st.sampled_from([0.0, 0.1, 1.0, 1.05, 3.0]) | st.floats(0, 20)


def distances_mm(points, other, spacing):
    apart = (points[:, None] - other[None, :]) * np.array(spacing)
    return np.hypot(apart[..., 0], apart[..., 1]).min(axis=1, initial=np.inf)


@given(POINTS, POINTS, SPACINGS, REACHES)
def test_equals_the_euclidean_distance(points, other, spacing, reach):
    expected = distances_mm(points, other, spacing) <= reach + 1e-9

    found = is_within(points, other, reach_mm=reach, pixel_spacing_mm=spacing)

    assert np.array_equal(found, expected)
    assert count_within(points, other, reach_mm=reach, pixel_spacing_mm=spacing) == expected.sum()


@given(POINTS, POINTS, SPACINGS, REACHES)
def test_two_sets_agree_on_whether_any_pair_is_near(points, other, spacing, reach):
    there = count_within(points, other, reach_mm=reach, pixel_spacing_mm=spacing)
    back = count_within(other, points, reach_mm=reach, pixel_spacing_mm=spacing)

    assert (there > 0) == (back > 0)
    assert 0 <= there <= len(points)
    assert count_within(points, points, reach_mm=0, pixel_spacing_mm=spacing) == len(points)


def test_order_of_points_does_not_matter():
    random = np.random.default_rng(3)
    points = random.permutation(np.argwhere(random.random((300, 400)) < 0.01))
    other = random.permutation(np.argwhere(random.random((300, 400)) < 0.002))
    expected = np.isfinite(cKDTree(other).query(points, distance_upper_bound=10 + 1e-6)[0])

    assert np.array_equal(is_within(points, other, reach_mm=1.0, pixel_spacing_mm=(0.1, 0.1)), expected)


def test_rounding_of_millimetres_moves_no_pixel():
    line = np.array([[row, 0] for row in range(200)])
    for steps in range(200):
        reach = steps * 0.1
        assert count_within(line, line[:1], reach_mm=reach, pixel_spacing_mm=(0.1, 0.1)) == steps + 1


def test_far_sets_and_long_reaches():
    corners = np.array([[0, 0], [16383, 16383]])

    assert is_within(corners, corners[:1], reach_mm=16384, pixel_spacing_mm=(1, 1)).tolist() == [True, False]
    assert is_within(corners, corners[:1], reach_mm=1e9, pixel_spacing_mm=(1, 1)).tolist() == [True, True]
    assert is_within(corners, corners[1:], reach_mm=1, pixel_spacing_mm=(1, 1)).tolist() == [False, True]


@pytest.mark.parametrize("spacing", [(0.1, 0.1), (0.1, 0.07)])
@pytest.mark.parametrize("beyond", [0, 1, 2])
def test_many_points_just_out_of_reach_are_decided_soon_and_right(spacing, beyond):
    """All of these lie in cells that could be near: pair by pair it would take half a minute."""
    block = np.argwhere(np.ones((300, 300), dtype=bool))
    aside = block + np.array([0, 299 + 598 + beyond])
    nearest = (aside[:, 1] - 299) * spacing[1]

    started = time.process_time()
    found = is_within(aside, block, reach_mm=599 * spacing[1], pixel_spacing_mm=spacing)

    assert time.process_time() - started < 3
    assert np.array_equal(found, nearest <= 599 * spacing[1] + 1e-9)
    assert found.sum() == 300 * max(0, 2 - beyond)


@given(POINTS, POINTS, SPACINGS, REACHES)
def test_decisions_do_not_depend_on_how_they_are_reached(points, other, spacing, reach):
    asked = {"reach_mm": reach, "pixel_spacing_mm": spacing}
    by_cells = is_within(points, other, **asked)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ml.masks.near.LOOKS_PER_POINT", 0)
        by_tree = is_within(points, other, **asked)

    assert np.array_equal(by_cells, by_tree)


def test_nothing_is_near_nothing():
    one = np.array([[1, 1]])

    assert is_within(NO_POINTS, one, reach_mm=1, pixel_spacing_mm=(1, 1)).shape == (0,)
    assert is_within(one, NO_POINTS, reach_mm=1, pixel_spacing_mm=(1, 1)).tolist() == [False]
    assert count_within(NO_POINTS, NO_POINTS, reach_mm=1, pixel_spacing_mm=(1, 1)) == 0


@pytest.mark.parametrize(
    ("reach", "spacing"),
    [(-0.1, (1, 1)), (np.nan, (1, 1)), (np.inf, (1, 1)), (1, (0, 1)), (1, (1, np.nan)), (1, (1, -1))],
)
def test_what_is_no_length_is_refused(reach, spacing):
    with pytest.raises(MetricParameterError):
        is_within(NO_POINTS, NO_POINTS, reach_mm=reach, pixel_spacing_mm=spacing)


def test_what_is_no_pixel_is_refused():
    with pytest.raises(MaskGeometryError):
        is_within(np.array([[0.5, 1]]), NO_POINTS, reach_mm=1, pixel_spacing_mm=(1, 1))
