import numpy as np
import pytest

from ml.errors import MaskCodecError, MaskGeometryError, MaskShapeMismatchError
from ml.masks import empty, from_dense, from_pixel_positions, pixel_positions, to_dense, to_dense_crop

NOISE = np.random.default_rng(2).random((31, 45)) < 0.4


@pytest.mark.parametrize("array", [NOISE, ~NOISE, np.zeros((3, 2), bool), np.ones((1, 1), bool)])
def test_round_trip(array):
    assert np.array_equal(to_dense(from_dense(array)), array)


def test_any_number_but_zero_is_inside():
    assert from_dense(np.array([[0, 255, 1]], dtype=np.uint8)).runs.tolist() == [[0, 1, 3]]


@pytest.mark.parametrize("box", [(0, 0, 31, 45), (3, 7, 20, 11), (30, 44, 31, 45), (5, 5, 5, 9)])
def test_crop_equals_slice(box):
    top, left, bottom, right = box

    assert np.array_equal(to_dense_crop(from_dense(NOISE), box), NOISE[top:bottom, left:right])


@pytest.mark.parametrize("box", [(0, 0, 32, 45), (-1, 0, 3, 3), (4, 4, 3, 5)])
def test_crop_refuses_a_box_outside(box):
    with pytest.raises(MaskShapeMismatchError):
        to_dense_crop(from_dense(NOISE), box)


def test_array_without_two_axes_is_refused():
    with pytest.raises(MaskShapeMismatchError, match="3 axes"):
        from_dense(np.zeros((2, 2, 2), dtype=bool))


def test_pixel_positions_round_trip():
    mask = from_dense(NOISE)

    positions = pixel_positions(mask)

    assert np.array_equal(positions, np.flatnonzero(NOISE))
    assert from_pixel_positions(31, 45, positions) == mask
    assert from_pixel_positions(4, 4, pixel_positions(empty(4, 4))) == empty(4, 4)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(MaskCodecError, match="NaN") as refusal:
        from_dense(np.array([[0.0, np.nan]]))

    assert refusal.value.code == "not_a_mask"


@pytest.mark.parametrize(
    "array", [np.ones((5, 4000), bool), np.ones((3000, 1), bool), np.tri(1200, dtype=bool)]
)
def test_more_runs_than_a_first_guess_and_runs_longer_than_a_word(array):
    mask = from_dense(array)

    assert len(mask.runs) == len(array)
    assert np.array_equal(to_dense(mask), array)
    assert from_dense(to_dense(mask)) == mask


def test_nested_lists_are_arrays_too():
    assert from_dense([[0, 1, 1], [0, 0, 0]]).runs.tolist() == [[0, 1, 3]]


@pytest.mark.parametrize("array", [[[0, 1], [1]], "mask", None, [[object(), 1]], [["a", "b"]], [[1j, 0]]])
def test_what_is_no_array_of_numbers_is_refused(array):
    with pytest.raises((MaskCodecError, MaskShapeMismatchError)):
        from_dense(array)


@pytest.mark.parametrize(
    "positions",
    [[-1], [12], [0, 2**40], [3, 2], [2, 2], [0.5], [[1, 2]], ["a"], np.array([2**64 - 1], dtype=np.uint64)],
)
def test_positions_that_no_mask_lists_are_refused(positions):
    with pytest.raises(MaskGeometryError, match="position"):
        from_pixel_positions(3, 4, positions)


def test_no_position_is_the_empty_mask_and_all_are_the_full_one():
    assert from_pixel_positions(3, 4, []).runs.shape == (0, 3)
    assert from_pixel_positions(3, 4, range(12)) == from_dense(np.ones((3, 4)))
    with pytest.raises(MaskCodecError):
        from_pixel_positions(0, 4, [])
