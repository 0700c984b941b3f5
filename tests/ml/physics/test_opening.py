import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from skimage import morphology

from ml.errors import MaskShapeMismatchError, PixelValuesError
from ml.masks import capsule, empty, from_dense, to_dense, union
from ml.physics import disc, open_near

SIZE = (210, 330)
CORNERS_AND_MIDDLE = union(
    union(capsule(*SIZE, (0.0, 0.0), (3.0, 40.0), 3.0), capsule(*SIZE, (209.0, 329.0), (209.0, 300.0), 2.0)),
    capsule(*SIZE, (90.0, 100.0), (130.0, 290.0), 6.0),
)


def image(dtype, seed=1):
    values = np.random.default_rng(seed).integers(0, 4000, SIZE)
    return (values - 2000 if np.dtype(dtype).kind == "f" else values).astype(dtype)


@pytest.mark.parametrize(("diameter_px", "pixels"), [(1, 1), (3, 9), (31, 749)])
def test_disc_holds_what_its_rule_says(diameter_px, pixels):
    assert disc(diameter_px).sum() == pixels


@pytest.mark.parametrize("dtype", [np.uint16, np.float32, np.float64])
@pytest.mark.parametrize("diameter_px", [1, 2, 3, 7.5, 21, 44.3])
def test_opening_is_that_of_the_whole_image_up_to_its_corners(dtype, diameter_px):
    values, is_label = image(dtype), to_dense(CORNERS_AND_MIDDLE)

    opened = open_near(values, CORNERS_AND_MIDDLE, diameter_px=diameter_px)

    whole = ndimage.grey_opening(values, footprint=disc(diameter_px), mode="reflect")
    assert opened.dtype == dtype
    assert np.array_equal(opened[is_label], whole[is_label])


def test_opening_agrees_with_scikit_image():
    values, is_label = image(np.uint16), to_dense(CORNERS_AND_MIDDLE)

    opened = open_near(values, CORNERS_AND_MIDDLE, diameter_px=20)

    assert np.array_equal(opened[is_label], morphology.opening(values, morphology.disk(10))[is_label])


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(1, 90), st.integers(1, 90), st.floats(1, 30), st.floats(0, 20))
def test_opening_holds_around_any_mask(seed, rows, columns, diameter_px, reach_px):
    random = np.random.default_rng(seed)
    values = random.integers(0, 65536, (rows, columns)).astype(np.uint16)
    is_label = random.random((rows, columns)) < 0.01
    mask = from_dense(is_label)

    opened = open_near(values, mask, diameter_px=diameter_px, reach_px=reach_px)

    whole = ndimage.grey_opening(values, footprint=disc(diameter_px), mode="reflect")
    is_near = ndimage.distance_transform_edt(~is_label) <= reach_px if is_label.any() else is_label
    assert np.array_equal(opened[is_near], whole[is_near])


def test_stored_values_may_be_opened_before_their_logarithm():
    values, is_label = image(np.uint16) + np.uint16(1), to_dense(CORNERS_AND_MIDDLE)

    before = np.log(open_near(values, CORNERS_AND_MIDDLE, diameter_px=9)[is_label].astype(np.float64))
    after = open_near(np.log(values.astype(np.float64)), CORNERS_AND_MIDDLE, diameter_px=9)[is_label]

    assert np.array_equal(before, after)


def test_empty_mask_asks_for_nothing():
    assert open_near(image(np.uint16), empty(*SIZE), diameter_px=9).shape == SIZE


def test_mask_of_another_image_is_refused():
    with pytest.raises(MaskShapeMismatchError, match="210 x 331"):
        open_near(image(np.uint16), empty(210, 331), diameter_px=9)


def test_values_that_cannot_be_ordered_are_refused():
    values = image(np.float32)
    values[7, 9] = np.nan

    with pytest.raises(PixelValuesError, match="not a number"):
        open_near(values, CORNERS_AND_MIDDLE, diameter_px=9)


def test_other_types_are_refused():
    with pytest.raises(PixelValuesError, match="int32"):
        open_near(image(np.int32), CORNERS_AND_MIDDLE, diameter_px=9)
