"""Which way is bright: whether calcium is dark or bright in the stored values of an image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu

from ml.physics.padding import is_padding
from ml.types import Acquisition

SAMPLE_STEP = 8


@dataclass(frozen=True, kw_only=True)
class Direction:
    """What a high stored value means.

    Attributes
    ----------
    is_calcium_dark : bool
        True where the stored value rises with the X-ray intensity at the detector.
    is_guessed : bool
        True where the header does not say so and the pixels had to tell.
    """

    is_calcium_dark: bool
    is_guessed: bool = False


def read_direction(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Direction:
    """Decide which way the stored values of an image run.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says about them.

    Returns
    -------
    direction : Direction
        For an image for processing that of Pixel Intensity Relationship Sign; without it, air is taken to be
        the flatter of the two classes that Otsu's threshold separates, because the photometric interpretation
        is a hint for display only. For every other image the photometric interpretation decides.
    """
    if acquisition.presentation_intent != "FOR PROCESSING":
        return Direction(is_calcium_dark=acquisition.photometric_interpretation == "MONOCHROME1")
    sign = acquisition.pixel_intensity_relationship_sign
    if sign is not None:
        return Direction(is_calcium_dark=sign > 0)
    return Direction(is_calcium_dark=_is_air_bright(pixels, acquisition), is_guessed=True)


def _is_air_bright(pixels: NDArray[np.uint16], acquisition: Acquisition) -> bool:
    sample = pixels[::SAMPLE_STEP, ::SAMPLE_STEP]
    sample = sample[~is_padding(sample, acquisition)].astype(np.float64)
    if sample.size == 0 or sample.min() == sample.max():
        return True
    is_bright = sample > threshold_otsu(sample)
    bright_spread, dark_spread = (
        np.subtract(*np.percentile(part, [75, 25])) for part in (sample[is_bright], sample[~is_bright])
    )
    return bool(bright_spread <= dark_spread)
