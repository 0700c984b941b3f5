import numpy as np
import pytest

from ml.inference import predict_arguments, to_eight_bit_scale
from ml.physics import read_signal
from ml.types import Acquisition


@pytest.fixture
def twelve_bit():
    """Half air, half breast of 1000..3000."""
    pixels = np.zeros((200, 200), dtype=np.uint16)
    pixels[:, :100] = np.linspace(1000, 3000, 20_000).reshape(200, 100)
    return pixels


def scaled(pixels, **changes):
    return to_eight_bit_scale(
        pixels, **{"bits_stored": 12, "is_inverted": False, "is_linear": False, **changes}
    )


def test_eight_bit_image_is_taken_as_it_is():
    pixels = np.arange(256, dtype=np.uint16).reshape(16, 16)

    assert np.array_equal(scaled(pixels, bits_stored=8), pixels)
    assert np.array_equal(scaled(pixels, bits_stored=8, is_inverted=True), 255 - pixels)


def test_breast_of_a_deeper_image_fills_the_scale(twelve_bit):
    result = scaled(twelve_bit)

    assert np.all(result[:, 100:] == 0)
    low, high = 1000 + 0.005 * 2000, 1000 + 0.995 * 2000
    expected = np.clip((twelve_bit[:, :100] - low) * 255 / (high - low), 0, 255)
    assert np.abs(result[:, :100] - expected).max() < 4


def test_inverted_image_gives_the_same_result(twelve_bit):
    np.testing.assert_allclose(scaled(4095 - twelve_bit, is_inverted=True), scaled(twelve_bit), atol=1e-3)


def test_patch_at_the_largest_value_does_not_move_the_scale(twelve_bit):
    labelled = twelve_bit.copy()
    labelled[:40, 140:] = 4095

    result = scaled(labelled)

    np.testing.assert_allclose(result[:, :100], scaled(twelve_bit)[:, :100], atol=1e-3)


def test_raw_image_is_mapped_by_its_logarithm():
    thickness = np.zeros((100, 100))
    thickness[:, :50] = np.linspace(1, 3, 5000).reshape(100, 50)
    signal = np.rint(16_000 * np.exp(-thickness)).astype(np.uint16)

    result = scaled(16_383 - signal, bits_stored=14, is_linear=True)

    # Equal steps of thickness are equal steps of grey, which they are not in the signal itself.
    steps = np.diff(result[5:95, 25])
    assert np.ptp(steps) < 0.1 * steps.mean()
    assert result[:, 60:].max() == 0


def test_direction_of_a_raw_image_does_not_matter():
    signal = np.random.default_rng(1).integers(100, 16_000, (64, 64)).astype(np.uint16)

    one = scaled(signal, bits_stored=14, is_linear=True, is_inverted=True)
    other = scaled(16_383 - signal, bits_stored=14, is_linear=True)

    assert np.array_equal(one, other)


@pytest.mark.parametrize("value", [0, 7, 65_535])
def test_constant_deep_image_gives_zeros(value):
    assert not scaled(np.full((8, 8), value, dtype=np.uint16), bits_stored=16).any()


@pytest.mark.parametrize(
    ("facts", "is_inverted", "is_linear"),
    [
        ({}, False, False),
        ({"photometric_interpretation": "MONOCHROME1"}, True, False),
        ({"presentation_intent": "FOR PROCESSING", "photometric_interpretation": "MONOCHROME1"}, True, True),
        (
            {
                "presentation_intent": "FOR PROCESSING",
                "pixel_intensity_relationship": "LIN",
                "pixel_intensity_relationship_sign": 1,
            },
            True,
            True,
        ),
        (
            {
                "presentation_intent": "FOR PROCESSING",
                "pixel_intensity_relationship": "LOG",
                "pixel_intensity_relationship_sign": -1,
                "photometric_interpretation": "MONOCHROME1",
            },
            False,
            False,
        ),
        (
            {"presentation_intent": "FOR PRESENTATION", "pixel_intensity_relationship_sign": 1},
            False,
            False,
        ),
    ],
)
def test_header_says_how_values_are_read(facts, is_inverted, is_linear):
    pixels = np.zeros((8, 8), dtype=np.uint16)

    arguments = predict_arguments(pixels, Acquisition(**facts, bits_stored=14, pixel_spacing_mm=(0.1, 0.1)))

    assert arguments == {
        "pixel_spacing_mm": 0.1,
        "bits_stored": 14,
        "is_inverted": is_inverted,
        "is_linear": is_linear,
    }


@pytest.mark.parametrize("interpretation", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("relationship", ["LIN", "LOG"])
@pytest.mark.parametrize("is_air_bright", [True, False])
def test_network_and_correction_agree_which_way_is_bright(interpretation, relationship, is_air_bright):
    """On a raw image whose header does not say so the pixels tell: air is flat."""
    pixels = np.full((160, 160), 12_000, dtype=np.uint16)
    pixels[:, :100] = np.random.default_rng(1).integers(500, 3000, (160, 100))
    pixels = pixels if is_air_bright else 16_383 - pixels
    acquisition = Acquisition(
        presentation_intent="FOR PROCESSING",
        pixel_intensity_relationship=relationship,
        photometric_interpretation=interpretation,
        bits_stored=14,
    )

    arguments = predict_arguments(pixels, acquisition)

    assert arguments["is_inverted"] == is_air_bright
    brightness = read_signal(pixels, acquisition).brightness[pixels]
    assert brightness[:, :100].mean() > brightness[:, 100:].mean()
    assert "direction_guessed" in read_signal(pixels, acquisition).flags


def test_magnification_view_is_given_to_the_network_at_the_size_of_the_breast(twelve_bit):
    contact = Acquisition(bits_stored=12, pixel_spacing_mm=(0.1, 0.1))
    magnified = Acquisition(bits_stored=12, pixel_spacing_mm=(0.1, 0.1), magnification=1.8)

    assert predict_arguments(twelve_bit, contact)["pixel_spacing_mm"] == pytest.approx(0.1)
    assert predict_arguments(twelve_bit, magnified)["pixel_spacing_mm"] == pytest.approx(0.1 / 1.8)
