from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from ml.physics import read_signal
from ml.quantify.intensity import map_to_8_bit
from ml.types import Acquisition

EIGHT_BITS = Acquisition(bits_stored=8)
TWELVE_BITS = Acquisition(bits_stored=12, presentation_intent="FOR PRESENTATION")


def mapping_of(pixels, acquisition, is_breast):
    return map_to_8_bit(pixels, acquisition, read_signal(pixels, acquisition), is_breast)


def random_pixels(bits, seed=2):
    return np.random.default_rng(seed).integers(0, 2**bits, (60, 80)).astype(np.uint16)


def test_eight_bits_stay_as_they_are():
    mapping = mapping_of(random_pixels(8), EIGHT_BITS, None)

    assert mapping.mapping_id == "stored-8-bit"
    assert (mapping.levels[:256] == np.arange(256)).all()


def test_dark_calcium_is_turned_round():
    inverted = replace(EIGHT_BITS, photometric_interpretation="MONOCHROME1")

    mapping = mapping_of(random_pixels(8), inverted, None)

    assert (mapping.levels[:256] == np.arange(255, -1, -1)).all()


def test_percentiles_of_the_breast_become_the_ends():
    pixels, is_breast = random_pixels(12), np.zeros((60, 80), dtype=bool)
    is_breast[:, :40] = True
    pixels[~is_breast] = 0

    mapping = mapping_of(pixels, TWELVE_BITS, is_breast)

    inside = pixels[::4, ::4][is_breast[::4, ::4]]
    assert mapping.mapping_id == "breast-0.5-99.5/grey"
    assert (mapping.low, mapping.high) == pytest.approx(tuple(np.percentile(inside, (0.5, 99.5))))
    assert mapping.levels[0] == 0
    assert mapping.levels[4095] == 255
    assert mapping.levels[round((mapping.low + mapping.high) / 2)] in (127, 128)


def test_raw_image_is_mapped_by_attenuation():
    raw = Acquisition(
        bits_stored=14, presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1
    )
    pixels = random_pixels(10) + np.uint16(200)

    mapping = mapping_of(pixels, raw, np.ones(pixels.shape, dtype=bool))

    assert mapping.mapping_id == "breast-0.5-99.5/attenuation"
    assert mapping.levels[200] == 255
    assert mapping.levels[1223] == 0
    # The logarithm: half the counts lie far from half the scale.
    middle = np.exp((np.log(200) + np.log(1223)) / 2)
    assert mapping.levels[round(middle)] == pytest.approx(127.5, abs=4)


def test_raw_eight_bits_are_mapped_too():
    raw = Acquisition(
        bits_stored=8, presentation_intent="FOR PROCESSING", pixel_intensity_relationship_sign=1
    )
    pixels = random_pixels(8)

    assert mapping_of(pixels, raw, np.ones(pixels.shape, bool)).mapping_id == "breast-0.5-99.5/attenuation"


@pytest.mark.parametrize("is_breast", [None, np.zeros((60, 80), dtype=bool)])
def test_without_breast_there_is_no_scale(is_breast):
    assert mapping_of(random_pixels(12), TWELVE_BITS, is_breast) is None


def test_constant_breast_has_no_scale():
    pixels = np.full((60, 80), 700, dtype=np.uint16)

    assert mapping_of(pixels, TWELVE_BITS, np.ones((60, 80), dtype=bool)) is None


@pytest.mark.parametrize("box", [(0, 0, 60, 80), (0, 0, 1, 1), (10, 20, 30, 41), (58, 78, 60, 80)])
def test_median_near_the_mask_is_that_of_the_whole_image(box):
    pixels = random_pixels(8)
    mapping = mapping_of(pixels, EIGHT_BITS, None)

    whole = ndimage.median_filter(pixels.astype(np.uint8), 5, mode="nearest")

    top, left, bottom, right = box
    assert (mapping.smoothed_crop(pixels, box) == whole[top:bottom, left:right]).all()


def test_no_box_has_no_levels():
    pixels = random_pixels(8)

    assert mapping_of(pixels, EIGHT_BITS, None).smoothed_crop(pixels, (0, 0, 0, 0)).size == 0
