"""A raw image made good to look at, as a mammography system's own processing does."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.phantom.detector import DETECTOR_OFFSET, LARGEST_STORED
from ml.phantom.fields import wide_blur
from ml.phantom.outline import Outline

BITS_STORED = 12
EQUALISED_SHARE = 0.88
EQUALISATION_MM, SHARPENING_MM = 6.0, 1.0
SHARPENING = 0.8


def present(raw: NDArray[np.uint16], outline: Outline, pixel_spacing_mm: float) -> NDArray[np.uint16]:
    """Make the For Presentation image of a raw one.

    Parameters
    ----------
    raw : ndarray of uint16, shape (rows, columns)
        From `ml.phantom.detector.detect`.
    outline : Outline
        The breast.
    pixel_spacing_mm : float
        Size of a pixel.

    Returns
    -------
    ndarray of uint16, shape (rows, columns)
        Twelve bits, MONOCHROME2, calcium bright, air 0. The periphery is brought to the level of the rest,
        edges of about a millimetre are sharpened, and a sigmoid sets the contrast: no thickness can be read
        from it.
    """
    linear = LARGEST_STORED - raw.astype(np.float32) - DETECTOR_OFFSET
    attenuation = -np.log(np.maximum(linear, 1))
    attenuation -= np.median(attenuation[~outline.inside]) if not outline.inside.all() else attenuation.min()
    inside = outline.inside.astype(np.float32)
    sigma_px = EQUALISATION_MM / pixel_spacing_mm
    coarse = wide_blur(attenuation * inside, sigma_px) / np.maximum(wide_blur(inside, sigma_px), 0.05)
    thinned = _thickness_loss(outline)
    plateau = np.median(coarse[thinned < 0.01]) if (thinned < 0.01).any() else coarse.max()
    even = attenuation + EQUALISED_SHARE * np.float32(plateau) * thinned
    fine = cv2.GaussianBlur(even, (0, 0), SHARPENING_MM / pixel_spacing_mm)
    sharp = even + SHARPENING * (even - fine) * inside
    low, high = np.percentile(sharp[outline.inside & (outline.muscle < 0.05)], (1, 99.7))
    level = (sharp - low) / max(high - low, 1e-6)
    grey = 1 / (1 + np.exp(-3.6 * (level - 0.5)))
    # Towards the skin the image fades to air instead of ending in a rim.
    fade = np.clip(outline.path_mm / (0.3 * outline.thickness_mm), 0, 1) ** np.float32(1.3)
    return np.rint((2**BITS_STORED - 1) * grey * fade * inside).astype(np.uint16)


def _thickness_loss(outline: Outline) -> NDArray[np.float32]:
    return 1 - outline.path_mm / np.float32(outline.thickness_mm)
