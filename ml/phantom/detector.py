"""From energy at the detector to digital values: scatter, noise, blur, gain, quantisation."""

from functools import lru_cache

import numpy as np
import scipy.fft
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.beam import Signal
from ml.phantom.fields import power_law_field, wide_blur
from ml.phantom.outline import Outline

SCATTER_SPREAD_MM = 20.0
# A grid lets a fifth of the scatter through, relative to the primary.
GRID_FACTOR = 0.2
SWANK_NOISE = 1.08
MTF_HALF_PER_MM = 2.4
# Our own choice, a third of the 13 published for a direct converter: those would drown a single projection.
ELECTRONIC_QUANTA = 4.5
GAIN_DEVIATION = 0.004
DETECTOR_OFFSET = 50
# Digital value of an average breast's energy, above the offset; most of the range is for thinner places.
AVERAGE_VALUE = 400
LARGEST_LINEAR = 16383
# Room for the tails of the blur, so that opposite edges do not leak into each other.
BLUR_MARGIN_PX = 16


def scatter_to_primary(thickness_mm: float, *, has_grid: bool) -> float:
    """Return the ratio of scattered to primary energy behind a breast of this thickness."""
    return (0.05 + 0.009 * thickness_mm) * (GRID_FACTOR if has_grid else 1.0)


def detect(
    signal: Signal,
    outline: Outline,
    gain: NDArray[np.float32],
    random: Generator,
    *,
    has_grid: bool,
) -> NDArray[np.uint16]:
    """Turn the energy at the detector into digital values.

    Parameters
    ----------
    signal : Signal
        Primary energy.
    outline : Outline
        The breast; only it scatters.
    gain : ndarray of float32, shape (rows, columns)
        From `gain_map`.
    random : Generator
        The only source of chance.
    has_grid : bool
        Whether an anti-scatter grid was in.

    Returns
    -------
    ndarray of uint16, shape (rows, columns)
        14 bits, linear in the energy: 50 without any, about 450 behind an average breast. Air, and the outer
        rim of thick breasts, may reach the largest value.

    Notes
    -----
    Noise is that of the photons, then blurred with them by an MTF of 1 / (1 + (f / 2.4 per mm)^2), then the
    electronics add their own; a gain map of 0.4 % stays.
    """
    energy = signal.energy + _scatter(signal, outline, has_grid=has_grid)
    quantum = np.float32(signal.mean_energy_kev)
    deviation = np.sqrt(energy)
    deviation *= np.sqrt(quantum) * np.float32(SWANK_NOISE)
    deviation *= random.standard_normal(energy.shape, dtype=np.float32)
    energy += deviation
    energy = _blur(energy, signal.pixel_spacing_mm)
    noise = random.standard_normal(energy.shape, dtype=np.float32)
    noise *= np.float32(ELECTRONIC_QUANTA) * quantum
    energy += noise
    energy *= gain
    energy *= np.float32(AVERAGE_VALUE / signal.average)
    energy += np.float32(DETECTOR_OFFSET + 0.5)
    return np.clip(energy, 0, LARGEST_LINEAR, out=energy).astype(np.uint16)


@lru_cache(maxsize=2)
def gain_map(seed: int, rows: int, columns: int) -> NDArray[np.float32]:
    """Return the relative gain of each pixel of one detector; the same for all images of an exam.

    Parameters
    ----------
    seed : int
        Which detector.
    rows, columns : int
        Its size.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Mean 1, standard deviation 0.4 %; do not change it.
    """
    field = power_law_field(rows, columns, 2.0, np.random.default_rng([seed, 40]), step_px=2)
    return 1 + np.float32(GAIN_DEVIATION) / field.std() * field


def _scatter(signal: Signal, outline: Outline, *, has_grid: bool) -> NDArray[np.float32]:
    # Air does not scatter; the body goes on behind the chest wall, which a mirrored edge stands for.
    rows, columns = signal.energy.shape
    sigma_px = SCATTER_SPREAD_MM / signal.pixel_spacing_mm
    margin = int(2 * sigma_px)
    source = np.pad(signal.energy * outline.inside, ((margin, margin), (0, margin)))
    spread = wide_blur(source, sigma_px)[margin : margin + rows, :columns]
    return spread * np.float32(scatter_to_primary(outline.thickness_mm, has_grid=has_grid))


def _blur(energy: NDArray[np.float32], pixel_spacing_mm: float) -> NDArray[np.float32]:
    rows, columns = energy.shape
    margin = BLUR_MARGIN_PX
    size = [scipy.fft.next_fast_len(n + 2 * margin, real=True) for n in (rows, columns)]
    after = [size[0] - rows - margin, size[1] - columns - margin]
    padded = np.pad(energy, ((margin, after[0]), (margin, after[1])), mode="reflect")
    vertical = np.fft.fftfreq(size[0], pixel_spacing_mm).astype(np.float32)[:, None]
    horizontal = np.fft.rfftfreq(size[1], pixel_spacing_mm).astype(np.float32)[None, :]
    transfer = 1 / (1 + (vertical**2 + horizontal**2) / np.float32(MTF_HALF_PER_MM**2))
    spectrum = scipy.fft.rfft2(padded, workers=1) * transfer
    blurred = scipy.fft.irfft2(spectrum, s=size, workers=1)
    return blurred[margin : margin + rows, margin : margin + columns]
