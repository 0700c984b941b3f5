"""The shape of a compressed breast: where it is, how thick, and where the chest muscle lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.fields import smooth_noise

SUPER_ELLIPSE_EXPONENT = 2.2
SKIN_MM = 1.0


@dataclass(frozen=True)
class Outline:
    """A breast with its chest wall at column 0.

    Attributes
    ----------
    inside : ndarray of bool, shape (rows, columns)
        Pixels that the breast covers.
    thickness_mm : float
        Between paddle and support.
    path_mm, skin_mm : ndarray of float32, shape (rows, columns)
        Length of the ray within the breast (full inside, a half circle towards the skin, 0 outside), and
        within its skin.
    depth_px, half_height_px, centre_row : float
        Of the underlying ellipse, for placing things.
    muscle : ndarray of float32, shape (rows, columns)
        Share of the ray in chest muscle; zero in a CC view.
    """

    inside: NDArray[np.bool_]
    thickness_mm: float
    path_mm: NDArray[np.float32]
    skin_mm: NDArray[np.float32]
    depth_px: float
    half_height_px: float
    centre_row: float
    muscle: NDArray[np.float32]


def random_outline(
    rows: int, columns: int, pixel_spacing_mm: float, view_position: str, random: Generator
) -> Outline:
    """Draw the shape of a breast that fits an image.

    Parameters
    ----------
    rows, columns : int
        Size of the image.
    pixel_spacing_mm : float
        Size of a pixel.
    view_position : str
        "MLO" has its lower half shorter, its upper half running out of the image towards the arm, and chest
        muscle in the upper corner; any other view is drawn as CC.
    random : Generator
        The only source of chance.

    Returns
    -------
    Outline
        With a compressed thickness of 59 +- 16 mm, within 30 to 90 mm.

    References
    ----------
    .. [1] M. Yaffe et al., "The myth of the 50-50 breast", Medical Physics 36(12), 2009 (thickness).
    """
    is_mlo = view_position == "MLO"
    depth = columns * random.uniform(0.78, 0.92)
    half_height = rows / 2 * random.uniform(0.82, 0.93)
    centre = rows * (random.uniform(0.54, 0.60) if is_mlo else 0.5)
    vertical = np.arange(rows, dtype=np.float32) + 0.5 - centre
    reach_up = 1.6 if is_mlo else 1.0
    vertical = np.where(vertical < 0, vertical / reach_up, vertical / (0.9 if is_mlo else 1.0))
    wobble = 1 + 0.012 * smooth_noise(rows, 0.12 * rows, random)
    nipple = 4 * np.exp(-0.5 * ((np.arange(rows) - centre) * pixel_spacing_mm / 4.5) ** 4) / pixel_spacing_mm
    # Depth of the skin at each row, from the super-ellipse solved for the column.
    rest = np.clip(1 - (np.abs(vertical) / half_height) ** SUPER_ELLIPSE_EXPONENT, 0, None)
    skin_column = depth * wobble * rest ** (1 / SUPER_ELLIPSE_EXPONENT) + nipple * (rest > 0)
    inside = (np.arange(columns)[None, :] + 0.5) < skin_column[:, None]
    thickness_mm = float(np.clip(random.normal(59, 16), 30, 90))
    muscle = np.zeros((rows, columns), dtype=np.float32)
    if is_mlo:
        muscle = _muscle(rows, columns, random)
    distance_mm = _distance_to_skin_mm(inside, thickness_mm, pixel_spacing_mm)
    path_mm = _chord_mm(distance_mm, thickness_mm / 2)
    skin_mm = path_mm - _chord_mm(distance_mm - SKIN_MM, thickness_mm / 2 - SKIN_MM)
    return Outline(inside, thickness_mm, path_mm, skin_mm, depth, half_height, centre, muscle)


def _distance_to_skin_mm(
    inside: NDArray[np.bool_], thickness_mm: float, pixel_spacing_mm: float
) -> NDArray[np.float32]:
    # The breast goes on behind the chest wall, and above an image that cuts it: only skin ends it.
    margin = int(thickness_mm / pixel_spacing_mm / 2) + 2
    extended = cv2.copyMakeBorder(inside.astype(np.uint8), margin, margin, margin, 0, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform(extended, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance[margin:-margin, margin:] * np.float32(pixel_spacing_mm)


def _chord_mm(distance_mm: NDArray[np.float32], half_mm: float) -> NDArray[np.float32]:
    """Return the ray's length in a slab whose rim is a half circle; zero at a distance of zero or less."""
    half = np.float32(half_mm)
    return 2 * np.sqrt(np.maximum(half**2 - np.clip(half - distance_mm, 0, half) ** 2, 0))


def _muscle(rows: int, columns: int, random: Generator) -> NDArray[np.float32]:
    top, side = columns * random.uniform(0.30, 0.5), rows * random.uniform(0.45, 0.65)
    row, column = np.arange(rows)[:, None] / side, np.arange(columns)[None, :] / top
    # A slightly convex edge, soft over a few millimetres because the muscle thins out.
    beyond = (row + column + 0.25 * row * column - 1) * min(top, side)
    edge = np.clip(0.5 - beyond / (0.06 * columns), 0, 1)
    return (0.22 * edge * random.uniform(0.7, 1.1)).astype(np.float32)
