"""A heatmap laid over its mammogram, as a picture for people."""

import cv2
import numpy as np
from numpy.typing import NDArray

REMARK = "RESEARCH USE ONLY"
STRENGTH = 0.5
COLD, WARM = np.array([40, 80, 255], dtype=np.float32), np.array([255, 40, 40], dtype=np.float32)
# Of the picture's height.
LETTERS = 0.02


def overlay(scaled: NDArray[np.float32], heatmap: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Colour a mammogram by its heatmap.

    Parameters
    ----------
    scaled : ndarray of float32, shape (rows, columns)
        The image on the 0..255 scale.
    heatmap : ndarray of uint8, shape (rows, columns)
        0 leaves a pixel grey; from there colours run from blue to red and cover more.

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
        Red, green and blue, with the words that it is for research only.
    """
    share = (heatmap / np.float32(255))[:, :, None]
    colour = COLD + (WARM - COLD) * share
    cover = np.where(share > 0, STRENGTH * (0.3 + 0.7 * share), 0).astype(np.float32)
    picture = np.rint(scaled[:, :, None] * (1 - cover) + colour * cover)
    return _with_remark(np.clip(picture, 0, 255).astype(np.uint8))


def _with_remark(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height_px = max(8, round(LETTERS * picture.shape[0]))
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, height_px / 22
    place = (height_px, picture.shape[0] - height_px)
    written = picture.copy()
    for colour, thickness in (((0, 0, 0), 5), ((255, 255, 255), 1)):
        width = max(1, round(thickness * scale * 1.5))
        cv2.putText(written, REMARK, place, font, scale, colour, width, cv2.LINE_AA)
    return written
