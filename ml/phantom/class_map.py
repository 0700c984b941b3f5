"""What each pixel of a phantom shows, as one number."""

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.phantom.curves import Curve

PECTORAL_SHARE, VISIBLE_BLOOD_MM = 0.05, 0.3
SCAR_WIDTH_MM, STRAND_WIDTH_MM, EDGE_WIDTH_MM = 1.2, 0.6, 0.6


class TruthClass(IntEnum):
    """Values of a class map; where two lie in one pixel, the larger."""

    BACKGROUND = 0
    BREAST = 1
    PECTORAL = 2
    STRAND = 3
    VESSEL = 4
    SCAR = 5
    EDGE = 6
    CLUSTER = 7
    FOLD = 8
    MARKER = 9
    BAC = 10


def draw_lines(lines: list[Curve], shape: tuple[int, int], width_px: float) -> NDArray[np.bool_]:
    """Return the pixels under lines of (row, column) points, drawn about `width_px` wide."""
    canvas = np.zeros(shape, dtype=np.uint8)
    for line in lines:
        points = np.floor(line[:, ::-1]).astype(np.int32)
        cv2.polylines(canvas, [points], isClosed=False, color=1, thickness=max(1, round(width_px)))
    return canvas.astype(bool)


def paint_classes(shape: tuple[int, int], masks: dict[TruthClass, NDArray[np.bool_]]) -> NDArray[np.uint8]:
    """Lay masks over each other, the largest class on top.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns).
    masks : dict of TruthClass to ndarray of bool
        What belongs to each class; those left out have no pixels.

    Returns
    -------
    ndarray of uint8, shape (rows, columns)
    """
    classes = np.zeros(shape, dtype=np.uint8)
    for value in sorted(masks):
        classes[masks[value]] = value
    return classes
