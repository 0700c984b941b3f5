"""From stored pixel values to a scale on which calcium is bright, as one table that every pixel looks up."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.physics.direction import Direction, read_direction
from ml.physics.padding import is_padding
from ml.types import Acquisition

Mode = Literal["physical", "relative"]

STORED_VALUES = 2**16
SIEMENS_OFFSET = 50.0  # detector offset in counts; the maker's service text gives 45 to 55
SATURATED_SHARE = 0.995
LINEAR = ("", "LIN")  # Pixel Intensity Relationship; a missing one is taken for linear
SAMPLE_STEP = 8


@dataclass(frozen=True, kw_only=True)
class Signal:
    """How bright each stored value counts.

    Attributes
    ----------
    mode : str
        "physical": -ln of the energy that reached the detector, so that differences are attenuation.
        "relative": grey levels, of which only the order and the local contrast mean something.
    brightness : ndarray of float, shape (65536,)
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
    brightness: NDArray[np.floating]
    is_saturated: NDArray[np.bool_]
    detector_offset: float
    is_inverted: bool
    flags: tuple[str, ...]

    def look_up(self, pixels: NDArray[np.uint16]) -> NDArray[np.floating]:
        """Return how bright each pixel counts.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values of an image or a part of it.

        Returns
        -------
        brightness : ndarray of float, same shape
            `brightness[pixels]`, in a third of the time.
        """
        return cv2.LUT(pixels, self.brightness.reshape(1, -1))


def carries_thickness(acquisition: Acquisition) -> bool:
    """Tell from the header alone whether differences of an image are attenuation.

    Parameters
    ----------
    acquisition : Acquisition
        What the header says.

    Returns
    -------
    carries : bool
        True for a linear image for processing that was never compressed with loss.
    """
    is_linear = acquisition.pixel_intensity_relationship in LINEAR
    return acquisition.presentation_intent == "FOR PROCESSING" and is_linear and not acquisition.is_lossy


def read_signal(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    detector_offset: float | None = None,
    log_counts_per_e_fold: float | None = None,
) -> Signal:
    """Decide what the stored values of an image mean.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        What the header says about them.
    detector_offset : float, optional
        Counts that a linear detector gives without X-rays; else 50 for Siemens, whose service text says so,
        and 0 for others. An offset wrong by b counts makes a thickness wrong by the share b of the signal.
    log_counts_per_e_fold : float, optional
        By how many counts a logarithmic image changes per factor e of exposure.

    Returns
    -------
    signal : Signal
        Physical for linear images for processing, and for logarithmic ones whose slope is given. Relative for
        images for presentation, of unknown intent, on a logarithmic scale of unknown slope, or compressed
        with loss, which may have taken away what a thickness is measured by. Window and VOI LUT play no part.

    Notes
    -----
    Which way is bright is decided by `read_direction`.
    """
    if carries_thickness(acquisition):
        return _linear_signal(pixels, acquisition, detector_offset)
    is_raw = acquisition.presentation_intent == "FOR PROCESSING" and not acquisition.is_lossy
    is_logarithmic = acquisition.pixel_intensity_relationship == "LOG"
    if is_raw and is_logarithmic and log_counts_per_e_fold is not None:
        return _logarithmic_signal(pixels, acquisition, log_counts_per_e_fold)
    return _relative_signal(pixels, acquisition, is_linear=acquisition.pixel_intensity_relationship in LINEAR)


def _linear_signal(
    pixels: NDArray[np.uint16], acquisition: Acquisition, detector_offset: float | None
) -> Signal:
    direction = read_direction(pixels, acquisition)
    values = _rescaled(acquisition)
    if not direction.is_calcium_dark:
        values = values[_highest_stored(acquisition)] - values
    if detector_offset is None:
        detector_offset = SIEMENS_OFFSET if "SIEMENS" in acquisition.manufacturer.upper() else 0.0
    flags = [] if acquisition.pixel_intensity_relationship else ["linearity_assumed"]
    return _physical_signal(
        pixels,
        acquisition,
        -np.log(np.maximum(values - detector_offset, 1.0)),
        darkest=0.0,
        direction=direction,
        detector_offset=detector_offset,
        flags=flags,
    )


def _logarithmic_signal(
    pixels: NDArray[np.uint16], acquisition: Acquisition, counts_per_e_fold: float
) -> Signal:
    direction = read_direction(pixels, acquisition)
    sign = -1 if direction.is_calcium_dark else 1
    brightness = sign * _rescaled(acquisition) / counts_per_e_fold
    ends = brightness[[0, _highest_stored(acquisition)]]
    return _physical_signal(
        pixels,
        acquisition,
        brightness,
        darkest=ends.max(),
        direction=direction,
        detector_offset=0.0,
        flags=[],
    )


def _physical_signal(
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    brightness: NDArray[np.float64],
    *,
    darkest: float,
    direction: Direction,
    detector_offset: float,
    flags: list[str],
) -> Signal:
    """Finish a scale of -ln(exposure), on which no exposure at all reads `darkest`."""
    if direction.is_guessed:
        flags.append("direction_guessed")
    present = np.unique(pixels[::SAMPLE_STEP, ::SAMPLE_STEP])
    full = brightness[present].min() - np.log(SATURATED_SHARE)
    return Signal(
        mode="physical",
        is_saturated=(brightness <= full) | (brightness >= darkest),
        brightness=_padding_as_air(brightness, present, acquisition).astype(np.float32),
        detector_offset=detector_offset,
        is_inverted=not direction.is_calcium_dark,
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


def _rescaled(acquisition: Acquisition) -> NDArray[np.float64]:
    stored = np.arange(STORED_VALUES, dtype=np.float64)
    return stored * acquisition.rescale_slope + acquisition.rescale_intercept


def _highest_stored(acquisition: Acquisition) -> int:
    return 2 ** int(np.clip(acquisition.bits_stored, 1, 16)) - 1
