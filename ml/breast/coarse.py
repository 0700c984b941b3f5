"""An image on a grid of about half a millimetre, where the breast is looked for."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast.air_plane import AirPlane, find_air_plane
from ml.breast.frame import find_frame
from ml.masks import Box
from ml.physics import Signal

WORKING_PIXEL_MM = 0.5
LEAST_TILT = 0.02  # of the step from air to breast: flatter air is left as it is


@dataclass(frozen=True, kw_only=True)
class CoarseImage:
    """The framed part of an image on a coarse grid.

    Attributes
    ----------
    frame : tuple of int
        (first row, first column, row past the last, column past the last) that the grid covers.
    brightness : ndarray of float32, shape (coarse rows, coarse columns)
        Mean brightness; air is dark, and level where stray light lay over the image as a plane.
    pixel_mm : float
        Side of a coarse pixel.
    air : AirPlane or None
        The plane that was taken away, but for its value in the middle; None where no air is seen.
    """

    frame: Box
    brightness: NDArray[np.float32]
    pixel_mm: float
    air: AirPlane | None


def coarse_image(
    pixels: NDArray[np.uint16], signal: Signal, *, spacing_mm: tuple[float, float]
) -> CoarseImage:
    """Bring an image to a coarse grid.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.
    spacing_mm : tuple of float
        (row, column) spacing; need not be square.

    Returns
    -------
    coarse : CoarseImage
        Square cells of about 0.5 mm, or of the image's own pixel where that is larger; without the frame of a
        scan.
    """
    frame = find_frame(pixels, signal)
    top, left, bottom, right = frame
    by_row, by_column = (side_mm / max(WORKING_PIXEL_MM, *spacing_mm) for side_mm in spacing_mm)
    size = (max(round((right - left) * by_column), 1), max(round((bottom - top) * by_row), 1))
    bright = signal.look_up(pixels[top:bottom, left:right])
    brightness = cv2.resize(bright, size, interpolation=cv2.INTER_AREA)
    air = find_air_plane(brightness)
    if air is not None and air.tilt > LEAST_TILT * air.step:
        brightness = brightness - air.over(brightness.shape)
    return CoarseImage(
        frame=frame,
        brightness=brightness,
        pixel_mm=(bottom - top) * spacing_mm[0] / size[1],
        air=air,
    )
