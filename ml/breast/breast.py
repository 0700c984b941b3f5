"""Where the breast is on the image, and how far its skin is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.breast.coarse import CoarseImage, coarse_image
from ml.breast.outline import Outline, find_outline, skin_distance_px
from ml.masks import Box
from ml.physics import Signal

BEYOND_FRAME_MM = 20.0


@dataclass(frozen=True, kw_only=True)
class Breast:
    """The breast on a coarse grid over the framed part of the image.

    Attributes
    ----------
    frame : tuple of int
        (first row, first column, row past the last, column past the last) that the grid covers; outside it
        there is no breast.
    inside : ndarray of bool, shape (coarse rows, coarse columns)
        True in the breast.
    skin_distance_mm : ndarray of float32, same shape
        Distance to the skin from inside, 0 outside; edges of the frame are not skin.
    is_found : bool
        False where air and breast cannot be told apart; then the whole image counts as breast, without skin.
    """

    frame: Box
    inside: NDArray[np.bool_]
    skin_distance_mm: NDArray[np.float32]
    is_found: bool

    def inside_crop(self, box: Box) -> NDArray[np.bool_]:
        """Return the breast inside a box, pixel by pixel.

        Parameters
        ----------
        box : tuple of int
            (first row, first column, row past the last, column past the last).

        Returns
        -------
        inside : ndarray of bool, shape (box height, box width)
        """
        return self._enlarge(self.inside, box)

    def skin_distance_crop_mm(self, box: Box) -> NDArray[np.float32]:
        """Return the distance to the skin inside a box, pixel by pixel.

        Parameters
        ----------
        box : tuple of int
            (first row, first column, row past the last, column past the last).

        Returns
        -------
        distance_mm : ndarray of float32, shape (box height, box width)
            0 outside the breast.
        """
        return self._enlarge(self.skin_distance_mm, box)

    def _enlarge(self, coarse: NDArray, box: Box) -> NDArray:
        indices, is_framed = [], []
        for axis in (0, 1):
            first, past = self.frame[axis], self.frame[axis + 2]
            place = np.arange(box[axis], box[axis + 2])
            is_framed.append((place >= first) & (place < past))
            index = (place - first) * coarse.shape[axis] // (past - first)
            indices.append(np.clip(index, 0, coarse.shape[axis] - 1))
        return np.where(np.logical_and.outer(*is_framed), coarse[np.ix_(*indices)], coarse.dtype.type(0))


def find_breast(pixels: NDArray[np.uint16], signal: Signal, *, pixel_size_mm: float) -> Breast:
    """Find the breast on an image.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.
    pixel_size_mm : float
        Side of a pixel.

    Returns
    -------
    breast : Breast
        As `ml.breast.outline.find_outline` finds it on a grid of about 0.5 mm.
    """
    image = coarse_image(pixels, signal, spacing_mm=(pixel_size_mm, pixel_size_mm))
    return to_breast(image, find_outline(image, image_shape=pixels.shape), image_shape=pixels.shape)


def to_breast(image: CoarseImage, outline: Outline | None, *, image_shape: tuple[int, int]) -> Breast:
    """Turn an outline into a breast that every pixel of the image can ask.

    Parameters
    ----------
    image : CoarseImage
        What the outline was found on.
    outline : Outline or None
        From `find_outline`.
    image_shape : tuple of int
        (rows, columns) of the whole image.

    Returns
    -------
    breast : Breast
        Not found where there is no outline.
    """
    if outline is None:
        return Breast(
            frame=(0, 0, *image_shape),
            inside=np.ones((1, 1), dtype=bool),
            skin_distance_mm=np.full((1, 1), np.inf, dtype=np.float32),
            is_found=False,
        )
    reach_px = round(BEYOND_FRAME_MM / image.pixel_mm) + 1
    distance_px = skin_distance_px(outline.inside, reach_px=reach_px)
    return Breast(
        frame=image.frame,
        inside=outline.inside,
        skin_distance_mm=distance_px * np.float32(image.pixel_mm),
        is_found=True,
    )
