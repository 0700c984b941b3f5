"""Where air ends among the values of an image."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

AIR_SPREADS = 6  # of 1.4826 x median absolute deviation: air ends here at the latest
AIR_SHARE = 0.15  # of the way from air to the median of the breast


@dataclass(frozen=True, kw_only=True)
class AirEdge:
    """Where air ends and the breast begins, on a scale with air dark.

    Attributes
    ----------
    value : float
        Brighter values are breast.
    air : float
        What air itself looks like.
    is_clear : bool
        False where the spread of air reaches the brighter class: then there is no air to be seen.
    """

    value: float
    air: float
    is_clear: bool


def find_air_edge(values: NDArray[np.float32]) -> AirEdge:
    """Find where air ends among the values of an image.

    Parameters
    ----------
    values : ndarray of float32, any shape
        Bright where the breast is, not all equal.

    Returns
    -------
    edge : AirEdge
        At Otsu's threshold, or lower, because Otsu alone may cut between fat and gland: as near to air as the
        spread of air and 15 % of the way to the breast allow.
    """
    otsu = _otsu(values)
    dark, bright = values[values <= otsu], values[values > otsu]
    air = float(np.median(dark))
    spread = AIR_SPREADS * 1.4826 * float(np.median(np.abs(dark - air)))
    step = float(np.median(bright)) - air
    return AirEdge(value=min(otsu, air + max(spread, AIR_SHARE * step)), air=air, is_clear=spread < step)


def _otsu(values: NDArray[np.float32]) -> float:
    low, high = float(values.min()), float(values.max())
    levels = np.rint((values - low) * (255 / (high - low))).astype(np.uint8)
    level, _ = cv2.threshold(levels.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return low + (level + 0.5) * (high - low) / 255
