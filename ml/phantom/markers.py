"""What is not breast: a metal clip in it, and lead letters beside it that name the view."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.anatomy import Anatomy
from ml.phantom.outline import Outline
from ml.phantom.pose import Pose

CLIP_PROBABILITY = 0.1
# Thickness of mineral that attenuates like the metal does.
METAL_AS_APATITE_MM = 6.0
LETTER_HEIGHT_MM, LETTER_MARGIN_MM = 6.0, 12.0
FONT = cv2.FONT_HERSHEY_SIMPLEX
# Height of a capital of this font at scale 1, in pixels.
FONT_HEIGHT_PX = 22


@dataclass(frozen=True)
class Markers:
    """Metal in one view.

    Attributes
    ----------
    metal : ndarray of bool, shape (rows, columns)
        Pixels behind a clip or a letter.
    text : str
        The letters; empty where there is no room for them.
    """

    metal: NDArray[np.bool_]
    text: str


def draw_markers(
    anatomy: Anatomy,
    outline: Outline,
    pose: Pose,
    text: str,
    random: Generator,
) -> Markers:
    """Draw the clip of one breast in ten, and the letters.

    Parameters
    ----------
    anatomy : Anatomy
        Gives the clip's place.
    outline : Outline
        The compressed breast; letters stay outside.
    pose : Pose
        From where the clip is seen.
    text : str
        Such as "RMLO". A text for a right breast is drawn mirrored, because its image is turned afterwards.
    random : Generator
        Of the breast, not of the view: a clip shows in all views.

    Returns
    -------
    Markers
    """
    metal = np.zeros(outline.inside.shape, dtype=np.uint8)
    place, direction = anatomy.size.random_place(random, reach=0.6), random.normal(0, 1, 3)
    if random.random() < CLIP_PROBABILITY:
        ends = pose.seen(np.stack([place, place + 2.5 * direction / np.linalg.norm(direction)]))
        (start, end) = (tuple(int(part) for part in point[::-1]) for point in ends)
        cv2.line(metal, start, end, 1, max(1, round(0.6 / pose.pixel_spacing_mm)))
    letters = _letters(text, pose.pixel_spacing_mm)
    if text.startswith("R"):
        letters = letters[:, ::-1]
    room = _room_for(letters.shape, outline.inside, round(LETTER_MARGIN_MM / pose.pixel_spacing_mm))
    if room is not None:
        metal[room] |= letters
    return Markers(metal.astype(bool), text if room is not None else "")


def _letters(text: str, pixel_spacing_mm: float) -> NDArray[np.uint8]:
    scale = LETTER_HEIGHT_MM / pixel_spacing_mm / FONT_HEIGHT_PX
    stroke = max(1, round(0.8 / pixel_spacing_mm))
    (width, height), below = cv2.getTextSize(text, FONT, scale, stroke)
    letters = np.zeros((height + below + stroke, width + stroke), dtype=np.uint8)
    cv2.putText(letters, text, (0, height), FONT, scale, 1, stroke)
    return letters


def _room_for(size: tuple[int, ...], inside: NDArray[np.bool_], margin: int) -> tuple[slice, slice] | None:
    """Return the corner far from the chest wall where the letters lie in air, upper before lower."""
    rows, columns = inside.shape
    left = columns - margin - size[1]
    for top in (margin, rows - margin - size[0]):
        if left < 0 or top < 0:
            continue
        corner = slice(top, top + size[0]), slice(left, left + size[1])
        if not inside[corner].any():
            return corner
    return None
