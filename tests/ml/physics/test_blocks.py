import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from ml.masks import empty, from_dense
from ml.physics.blocks import CELL_PX, blocks_within, cell_distance_px


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 400), st.integers(1, 700), st.floats(0, 120))
def test_blocks_hold_every_pixel_within_reach_once(seed, rows, columns, reach_px):
    random = np.random.default_rng(seed)
    is_label = np.zeros((rows, columns), dtype=bool)
    is_label[random.integers(rows, size=3), random.integers(columns, size=3)] = True

    held = np.zeros((rows, columns), dtype=int)
    for top, left, bottom, right in blocks_within(
        cell_distance_px(from_dense(is_label)), reach_px, (rows, columns)
    ):
        assert 0 <= top < bottom <= rows
        assert 0 <= left < right <= columns
        held[top:bottom, left:right] += 1

    assert held.max() == 1
    assert held[ndimage.distance_transform_edt(~is_label) <= reach_px].all()


def test_far_cells_are_left_out():
    is_label = np.zeros((800, 800), dtype=bool)
    is_label[100, 100] = True

    held = blocks_within(cell_distance_px(from_dense(is_label)), 40, (800, 800))

    assert ((held[:, 2] - held[:, 0]) * (held[:, 3] - held[:, 1])).sum() < (2 * 40 + 4 * CELL_PX) ** 2


def test_empty_mask_has_no_blocks():
    assert len(blocks_within(cell_distance_px(empty(100, 100)), 1000, (100, 100))) == 0
