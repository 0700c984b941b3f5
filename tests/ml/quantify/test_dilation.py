import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ml.masks import Runs, empty, from_dense, to_dense
from ml.quantify.dilation import dilate


@given(
    arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 12))),
    st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.4]),
    st.sampled_from([(0.1, 0.1), (0.1, 0.15), (0.2, 0.05)]),
)
def test_pixels_within_reach_and_no_others_are_added(dense, reach_mm, spacing_mm):
    dilated = dilate(from_dense(dense), reach_mm, spacing_mm)

    distance = ndimage.distance_transform_edt(~dense, sampling=spacing_mm)
    expected = (distance <= reach_mm + 1e-9) if dense.any() else dense
    assert (to_dense(dilated) == expected).all()
    assert Runs.checked(dilated.rows, dilated.columns, dilated.runs) == dilated


def test_nothing_grows_into_nothing():
    assert dilate(empty(5, 7), 3.0, (0.1, 0.1)) == empty(5, 7)


@pytest.mark.parametrize("column", [0, 6])
def test_the_edge_of_the_image_cuts(column):
    dense = np.zeros((5, 7), dtype=bool)
    dense[0, column] = True

    assert to_dense(dilate(from_dense(dense), 0.1, (0.1, 0.1))).sum() == 3
