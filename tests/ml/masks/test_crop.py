import numpy as np
import pytest

from ml.errors import MaskCodecError, MaskShapeMismatchError
from ml.masks import crop, empty, from_dense, paste, to_dense

NOISE = np.random.default_rng(31).random((31, 45)) < 0.4


@pytest.mark.parametrize("box", [(0, 0, 31, 45), (3, 7, 20, 11), (30, 44, 31, 45), (5, 0, 6, 45)])
def test_crop_equals_slice(box):
    top, left, bottom, right = box

    assert crop(from_dense(NOISE), box) == from_dense(NOISE[top:bottom, left:right])


@pytest.mark.parametrize("box", [(0, 0, 32, 45), (-1, 0, 3, 3), (4, 4, 3, 5), (5, 5, 5, 9)])
def test_crop_refuses_what_is_no_part_of_the_image(box):
    with pytest.raises(MaskShapeMismatchError, match="no part of the image of 31 x 45"):
        crop(from_dense(NOISE), box)


@pytest.mark.parametrize("at", [(0, 0), (5, 9), (-7, -11), (40, 10), (10, 70), (-31, 0), (59, 69), (30, -44)])
def test_paste_leaves_out_what_falls_outside(at):
    around = np.zeros((200, 200), dtype=bool)
    around[70 + at[0] : 101 + at[0], 70 + at[1] : 115 + at[1]] = NOISE

    pasted = paste(from_dense(NOISE), 60, 70, at)

    assert np.array_equal(to_dense(pasted), around[70:130, 70:140])
    assert pasted.runs.dtype == np.int32


def test_nothing_pasted_is_nothing():
    assert paste(empty(3, 3), 5, 6, (1, 1)) == empty(5, 6)


def test_paste_refuses_an_image_without_size():
    with pytest.raises(MaskCodecError):
        paste(empty(3, 3), 0, 6, (0, 0))
