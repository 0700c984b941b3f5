"""The outline of the breast on a coarse image: without labels, markers, and strips of other body parts."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.breast.air import AirEdge, find_air_edge
from ml.breast.air_plane import CLEAR_SPREADS
from ml.breast.coarse import CoarseImage
from ml.breast.orientation import Side, chest_wall_side, wall_from_left, wall_to_left

SKIN_SHARE = 0.05  # of the way from air to the median of the breast: skin is dim on film and behind a LUT
CLOSING_MM = 1.0
OPENING_MM = 2.5  # radius: a skin marker that just touches the breast falls off, a nipple stays
LEAST_CONTRAST = 1e-3  # grey levels or attenuation: below, there is rounding only
SMALLEST_SHARE = 0.05  # of the image that a breast covers
# A strip along the chest wall beyond the fold under the breast: shallow, and no longer getting shallower.
STRIP_SHARE = 0.2  # of the depth of the breast
STRIP_REACH_MM = 5.0
# Skin is a step within 2 mm; a quarter of its usual height is none.
STEP_REACH_MM = 2.0
FLAT_STEP = 0.25
LARGEST_FLAT_SHARE = 0.08  # of the outline
STRIP_FALL = 0.1  # mm of depth for each mm along the chest wall


@dataclass(frozen=True, kw_only=True)
class Outline:
    """The breast on the grid of a coarse image.

    Attributes
    ----------
    inside : ndarray of bool, shape (coarse rows, coarse columns)
        True in the breast.
    side : {"left", "right", "top", "bottom"}
        Edge of the frame that the chest wall lies at.
    air : float
        Brightness of air.
    is_certain : bool
        False where a stretch of the outline is no step: light that leaked in may count as breast there.
    """

    inside: NDArray[np.bool_]
    side: Side
    air: float
    is_certain: bool


def find_outline(image: CoarseImage, *, image_shape: tuple[int, int]) -> Outline | None:
    """Find the breast on a coarse image.

    Parameters
    ----------
    image : CoarseImage
        Bright where the breast is.
    image_shape : tuple of int
        (rows, columns) of the whole image, frame included, of which the breast covers at least 5 %.

    Returns
    -------
    outline : Outline or None
        The largest region brighter than air that touches an edge of the frame, freed of thin attachments and
        of strips along the chest wall, closed by 1 mm, holes filled. None where air cannot be told from
        breast, or nothing that large touches an edge.
    """
    if np.ptp(image.brightness) < LEAST_CONTRAST:
        return None
    edge = _air_edge(image)
    if edge is None:
        return None
    region = _largest(_opened(image.brightness > edge.value, image.pixel_mm))
    side = chest_wall_side(region)
    if side is None:
        return None
    upright = _without_strips(wall_to_left(region, side), image.pixel_mm)
    inside = wall_from_left(_filled(_closed(_largest(upright), image.pixel_mm)), side)
    top, left, bottom, right = image.frame
    framed_share = (bottom - top) * (right - left) / (image_shape[0] * image_shape[1])
    if inside.mean() * framed_share < SMALLEST_SHARE:
        return None
    is_certain = _flat_share(inside, image) <= LARGEST_FLAT_SHARE
    return Outline(inside=np.ascontiguousarray(inside), side=side, air=edge.air, is_certain=is_certain)


def _air_edge(image: CoarseImage) -> AirEdge | None:
    edge = find_air_edge(image.brightness, share=SKIN_SHARE)
    if edge.is_clear:
        return edge
    if image.air is None:
        return None
    # A glow over a part of the air has blurred the border between dark and bright, but not what is darkest.
    reach = max(CLEAR_SPREADS * image.air.spread, SKIN_SHARE * image.air.step)
    return AirEdge(value=image.air.air + reach, air=image.air.air, is_clear=True)


def _flat_share(inside: NDArray[np.bool_], image: CoarseImage) -> float:
    """Return the share of the outline, edges of the image left out, where there is no step as elsewhere."""
    core = cv2.erode(inside.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=1) > 0
    rim = inside & ~core
    if not rim.any():
        return 0.0
    window = np.ones((2 * round(STEP_REACH_MM / image.pixel_mm) + 1,) * 2, np.uint8)
    height = cv2.morphologyEx(image.brightness, cv2.MORPH_GRADIENT, window, borderType=cv2.BORDER_REPLICATE)
    return float(np.mean(height[rim] < FLAT_STEP * np.median(height[rim])))


def skin_distance_px(inside: NDArray[np.bool_], *, reach_px: int) -> NDArray[np.float32]:
    """Measure how far the skin is.

    Parameters
    ----------
    inside : ndarray of bool, shape (rows, columns)
        The breast.
    reach_px : int
        How far it is thought to go on beyond the edges of the image.

    Returns
    -------
    distance_px : ndarray of float32, same shape
        0 outside; infinite everywhere if the breast fills the image.
    """
    if inside.all():
        return np.full(inside.shape, np.inf, dtype=np.float32)
    beyond = np.pad(inside, reach_px, mode="edge").astype(np.uint8)
    distance = cv2.distanceTransform(beyond, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance[reach_px:-reach_px, reach_px:-reach_px]


def _largest(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    labels, count = ndimage.label(region, np.ones((3, 3)))
    if count == 0:
        return region
    sizes = np.bincount(labels.ravel())
    at_edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    is_candidate = np.bincount(at_edge, minlength=count + 1) > 0
    sizes[~is_candidate] = 0
    sizes[0] = 0
    return labels == int(np.argmax(sizes)) if sizes.any() else np.zeros_like(region)


def _opened(region: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.bool_]:
    return _grown(_shrunk(region, OPENING_MM / pixel_mm), OPENING_MM / pixel_mm) & region


def _closed(region: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.bool_]:
    reach = CLOSING_MM / pixel_mm
    return _shrunk(_grown(region, reach), reach) | region


def _grown(region: NDArray[np.bool_], reach_px: float) -> NDArray[np.bool_]:
    return ~_shrunk(~region, reach_px)


def _shrunk(region: NDArray[np.bool_], reach_px: float) -> NDArray[np.bool_]:
    return skin_distance_px(region, reach_px=int(np.ceil(reach_px)) + 1) > reach_px


def _filled(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill holes, also those that are open to the chest wall at the left."""
    rows = np.flatnonzero(region[:, 0])
    wall = np.zeros((len(region), 1), dtype=bool)
    if len(rows):
        wall[rows[0] : rows[-1] + 1] = True
    return ndimage.binary_fill_holes(np.hstack([wall, region]))[:, 1:]


def _without_strips(region: NDArray[np.bool_], pixel_mm: float) -> NDArray[np.bool_]:
    """Cut off, above and below the breast, what is shallow and does not end."""
    depth = np.where(region.any(axis=1), region.shape[1] - np.argmax(region[:, ::-1], axis=1), 0)
    deepest = int(np.argmax(depth))
    kept = region.copy()
    last = deepest + _strip_start(depth[deepest:], pixel_mm)
    first = deepest - _strip_start(depth[deepest::-1], pixel_mm)
    kept[last + 1 :] = False
    kept[: max(first, 0)] = False
    return kept


def _strip_start(depth: NDArray[np.integer], pixel_mm: float) -> int:
    """Return the last row of the breast, counted from its deepest; depths that stop falling are a strip."""
    reach = max(round(STRIP_REACH_MM / pixel_mm), 1)
    for row in range(len(depth) - reach):
        is_shallow = depth[row] < STRIP_SHARE * depth[0]
        if is_shallow and depth[row + reach] > 0 and depth[row] - depth[row + reach] < STRIP_FALL * reach:
            return row
    return len(depth) - 1
