import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ml.masks import Runs, empty, from_dense, to_dense
from ml.metrics.tracks import merge_tracks


@given(
    st.tuples(st.integers(1, 16), st.integers(1, 16)).flatmap(lambda shape: arrays(bool, shape)),
    st.sampled_from([(0.3, 0.3), (0.5, 0.25), (0.2, 0.7), (1.5, 1.5), (1.0, 1.0)]),
)
def test_merging_is_binary_closing_with_a_disc(array, spacing):
    reach = [int(1.0 / side + 1e-9) for side in spacing]
    row, column = np.mgrid[-reach[0] : reach[0] + 1, -reach[1] : reach[1] + 1]
    disc = np.hypot(row * spacing[0], column * spacing[1]) <= 1.0 + 1e-9
    padded = np.pad(array, [(2 * side, 2 * side) for side in reach])
    closed = ndimage.binary_closing(padded, disc)
    inside = closed[2 * reach[0] :, 2 * reach[1] :][: array.shape[0], : array.shape[1]]

    merged = merge_tracks(from_dense(array), spacing)

    assert merged == from_dense(inside)
    assert closed.sum() == inside.sum(), "nothing is added beyond the image"
    assert not (array & ~to_dense(merged)).any()


@pytest.mark.parametrize(("walls_apart_px", "pieces_filled"), [(20, True), (22, False)])
def test_walls_are_joined_up_to_two_millimetres_apart(walls_apart_px, pieces_filled):
    walls = Runs.checked(80, 200, [[20, 20, 180], [20 + walls_apart_px, 20, 180]])

    merged = to_dense(merge_tracks(walls, (0.1, 0.1)))

    assert merged[20 + walls_apart_px // 2, 100] == pieces_filled


def test_empty_stays_empty():
    assert merge_tracks(empty(5, 6), (0.1, 0.1)) == empty(5, 6)
