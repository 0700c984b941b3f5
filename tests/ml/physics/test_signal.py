from dataclasses import replace

import numpy as np
import pytest

from ml.physics import read_signal
from ml.types import Acquisition

RAW = {"presentation_intent": "FOR PROCESSING", "pixel_intensity_relationship": "LIN", "bits_stored": 14}
# Breast of varied signal beside flat, bright air.
LINEAR = np.full((80, 80), 12000, dtype=np.uint16)
LINEAR[:, :50] = np.random.default_rng(1).integers(500, 3000, (80, 50))


def test_raw_linear_image_is_minus_the_logarithm():
    signal = read_signal(LINEAR, Acquisition(**RAW, pixel_intensity_relationship_sign=1))

    assert signal.mode == "physical"
    assert signal.brightness[1000] == pytest.approx(-np.log(1000))
    assert signal.brightness[0] == 0
    assert (signal.is_inverted, signal.flags) == (False, ())


def test_inverted_raw_image_gives_the_same_brightness():
    inverted = (2**14 - 1 - LINEAR).astype(np.uint16)

    signal = read_signal(inverted, Acquisition(**RAW, pixel_intensity_relationship_sign=-1))

    plain = read_signal(LINEAR, Acquisition(**RAW, pixel_intensity_relationship_sign=1))
    assert np.array_equal(signal.brightness[inverted], plain.brightness[LINEAR])


@pytest.mark.parametrize("is_inverted", [False, True])
def test_direction_is_guessed_from_flat_air(is_inverted):
    pixels = (2**14 - 1 - LINEAR).astype(np.uint16) if is_inverted else LINEAR

    signal = read_signal(pixels, Acquisition(**RAW))

    assert signal.is_inverted == is_inverted
    assert signal.flags == ("direction_guessed",)


def test_padding_is_not_taken_for_flat_air():
    pixels = LINEAR.copy()
    pixels[:, 50:] = np.random.default_rng(2).integers(11990, 12010, (80, 30))
    pixels[:40] = 0

    signal = read_signal(pixels, Acquisition(**RAW, pixel_padding_value=0))

    assert not signal.is_inverted


def test_rescale_and_detector_offset_come_before_the_logarithm():
    acquisition = Acquisition(
        **RAW,
        pixel_intensity_relationship_sign=1,
        rescale_slope=2.0,
        rescale_intercept=10.0,
        manufacturer="SIEMENS",
    )

    signal = read_signal(LINEAR, acquisition)

    assert signal.brightness[1000] == pytest.approx(-np.log(2010 - 50))
    assert signal.detector_offset == 50


def test_detector_offset_may_be_given():
    acquisition = Acquisition(**RAW, pixel_intensity_relationship_sign=1, manufacturer="SIEMENS")

    signal = read_signal(LINEAR, acquisition, detector_offset=30.0)

    assert signal.brightness[1000] == pytest.approx(-np.log(970))
    assert signal.detector_offset == 30


@pytest.mark.parametrize("sign", [1, -1])
def test_logarithmic_image_of_known_slope_gives_the_contrast_of_the_linear_one(sign):
    counts_per_e_fold = 1000.0
    logarithmic = np.rint(sign * counts_per_e_fold * np.log(LINEAR) + (0 if sign > 0 else 12000))
    logarithmic = logarithmic.astype(np.uint16)
    acquisition = Acquisition(
        **RAW | {"pixel_intensity_relationship": "LOG"}, pixel_intensity_relationship_sign=sign
    )

    signal = read_signal(logarithmic, acquisition, log_counts_per_e_fold=counts_per_e_fold)

    plain = read_signal(LINEAR, Acquisition(**RAW, pixel_intensity_relationship_sign=1))
    difference = signal.brightness[logarithmic] - plain.brightness[LINEAR]
    assert (signal.mode, signal.flags, signal.is_inverted) == ("physical", (), sign < 0)
    assert np.ptp(difference) < 2 / counts_per_e_fold
    assert signal.is_saturated[logarithmic[0, -1]]
    assert not signal.is_saturated[logarithmic[:, :50]].any()


def test_look_up_gives_the_brightness_of_each_pixel():
    signal = read_signal(LINEAR, Acquisition(**RAW, pixel_intensity_relationship_sign=1))

    assert np.array_equal(signal.look_up(LINEAR[3:70, 5:77]), signal.brightness[LINEAR[3:70, 5:77]])


def test_clipped_air_is_saturated():
    signal = read_signal(LINEAR, Acquisition(**RAW, pixel_intensity_relationship_sign=1))

    assert signal.is_saturated[12000]
    assert not signal.is_saturated[3000]


def test_padding_counts_as_air():
    pixels = LINEAR.copy()
    pixels[:10] = 0

    signal = read_signal(
        pixels, Acquisition(**RAW, pixel_intensity_relationship_sign=1, pixel_padding_value=0)
    )

    assert signal.brightness[0] == signal.brightness[12000]


@pytest.mark.parametrize(("value", "limit"), [(0, 40), (40, 0), (-8, 40)])
def test_padding_may_be_a_range_of_values(value, limit):
    pixels = LINEAR.copy()
    pixels[:10] = 33
    acquisition = Acquisition(
        **RAW,
        pixel_intensity_relationship_sign=1,
        pixel_padding_value=value,
        pixel_padding_range_limit=limit,
    )

    signal = read_signal(pixels, acquisition)

    assert set(signal.brightness[[0, 33, 40]]) == {signal.brightness[12000]}
    assert signal.brightness[41] == pytest.approx(-np.log(41))


@pytest.mark.parametrize("value", [-8, 70_000])
def test_padding_that_no_pixel_can_have_changes_nothing(value):
    acquisition = Acquisition(**RAW, pixel_intensity_relationship_sign=1)

    signal = read_signal(LINEAR, replace(acquisition, pixel_padding_value=value))

    assert np.array_equal(signal.brightness, read_signal(LINEAR, acquisition).brightness)


@pytest.mark.parametrize(
    ("fields", "flags", "is_inverted"),
    [
        ({"presentation_intent": "FOR PRESENTATION"}, (), False),
        ({"presentation_intent": "FOR PRESENTATION", "photometric_interpretation": "MONOCHROME1"}, (), True),
        ({}, ("presentation_intent_unknown",), False),
        (
            {**RAW, "pixel_intensity_relationship": "LOG", "pixel_intensity_relationship_sign": 1},
            ("log_scale_unknown",),
            True,
        ),
        (
            {**RAW, "pixel_intensity_relationship": "LOG", "pixel_intensity_relationship_sign": -1},
            ("log_scale_unknown",),
            False,
        ),
        (
            {**RAW, "pixel_intensity_relationship_sign": -1, "is_lossy": True},
            ("lossy_compression",),
            False,
        ),
        (
            {"presentation_intent": "FOR PRESENTATION", "is_lossy": True},
            ("lossy_compression",),
            False,
        ),
    ],
)
def test_other_images_are_relative(fields, flags, is_inverted):
    signal = read_signal(LINEAR, Acquisition(**{"bits_stored": 14, **fields}))

    assert (signal.mode, signal.flags, signal.is_inverted) == ("relative", flags, is_inverted)
    expected = 2**14 - 1 - 700 if is_inverted else 700
    assert signal.brightness[700] == expected
