"""The grey scale a network was trained on: 0 to 255, calcium bright."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from ml.breast import find_air_edge
from ml.physics import pixel_size_of, read_direction
from ml.types import Acquisition

RANGE_PERCENT = (0.5, 99.5)
# One pixel in sixteen is plenty for a threshold and two percentiles.
SAMPLING_STEP = 4
# A bright value that fills this share of an image is a border, a label or padding, not tissue.
BORDER_SHARE = 0.01


class PredictArguments(TypedDict):
    """What `Predictor.predict` has to know of an image besides its pixels."""

    pixel_spacing_mm: float | None
    bits_stored: int
    is_inverted: bool
    is_linear: bool


def predict_arguments(pixels: NDArray[np.uint16], acquisition: Acquisition) -> PredictArguments:
    """Say how the pixels of an image have to be read.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values; they tell the direction of a raw image whose header does not.
    acquisition : Acquisition
        Facts from the header.

    Returns
    -------
    PredictArguments
        To be passed on as `predictor.predict(pixels, **predict_arguments(pixels, acquisition))`. A raw image
        is taken as linear unless its header says LOG or DISP. Which way is bright is decided by
        `ml.physics.read_direction`, as for label correction.
    """
    is_raw = acquisition.presentation_intent == "FOR PROCESSING"
    spacing = pixel_size_of(acquisition).spacing_mm
    return {
        "pixel_spacing_mm": None if spacing is None else (spacing[0] + spacing[1]) / 2,
        "bits_stored": acquisition.bits_stored,
        "is_inverted": read_direction(pixels, acquisition).is_calcium_dark,
        "is_linear": is_raw and acquisition.pixel_intensity_relationship in {"LIN", ""},
    }


def to_eight_bit_scale(
    pixels: NDArray[np.uint16], *, bits_stored: int, is_inverted: bool, is_linear: bool
) -> NDArray[np.float32]:
    """Map stored values to 0..255 with calcium bright.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    bits_stored : int
        Bits that carry the values. An image of eight bits or less is taken as it is; of a deeper one the
        0.5th to 99.5th percentile of the breast become 0 and 255, and values outside are clipped.
    is_inverted : bool
        True where a high value means dark tissue (MONOCHROME1): the values are mirrored first.
    is_linear : bool
        True for a raw image, linear in X-ray intensity: minus its logarithm is mapped, because in the linear
        signal air takes up nearly the whole range and the breast a few hundredths of it.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Values in 0..255. A constant image of more than eight bits gives zeros.

    Notes
    -----
    Our own choice; the weights of other groups were trained on images exported to eight bits by other means,
    so a cutoff need not carry over from them. Values between the 256 levels are kept.
    """
    largest = 2**bits_stored - 1
    values = pixels.astype(np.float32)
    if is_inverted:
        values = largest - values
    if is_linear:
        values = -np.log(np.maximum(largest - values, 1))
    elif bits_stored <= 8:
        return np.clip(values, 0, 255)
    return _stretch(values)


def scale_by_header(pixels: NDArray[np.uint16], acquisition: Acquisition) -> NDArray[np.float32]:
    """Map stored values to 0..255 with calcium bright, as the header says they are to be read.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        As `to_eight_bit_scale` gives them.
    """
    how = predict_arguments(pixels, acquisition)
    return to_eight_bit_scale(
        pixels,
        bits_stored=how["bits_stored"],
        is_inverted=how["is_inverted"],
        is_linear=how["is_linear"],
    )


def _stretch(values: NDArray[np.float32]) -> NDArray[np.float32]:
    breast = _breast_values(values[::SAMPLING_STEP, ::SAMPLING_STEP].ravel())
    if breast.size == 0:
        return np.zeros_like(values)
    low, high = np.percentile(breast, RANGE_PERCENT)
    if high <= low:
        return np.zeros_like(values)
    return np.clip((values - np.float32(low)) * np.float32(255 / (high - low)), 0, 255)


def _breast_values(sample: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the values brighter than air, without a border or label at the very top."""
    largest = sample.max()
    if np.count_nonzero(sample == largest) > BORDER_SHARE * sample.size:
        sample = sample[sample < largest]
    if sample.size == 0 or sample.max() <= sample.min():
        return sample[:0]
    return sample[sample > find_air_edge(sample).value]
