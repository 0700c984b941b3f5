"""From stored pixel values to a scale on which calcium is bright, as one table that every pixel looks up."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.physics.direction import read_direction
from ml.physics.padding import is_padding
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
        `log_scale_unknown`, `lossy_compression`.
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
        Physical for linear images for processing; relative for images for presentation, of unknown intent, on
        a logarithmic scale of unknown slope, or compressed with loss, which may have taken away what a
        thickness is measured by. Window and VOI LUT play no part.

    Notes
    -----
    Which way is bright is decided by `read_direction`.
    """
    is_raw = acquisition.presentation_intent == "FOR PROCESSING"
    is_linear = acquisition.pixel_intensity_relationship in ("", "LIN")
    if is_raw and is_linear and not acquisition.is_lossy:
        return _physical_signal(pixels, acquisition)
    return _relative_signal(pixels, acquisition, is_linear=is_linear)


def _physical_signal(pixels: NDArray[np.uint16], acquisition: Acquisition) -> Signal:
    flags = [] if acquisition.pixel_intensity_relationship else ["linearity_assumed"]
    direction = read_direction(pixels, acquisition)
    if direction.is_guessed:
        flags.append("direction_guessed")
    stored = np.arange(STORED_VALUES, dtype=np.float64)
    values = stored * acquisition.rescale_slope + acquisition.rescale_intercept
    is_inverted = not direction.is_calcium_dark
    if is_inverted:
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
        is_inverted=is_inverted,
        flags=tuple(flags),
    )


def _relative_signal(pixels: NDArray[np.uint16], acquisition: Acquisition, *, is_linear: bool) -> Signal:
    flags = []
    if acquisition.is_lossy:
        flags.append("lossy_compression")
    if not acquisition.presentation_intent:
        flags.append("presentation_intent_unknown")
    elif acquisition.presentation_intent == "FOR PROCESSING" and not is_linear:
        flags.append("log_scale_unknown")
    direction = read_direction(pixels, acquisition)
    if direction.is_guessed:
        flags.append("direction_guessed")
    highest = _highest_stored(acquisition)
    stored = np.minimum(np.arange(STORED_VALUES, dtype=np.float64), highest)
    values = highest - stored if direction.is_calcium_dark else stored
    return Signal(
        mode="relative",
        brightness=_padding_as_air(values, np.arange(highest + 1), acquisition).astype(np.float32),
        is_saturated=values >= SATURATED_SHARE * highest,
        detector_offset=0.0,
        is_inverted=direction.is_calcium_dark,
        flags=tuple(flags),
    )


def _padding_as_air(
    brightness: NDArray[np.float64], present: NDArray[np.integer], acquisition: Acquisition
) -> NDArray[np.float64]:
    others = present[~is_padding(present, acquisition)]
    if len(others):
        brightness[is_padding(np.arange(STORED_VALUES), acquisition)] = brightness[others].min()
    return brightness


def _highest_stored(acquisition: Acquisition) -> int:
    return 2 ** int(np.clip(acquisition.bits_stored, 1, 16)) - 1
