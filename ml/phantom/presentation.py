"""A raw image made good to look at, as a mammography system's own processing does."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.phantom.detector import DETECTOR_OFFSET, LARGEST_LINEAR
from ml.phantom.fields import wide_blur
from ml.phantom.outline import Outline

BITS_STORED = 12
EQUALISED_SHARE = 0.88
EQUALISATION_MM, SHARPENING_MM = 6.0, 1.0
SHARPENING, CONTRAST = 0.8, 3.0
# Attenuation that only metal reaches outside the breast, and of how many pixels one tells a level.
METAL_LEVEL, SAMPLE = 1.0, 13
# Of attenuation: a fatty breast is not stretched to full contrast.
NARROWEST_WINDOW = 0.45


def present(linear: NDArray[np.uint16], outline: Outline, pixel_spacing_mm: float) -> NDArray[np.uint16]:
    """Make the For Presentation image of a raw one.

    Parameters
    ----------
    linear : ndarray of uint16, shape (rows, columns)
        From `ml.phantom.detector.detect`.
    outline : Outline
        The breast.
    pixel_spacing_mm : float
        Size of a pixel.

    Returns
    -------
    ndarray of uint16, shape (rows, columns)
        Twelve bits, MONOCHROME2, calcium bright, air 0, metal in air white. The periphery is brought to the
        level of the rest, edges of about a millimetre are sharpened, and a sigmoid sets the contrast: no
        thickness can be read from it.
    """
    level_of = -np.log(np.maximum(np.arange(LARGEST_LINEAR + 1, dtype=np.float32) - DETECTOR_OFFSET, 1))
    even = level_of[linear]
    is_inside = outline.inside
    in_air = np.median(even[~is_inside][::SAMPLE]) if not is_inside.all() else even.min()
    even -= in_air
    metal_in_air = (even > METAL_LEVEL) & ~is_inside
    inside = is_inside.astype(np.float32)
    even *= inside
    sigma_px = EQUALISATION_MM / pixel_spacing_mm
    coarse = wide_blur(even, sigma_px) / np.maximum(wide_blur(inside, sigma_px), 0.05)
    thinned = 1 - outline.path_mm / np.float32(outline.thickness_mm)
    contact = coarse[thinned < 0.01][::SAMPLE]
    plateau = np.median(contact) if contact.size else coarse.max()
    even += np.float32(EQUALISED_SHARE * plateau) * thinned * inside
    sharp = (1 + SHARPENING) * even - SHARPENING * cv2.GaussianBlur(
        even, (0, 0), SHARPENING_MM / pixel_spacing_mm
    )
    low, high = np.percentile(sharp[(thinned < 0.3) & (outline.muscle < 0.05)][::SAMPLE], (2, 97))
    level = (sharp - np.float32(low)) * np.float32(1 / max(high - low, NARROWEST_WINDOW))
    grey = 1 / (1 + np.exp(-np.float32(CONTRAST) * (level - np.float32(0.5))))
    # Towards the skin the image fades to air instead of ending in a rim.
    fade = np.clip(outline.path_mm / (0.55 * outline.thickness_mm), 0, 1) ** np.float32(1.5)
    grey *= fade * inside
    grey[metal_in_air] = 1
    return np.rint((2**BITS_STORED - 1) * grey).astype(np.uint16)
