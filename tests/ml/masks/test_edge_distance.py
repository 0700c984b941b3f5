import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import distance_transform_edt

from ml.errors import MaskGeometryError
from ml.masks import capsule, edge_distance_mm, edge_distance_px, empty, from_dense, to_dense

SHAPES = st.tuples(st.integers(1, 24), st.integers(1, 24))


def everywhere(shape):
    return np.argwhere(np.ones(shape, dtype=bool))


@given(SHAPES.flatmap(lambda shape: arrays(bool, shape)))
def test_equals_the_distance_transform_with_nothing_beyond_the_image(array):
    expected = distance_transform_edt(np.pad(array, 1))[1:-1, 1:-1]

    assert np.array_equal(edge_distance_px(from_dense(array), everywhere(array.shape)), expected.ravel())


@pytest.mark.parametrize("spacing", [(0.1, 0.1), (0.05, 0.2), (0.2, 0.07)])
def test_pixels_that_are_not_square_are_measured_by_their_sides(spacing):
    stroke = capsule(60, 70, (-5.0, 3.0), (50.0, 68.0), 9.0)
    expected = distance_transform_edt(np.pad(to_dense(stroke), 1), sampling=spacing)[1:-1, 1:-1]

    found = edge_distance_mm(stroke, everywhere((60, 70)), spacing)

    assert np.allclose(found, expected.ravel(), rtol=0, atol=1e-12)


def test_outside_the_mask_is_zero_and_at_its_edge_one():
    array = np.zeros((5, 5), dtype=bool)
    array[1:4, 1:4] = True

    assert edge_distance_px(from_dense(array), np.array([[0, 0], [1, 1], [2, 2]])).tolist() == [0, 1, 2]
    assert edge_distance_px(empty(5, 5), np.array([[2, 2]])).tolist() == [0]
    assert edge_distance_px(empty(5, 5), np.empty((0, 2), dtype=int)).shape == (0,)


@pytest.mark.parametrize("point", [(-1, 0), (0, -1), (5, 0), (0, 5)])
def test_point_beyond_the_image_is_refused(point):
    with pytest.raises(MaskGeometryError, match="outside the image of 5 x 5"):
        edge_distance_px(empty(5, 5), np.array([point]))
