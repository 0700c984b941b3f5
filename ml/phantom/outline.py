"""The shape of a compressed breast: where it is, how thick, and where the chest muscle lies."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import SUPER_ELLIPSE_EXPONENT, BreastSize
from ml.phantom.fields import smooth_noise

SKIN_MM = 1.5
# An MLO view shows more above the nipple line, and a little less below.
MLO_REACH_UP, MLO_REACH_DOWN = 2.2, 0.97
# Below the exponent along the chest wall: a breast narrows towards the nipple.
FORWARD_EXPONENT = 1.7
FOLD_PROBABILITY, FOLD_WIDTH_MM = 0.1, (2.0, 4.0)


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
    centre_row : float
        Row of the nipple line.
    muscle : ndarray of float32, shape (rows, columns)
        Share of the ray in chest muscle; zero in a CC view.
    fold : ndarray of bool, shape (rows, columns)
        Where skin lies double.
    used_columns : int
        The breast does not reach beyond so many columns.
    """

    inside: NDArray[np.bool_]
    thickness_mm: float
    path_mm: NDArray[np.float32]
    skin_mm: NDArray[np.float32]
    centre_row: float
    muscle: NDArray[np.float32]
    fold: NDArray[np.bool_]
    used_columns: int


def random_outline(
    shape: tuple[int, int],
    size: BreastSize,
    view_position: str,
    random: Generator,
    *,
    thickness_mm: float,
    pixel_spacing_mm: float,
) -> Outline:
    """Draw the shape of a compressed breast.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns) of the image.
    size : BreastSize
        The breast.
    view_position : {"CC", "MLO"}
        An MLO view runs out of the image towards the arm and shows chest muscle in the upper corner.
    random : Generator
        The only source of chance.
    thickness_mm : float
        To which the breast is compressed.
    pixel_spacing_mm : float
        Size of a pixel.

    Returns
    -------
    Outline
        One in ten has a fold of skin.
    """
    rows, columns = shape
    is_mlo = view_position == "MLO"
    centre = rows * (random.uniform(0.54, 0.58) if is_mlo else 0.5)
    vertical_mm = (np.arange(rows, dtype=np.float32) + 0.5 - centre) * np.float32(pixel_spacing_mm)
    reach = np.where(vertical_mm < 0, MLO_REACH_UP, MLO_REACH_DOWN) if is_mlo else 1.0
    wobble = 1 + 0.012 * smooth_noise(rows, 0.12 * rows, random)
    nipple_mm = 4 * np.exp(-0.5 * (np.abs(vertical_mm) / 4.5) ** 3)
    # Depth of the skin at each row, from the super-ellipse solved for the column.
    share = np.abs(vertical_mm / reach) / size.radius_mm
    rest = np.clip(1 - share**SUPER_ELLIPSE_EXPONENT, 0, None)
    skin_at_mm = size.depth_mm * wobble * rest ** (1 / FORWARD_EXPONENT) + nipple_mm * (rest > 0)
    # Beyond the breast there is nothing to compute.
    used = min(columns, math.ceil(skin_at_mm.max() / pixel_spacing_mm) + 1)
    inside = (np.arange(used, dtype=np.float32)[None, :] + 0.5) * pixel_spacing_mm < skin_at_mm[:, None]
    distance_mm = _distance_to_skin_mm(inside, thickness_mm, pixel_spacing_mm)
    path_mm = _chord_mm(distance_mm, thickness_mm / 2)
    skin_mm = path_mm - _chord_mm(distance_mm - SKIN_MM, thickness_mm / 2 - SKIN_MM)
    muscle = np.zeros(inside.shape, dtype=np.float32)
    if is_mlo:
        muscle = _muscle(inside, centre, size.depth_mm / pixel_spacing_mm, random)
    fold = _fold(inside, pixel_spacing_mm, random)
    skin_mm += np.float32(2 * SKIN_MM) * fold * (path_mm > 4 * SKIN_MM)
    inside, path_mm, skin_mm, muscle, fold = (
        widened(image, columns) for image in (inside, path_mm, skin_mm, muscle, fold)
    )
    return Outline(inside, thickness_mm, path_mm, skin_mm, centre, muscle, fold, used)


def widened(image: NDArray, columns: int) -> NDArray:
    """Add columns of nothing beyond the breast."""
    return np.pad(image, ((0, 0), (0, columns - image.shape[1])))


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
    inward = np.clip(half - distance_mm, 0, half)
    return 2 * np.sqrt(half**2 - inward * inward)


def _muscle(
    inside: NDArray[np.bool_], centre_row: float, depth_px: float, random: Generator
) -> NDArray[np.float32]:
    rows, columns = inside.shape
    side_px = centre_row * random.uniform(0.85, 1.1)
    slope = np.tan(np.radians(random.uniform(62, 75)))
    top_px = min(side_px / slope, 0.55 * depth_px)
    row, column = np.arange(rows, dtype=np.float32)[:, None], np.arange(columns, dtype=np.float32)[None, :]
    # A slightly convex edge, soft over a few millimetres because the muscle thins out.
    down, across = row / np.float32(side_px), column / np.float32(top_px)
    beyond = (down + across + np.float32(0.3) * down * across - 1) * np.float32(top_px)
    share = np.clip(0.5 - beyond / np.float32(0.05 * depth_px), 0, 1)
    share *= np.clip(0.35 - np.float32(0.25 / top_px) * beyond, 0, 1)
    return share * np.float32(random.uniform(0.7, 1.1)) * inside


def _fold(inside: NDArray[np.bool_], pixel_spacing_mm: float, random: Generator) -> NDArray[np.bool_]:
    """Draw skin lying double in a curved band at the upper or lower end of the breast."""
    fold = np.zeros(inside.shape, dtype=np.uint8)
    has_fold, is_upper = random.random() < FOLD_PROBABILITY, random.random() < 0.5
    width_px = max(1, round(random.uniform(*FOLD_WIDTH_MM) / pixel_spacing_mm))
    from_end, bend = random.uniform(0.05, 0.15), random.uniform(-0.05, 0.05)
    if has_fold:
        covered = np.flatnonzero(inside[:, 0])
        end, step = (covered[0], 1) if is_upper else (covered[-1], -1)
        across = np.linspace(0, 1, 50)
        rows = end + step * len(covered) * (from_end + bend * across**2)
        points = np.column_stack([across * inside.shape[1] * 0.5, rows])
        cv2.polylines(fold, [points.astype(np.int32)], isClosed=False, color=1, thickness=width_px)
    return fold.astype(bool) & inside
