"""From stored pixel values to a scale on which calcium is bright, as one table that every pixel looks up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu

from ml.types import Acquisition

Mode = Literal["physical", "relative"]

STORED_VALUES = 2**16
SIEMENS_OFFSET = 50.0  # detector offset in counts; the maker's service text gives 45 to 55
SATURATED_SHARE = 0.995
SAMPLE_STEP = 8


@dataclass(frozen=True, kw_only=True)
class Signal:
    """How bright each stored value counts.

    Attributes
    ----------
    mode : str
        "physical": -ln of the energy that reached the detector, so that differences are attenuation.
        "relative": grey levels, of which only the order and the local contrast mean something.
    brightness : ndarray of float32, shape (65536,)
        Value of each stored value; calcium is bright. Padding counts as air.
    is_saturated : ndarray of bool, shape (65536,)
        Stored values at the end of the scale, which say nothing more about what lies there.
    detector_offset : float
        Counts taken off before the logarithm; 0 in relative mode.
    is_inverted : bool
        Whether stored values were turned round.
    flags : tuple of str
        What had to be assumed: `presentation_intent_unknown`, `linearity_assumed`, `direction_guessed`,
        `log_scale_unknown`.
    """

    mode: Mode
    brightness: NDArray[np.float32]
    is_saturated: NDArray[np.bool_]
    detector_offset: float
    is_inverted: bool
    flags: tuple[str, ...]


def read_signal(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Signal:
    """Decide what the stored values of an image mean.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says about them.

    Returns
    -------
    signal : Signal
        Physical for linear images for processing; relative for images for presentation, of unknown intent, or
        on a logarithmic scale of unknown slope. Window and VOI LUT play no part.

    Notes
    -----
    The direction of a raw image is that of Pixel Intensity Relationship Sign; without it, air is taken to be
    the flatter of the two classes that Otsu's threshold separates. For a display image the photometric
    interpretation decides.
    """
    is_raw = acquisition.presentation_intent == "FOR PROCESSING"
    if is_raw and acquisition.pixel_intensity_relationship in ("", "LIN"):
        return _physical_signal(pixels, acquisition)
    return _relative_signal(acquisition, is_raw=is_raw)


def _physical_signal(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Signal:
    flags = [] if acquisition.pixel_intensity_relationship else ["linearity_assumed"]
    sign = acquisition.pixel_intensity_relationship_sign
    if sign is None:
        sign = _guess_sign(pixels)
        flags.append("direction_guessed")
    stored = np.arange(STORED_VALUES, dtype=np.float64)
    values = stored * acquisition.rescale_slope + acquisition.rescale_intercept
    if sign < 0:
        values = values[_highest_stored(acquisition)] - values
    offset = SIEMENS_OFFSET if "SIEMENS" in acquisition.manufacturer.upper() else 0.0
    exposure = np.maximum(values - offset, 1.0)
    present = np.unique(pixels[::SAMPLE_STEP, ::SAMPLE_STEP])
    brightness = _padding_as_air(-np.log(exposure), present, acquisition)
    return Signal(
        mode="physical",
        brightness=brightness.astype(np.float32),
        is_saturated=(exposure >= SATURATED_SHARE * exposure[present].max()) | (exposure <= 1.0),
        detector_offset=offset,
        is_inverted=sign < 0,
        flags=tuple(flags),
    )


def _relative_signal(acquisition: Acquisition, *, is_raw: bool) -> Signal:
    flags = []
    if is_raw:
        flags.append("log_scale_unknown")
    elif not acquisition.presentation_intent:
        flags.append("presentation_intent_unknown")
    highest = _highest_stored(acquisition)
    sign = acquisition.pixel_intensity_relationship_sign
    is_inverted = acquisition.photometric_interpretation == "MONOCHROME1"
    if is_raw and sign is not None:
        is_inverted = sign > 0  # bright where much radiation arrived: calcium is dark
    stored = np.minimum(np.arange(STORED_VALUES, dtype=np.float64), highest)
    values = highest - stored if is_inverted else stored
    return Signal(
        mode="relative",
        brightness=_padding_as_air(values, np.arange(highest + 1), acquisition).astype(np.float32),
        is_saturated=values >= SATURATED_SHARE * highest,
        detector_offset=0.0,
        is_inverted=is_inverted,
        flags=tuple(flags),
    )


def _padding_as_air(
    brightness: NDArray[np.float64], present: NDArray[np.integer], acquisition: Acquisition
) -> NDArray[np.float64]:
    padding = acquisition.pixel_padding_value
    if padding is not None and 0 <= padding < STORED_VALUES:
        others = present[present != padding]
        if len(others):
            brightness[padding] = brightness[others].min()
    return brightness


def _highest_stored(acquisition: Acquisition) -> int:
    return 2 ** int(np.clip(acquisition.bits_stored, 1, 16)) - 1


def _guess_sign(pixels: NDArray[np.uint16]) -> int:
    sample = pixels[::SAMPLE_STEP, ::SAMPLE_STEP].astype(np.float64)
    if sample.min() == sample.max():
        return 1
    is_bright = sample > threshold_otsu(sample)
    bright_spread, dark_spread = (
        np.subtract(*np.percentile(part, [75, 25])) for part in (sample[is_bright], sample[~is_bright])
    )
    return 1 if bright_spread <= dark_spread else -1
