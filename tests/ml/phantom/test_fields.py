import numpy as np
import pytest

from ml.phantom.fields import power_law_field, smooth_noise, wide_blur


@pytest.mark.parametrize("beta", [2.0, 3.0])
def test_power_falls_as_frequency_to_the_minus_beta(beta):
    field = power_law_field(512, 512, beta, np.random.default_rng(1))

    # A window keeps the cut edges from adding power at high frequencies.
    power = np.abs(np.fft.rfft2(field * np.outer(np.hanning(512), np.hanning(512)))) ** 2
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(512), np.fft.rfftfreq(512), indexing="ij"))
    rings = [(0.02, 0.03), (0.2, 0.3)]
    low, high = (power[(frequency > start) & (frequency < end)].mean() for start, end in rings)
    assert np.log10(low / high) == pytest.approx(beta, abs=0.2)
    assert field.std() == pytest.approx(1, rel=1e-3)


def test_smooth_noise_has_unit_deviation_and_its_width():
    noise = smooth_noise(200_000, 20, np.random.default_rng(2))

    assert noise.shape == (200_000,)
    assert noise.std() == pytest.approx(1, rel=0.05)
    # Correlation of Gaussian-smoothed noise falls to 1/e at twice its width.
    assert np.corrcoef(noise[:-40], noise[40:])[0, 1] == pytest.approx(np.exp(-1), abs=0.05)


def test_wide_blur_of_a_step_is_half_at_the_step():
    step = np.zeros((400, 400), dtype=np.float32)
    step[:, 200:] = 1

    blurred = wide_blur(step, 40)

    assert blurred.shape == step.shape
    assert blurred[200, 195:205].mean() == pytest.approx(0.5, abs=0.01)
    assert blurred[200, 240] == pytest.approx(0.841, abs=0.01)
