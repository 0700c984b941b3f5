import numpy as np
import pytest

from ml.phantom.beam import BEAMS, expose
from ml.phantom.breast_size import BreastSize
from ml.phantom.detector import DETECTOR_OFFSET, detect, gain_map, scatter_to_primary
from ml.phantom.outline import random_outline

SHAPE, SPACING_MM, THICKNESS_MM = (600, 500), 0.1, 50.0


@pytest.fixture(scope="module")
def outline():
    size = BreastSize(depth_mm=45.0, radius_mm=29.0)
    return random_outline(
        SHAPE, size, "CC", np.random.default_rng(1), thickness_mm=THICKNESS_MM, pixel_spacing_mm=SPACING_MM
    )


def image_of(outline, seed, *, dose=1.0, has_grid=True, gain=1.0):
    """An average breast without structure, equally thick everywhere."""
    fat, gland = (np.full(SHAPE, share * THICKNESS_MM, dtype=np.float32) for share in (0.82, 0.18))
    signal = expose(
        {"adipose": fat, "glandular": gland},
        BEAMS[2],
        thickness_mm=THICKNESS_MM,
        pixel_spacing_mm=SPACING_MM,
        dose=dose,
    )
    gains = np.full(SHAPE, gain, dtype=np.float32)
    linear = detect(signal, outline, gains, np.random.default_rng(seed), has_grid=has_grid)
    return linear.astype(float) - DETECTOR_OFFSET


def noise_of(outline, **how):
    first, second = image_of(outline, 1, **how), image_of(outline, 2, **how)
    return (first - second).std() / np.sqrt(2) / first.mean()


def test_average_breast_gives_four_hundred_and_its_scatter(outline):
    primary = image_of(outline, 1)[~outline.inside].min()
    behind = image_of(outline, 1)[outline.inside]

    assert primary > 350
    assert 400 < behind.mean() < 400 * (1 + scatter_to_primary(THICKNESS_MM, has_grid=True))


def test_noise_is_that_of_the_quanta_after_the_blur(outline):
    # 3500 quanta with scatter; a blur of 1 / (1 + (f / 2.4)^2) leaves 0.44 of white noise at 0.1 mm pixels.
    frequency = np.fft.fftfreq(512, SPACING_MM)
    squared = frequency[:, None] ** 2 + frequency[None, :] ** 2
    left = np.sqrt(np.mean((1 + squared / 2.4**2) ** -2.0))
    quanta = 3500 * image_of(outline, 1).mean() / 400

    photons, electronics = 1.08 * left / np.sqrt(quanta), 4.5 / quanta
    assert noise_of(outline) == pytest.approx(np.hypot(photons, electronics), rel=0.05)


def test_ninth_of_the_dose_has_three_times_the_noise_and_the_same_level(outline):
    levels = [image_of(outline, 1, dose=dose).mean() for dose in (1.0, 1 / 9)]

    assert levels[1] == pytest.approx(levels[0], rel=0.01)
    # A little more than three times: the electronics give their noise to each frame.
    assert 3.0 < noise_of(outline, dose=1 / 9) / noise_of(outline) < 3.5


def test_grid_keeps_out_four_fifths_of_the_scatter(outline):
    inner = np.s_[250:350, 50:200]
    with_grid, without = (image_of(outline, 1, has_grid=has_grid)[inner].mean() for has_grid in (True, False))

    assert (without - 400) / (with_grid - 400) == pytest.approx(5, rel=0.1)


def test_gain_multiplies_the_value(outline):
    assert image_of(outline, 1, gain=1.1).mean() / image_of(outline, 1).mean() == pytest.approx(1.1, rel=0.01)


def test_gain_map_belongs_to_the_detector():
    gain = gain_map(7, 300, 200)

    assert gain.mean() == pytest.approx(1, abs=1e-4)
    assert gain.std() == pytest.approx(0.004, rel=0.05)
    assert gain_map(7, 300, 200) is gain
    assert not np.array_equal(gain_map(8, 300, 200), gain)
