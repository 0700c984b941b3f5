"""The 8-bit scale that published intensity scores are counted on: 0 to 255, calcium bright."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.masks import Box
from ml.physics import Signal
from ml.types import Acquisition

MEDIAN_PX = 5
RANGE_PERCENT = (0.5, 99.5)
LARGEST_LEVEL = 255
SAMPLING_STEP = 4  # one pixel in sixteen is plenty for two percentiles


@dataclass(frozen=True, kw_only=True)
class Mapping8Bit:
    """How stored values became levels of 0 to 255.

    Attributes
    ----------
    mapping_id : str
        "stored-8-bit": the stored values themselves, turned round where calcium is dark.
        "breast-0.5-99.5/grey": the 0.5th to 99.5th percentile of the breast of a displayed image became 0 and
        255. "breast-0.5-99.5/attenuation": the same of minus the logarithm of a raw image. Results of
        different mappings must never be pooled.
    low, high : float
        Brightness that became 0 and 255, in the units of `Signal.brightness`.
    levels : ndarray of uint8, shape (65536,)
        Level of each stored value.
    """

    mapping_id: str
    low: float
    high: float
    levels: NDArray[np.uint8]

    def smoothed_crop(self, pixels: NDArray[np.uint16], box: Box) -> NDArray[np.uint8]:
        """Return the levels inside a box after a 5 x 5 median of the whole image.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        box : tuple of int
            (first row, first column, row past the last, column past the last), within the image.

        Returns
        -------
        levels : ndarray of uint8, shape (box height, box width)
            Outside the image the median sees its edge pixels again.
        """
        top, left, bottom, right = box
        if top == bottom or left == right:
            return np.empty((bottom - top, right - left), dtype=np.uint8)
        first_row, first_column = max(top - MEDIAN_PX // 2, 0), max(left - MEDIAN_PX // 2, 0)
        stored = pixels[first_row : bottom + MEDIAN_PX // 2, first_column : right + MEDIAN_PX // 2]
        median = cv2.medianBlur(np.ascontiguousarray(self.levels[stored]), MEDIAN_PX)
        return median[top - first_row : bottom - first_row, left - first_column : right - first_column]


def map_to_8_bit(
    pixels: NDArray[np.uint16], acquisition: Acquisition, signal: Signal, is_breast: NDArray[np.bool_] | None
) -> Mapping8Bit | None:
    """Choose the mapping of an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        How many bits carry them.
    signal : Signal
        Which way is bright; a raw image is mapped by its attenuation.
    is_breast : ndarray of bool, shape (rows, columns), or None
        Where the percentiles are taken; None where no breast is found.

    Returns
    -------
    mapping : Mapping8Bit or None
        Of an image of eight bits or less that is not raw the stored values. None for a deeper one on which no
        breast is found or the breast has one value throughout.

    Notes
    -----
    The published scores were counted on 8-bit images [1]_. How deeper images become 8-bit is our own choice.

    References
    ----------
    .. [1] X. Guo et al., SCU-Net: a deep learning method for segmentation and quantification of breast
       arterial calcifications on mammograms, Medical Physics 48 (2021) 5851-5861, doi:10.1002/mp.15017.
    """
    if signal.mode == "relative" and acquisition.bits_stored <= 8:
        return _stretched("stored-8-bit", signal, 0.0, float(LARGEST_LEVEL))
    if is_breast is None:
        return None
    sparse = np.s_[::SAMPLING_STEP, ::SAMPLING_STEP]
    sample = signal.brightness[pixels[sparse][is_breast[sparse]]]
    low, high = np.percentile(sample, RANGE_PERCENT) if sample.size else (0.0, 0.0)
    if high <= low:
        return None
    scale = "attenuation" if signal.mode == "physical" else "grey"
    return _stretched(f"breast-0.5-99.5/{scale}", signal, float(low), float(high))


def _stretched(mapping_id: str, signal: Signal, low: float, high: float) -> Mapping8Bit:
    levels = (signal.brightness.astype(np.float64) - low) * (LARGEST_LEVEL / (high - low))
    rounded = np.rint(np.clip(levels, 0, LARGEST_LEVEL)).astype(np.uint8)
    return Mapping8Bit(mapping_id=mapping_id, low=low, high=high, levels=rounded)
