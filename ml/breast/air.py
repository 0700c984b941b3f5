"""Where air ends among the values of an image."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.physics import MAD_TO_SIGMA

AIR_SPREADS = 6  # of 1.4826 x median absolute deviation: air ends here at the latest
AIR_SHARE = 0.15
# Share of the variance between two classes: 0.64 for one bell curve cut in two, 0.75 for even noise.
TWO_CLASSES = 0.76
LEAST_CLASS_SHARE = 0.05  # of the values: less is a blurred edge
DEEPEST_SPLIT = 2


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


def find_air_edge(values: NDArray[np.float32], *, share: float = AIR_SHARE) -> AirEdge:
    """Find where air ends among the values of an image.

    Parameters
    ----------
    values : ndarray of float32, any shape
        Bright where the breast is, not all equal.
    share : float
        How far from air to the median of the breast air is taken to reach: a small share keeps dim skin, a
        large one leaves out what is blurred into air.

    Returns
    -------
    edge : AirEdge
        At Otsu's threshold, or lower, because Otsu alone may cut between fat and gland or muscle: as near to
        air as the spread of air and that share of the way to the breast allow.
    """
    threshold = _air_threshold(values)
    dark, bright = values[values <= threshold], values[values > threshold]
    air = float(np.median(dark))
    spread = AIR_SPREADS * MAD_TO_SIGMA * float(np.median(np.abs(dark - air)))
    step = float(np.median(bright)) - air
    return AirEdge(value=min(threshold, air + max(spread, share * step)), air=air, is_clear=spread < step)


def _air_threshold(values: NDArray[np.float32]) -> float:
    """Return Otsu's threshold, or that of the darker class as long as it is itself two classes.

    Chest muscle or gland may be so bright that the first threshold leaves fat with air.
    """
    threshold = _otsu(values)
    for _ in range(DEEPEST_SPLIT):
        dark = values[values <= threshold]
        if dark.min() == dark.max():
            break
        lower = _otsu(dark)
        is_upper = dark > lower
        upper_share = float(is_upper.mean())
        distance = float(dark[is_upper].mean(dtype=np.float64) - dark[~is_upper].mean(dtype=np.float64))
        separation = upper_share * (1 - upper_share) * distance**2 / float(dark.var(dtype=np.float64))
        if separation < TWO_CLASSES or is_upper.sum() < LEAST_CLASS_SHARE * values.size:
            break
        threshold = lower
    return threshold


def _otsu(values: NDArray[np.float32]) -> float:
    low, high = float(values.min()), float(values.max())
    levels = np.rint((values - low) * (255 / (high - low))).astype(np.uint8)
    level, _ = cv2.threshold(levels.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return low + (level + 0.5) * (high - low) / 255
