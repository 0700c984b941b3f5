import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from ml.errors import MetricParameterError
from ml.masks import Runs, area_px, empty, from_dense, to_dense
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


def test_noise_over_a_whole_mammogram_is_merged_within_memory_and_time():
    random = np.random.default_rng(9)
    noise = from_dense(random.random((4096, 3328)) < 0.5)
    merge_tracks(from_dense(np.eye(40, dtype=bool)), (0.07, 0.07))  # compiled before the clock starts

    tracemalloc.start()
    began = time.process_time()
    merged = merge_tracks(noise, (0.07, 0.07))
    took_s, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert area_px(merged) > 0.999 * 4096 * 3328
    assert peak < 300e6
    assert took_s < 15


@pytest.mark.parametrize("spacing", [(0.004, 0.1), (0.1, 1e-300), 0.1, (5.5, 5.5)])
def test_disc_is_never_of_more_than_200_pixels(spacing):
    with pytest.raises(MetricParameterError):
        merge_tracks(Runs.checked(5, 6, [[1, 1, 3]]), spacing)


def test_empty_stays_empty():
    assert merge_tracks(empty(5, 6), (0.1, 0.1)) == empty(5, 6)
