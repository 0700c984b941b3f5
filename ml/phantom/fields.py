"""Random fields and wide blurs, the raw material of tissue."""

import math

import cv2
import numpy as np
import scipy.fft
from numpy.random import Generator
from numpy.typing import NDArray


def power_law_field(
    rows: int, columns: int, beta: float, random: Generator, *, step_px: int = 1
) -> NDArray[np.float32]:
    """Return a Gaussian field whose power falls as frequency to the minus `beta`.

    Parameters
    ----------
    rows, columns : int
        Size of the field.
    beta : float
        2.8 to 3.2 looks like a mammogram's background; more is smoother.
    random : Generator
        The only source of chance.
    step_px : int
        Draw one value in so many pixels and interpolate: with a steep law the finest detail is not seen.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Mean 0, standard deviation 1.

    References
    ----------
    .. [1] A. Burgess, "Statistically defined backgrounds", J. Opt. Soc. Am. A 16(3), 1999.
    """
    coarse_rows, coarse_columns = math.ceil(rows / step_px), math.ceil(columns / step_px)
    # A quarter more than needed, so that opposite edges do not look alike.
    size = [scipy.fft.next_fast_len(n + n // 4, real=True) for n in (coarse_rows, coarse_columns)]
    vertical = np.fft.fftfreq(size[0]).astype(np.float32)[:, None]
    horizontal = np.fft.rfftfreq(size[1]).astype(np.float32)[None, :]
    spectrum = _white_spectrum((size[0], size[1] // 2 + 1), vertical**2 + horizontal**2, beta, random)
    field = scipy.fft.irfft2(spectrum, s=size, workers=1)[:coarse_rows, :coarse_columns]
    field = (field - field.mean()) / field.std()
    return field if step_px == 1 else enlarge(field, rows, columns)


def power_law_volume(shape: tuple[int, int, int], beta: float, random: Generator) -> NDArray[np.float32]:
    """Return the same in three dimensions; it repeats itself beyond opposite faces.

    Parameters
    ----------
    shape : tuple of int
        Numbers of voxels.
    beta : float
        As for `power_law_field`: projections of the volume have the same law.
    random : Generator
        The only source of chance.

    Returns
    -------
    ndarray of float32, shape `shape`
        Mean 0, standard deviation 1.
    """
    axes = [np.fft.fftfreq(n) for n in shape[:2]] + [np.fft.rfftfreq(shape[2])]
    across, down, along = (axis.astype(np.float32) ** 2 for axis in np.ix_(*axes))
    spectrum = _white_spectrum((*shape[:2], shape[2] // 2 + 1), across + down + along, beta, random)
    volume = scipy.fft.irfftn(spectrum, s=shape, workers=1)
    return (volume - volume.mean()) / volume.std()


def _white_spectrum(
    shape: tuple[int, ...], squared_frequency: NDArray[np.float32], beta: float, random: Generator
) -> NDArray[np.complex64]:
    squared_frequency.flat[0] = 1
    spectrum = random.standard_normal((*shape, 2), dtype=np.float32).view(np.complex64)[..., 0]
    spectrum *= squared_frequency ** np.float32(-beta / 4)
    spectrum.flat[0] = 0
    return spectrum


def enlarge(field: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Interpolate a coarse field to the size of an image."""
    return cv2.resize(field, (columns, rows), interpolation=cv2.INTER_LINEAR)


def smooth_noise(length: int, sigma: float, random: Generator) -> NDArray[np.float32]:
    """Return noise of mean 0 and deviation about 1 along a line, smooth over `sigma` steps."""
    noise = random.standard_normal(length + 2 * int(4 * sigma) + 2).astype(np.float32)
    smooth = cv2.GaussianBlur(noise[None], (0, 0), sigma)[0]
    start = int(4 * sigma) + 1
    return smooth[start : start + length] * np.float32(np.sqrt(2 * sigma * np.sqrt(np.pi)))


def wide_blur(image: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Blur by a Gaussian much wider than a pixel, on a coarse grid; edges are mirrored.

    Parameters
    ----------
    image : ndarray of float32, shape (rows, columns)
        Any values.
    sigma_px : float
        Standard deviation; from 8 px on the image is shrunk first.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        The blurred image.
    """
    step = max(1, int(sigma_px / 4))
    if step == 1:
        return cv2.GaussianBlur(image, (0, 0), sigma_px)
    rows, columns = image.shape
    coarse_size = (max(1, round(columns / step)), max(1, round(rows / step)))
    coarse = cv2.resize(image, coarse_size, interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(coarse, (0, 0), sigma_px / step, borderType=cv2.BORDER_REFLECT)
    return enlarge(coarse, rows, columns)
