"""The part of the breast that both plates touch, and the periphery that bulges between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.breast.coarse import CoarseImage
from ml.breast.outline import Outline, skin_distance_px

LARGEST_BULGE_MM = 50.0  # half of the thickest breast under compression
PLATEAU_FROM_MM = 30.0
PLATEAU_SHARE = 0.97
LOW_PERCENTILE = 20.0  # fat, of which there is some at every distance from the skin
BIN_MM = 1.0
LEAST_BIN_PX = 20


@dataclass(frozen=True, kw_only=True)
class Contact:
    """The compressed part of a breast on the grid of a coarse image.

    Attributes
    ----------
    inside : ndarray of bool, shape (coarse rows, coarse columns)
        True where the breast has its full thickness.
    bulge_mm : float
        Width of the periphery, from the skin.
    flags : tuple of str
        See `ml.breast.Regions`.
    """

    inside: NDArray[np.bool_]
    bulge_mm: float
    flags: tuple[str, ...]


def find_contact(
    image: CoarseImage, outline: Outline, muscle: NDArray[np.bool_] | None, *, thickness_mm: float | None
) -> Contact:
    """Find where the breast is compressed.

    Parameters
    ----------
    image : CoarseImage
        The brightness of the breast.
    outline : Outline
        The breast.
    muscle : ndarray of bool, shape (coarse rows, coarse columns), or None
        Chest muscle, which is left out of the plateau of brightness.
    thickness_mm : float or None
        Distance between the plates, if it is known and lengths on the image are.

    Returns
    -------
    contact : Contact
        With a thickness, all that lies at least half of it from the skin, because a free rim bulges in a
        half circle. Without, all beyond the first distance from the skin at which the 20th percentile of
        brightness above air reaches 97 % of its plateau (median of all beyond 30 mm); the whole breast where
        it never does.

    Notes
    -----
    On an image for presentation the maker's equalisation has brightened the periphery already, so the
    estimate is too narrow there.
    """
    reach_px = round(LARGEST_BULGE_MM / image.pixel_mm) + 1
    distance_mm = skin_distance_px(outline.inside, reach_px=reach_px) * np.float32(image.pixel_mm)
    flags: tuple[str, ...] = ()
    bulge_mm: float | None
    if thickness_mm is not None:
        bulge_mm = thickness_mm / 2
    else:
        is_measured = outline.inside if muscle is None else outline.inside & ~muscle
        bulge_mm = _plateau_from_mm(distance_mm[is_measured], image.brightness[is_measured] - outline.air)
        flags = ("periphery_estimated",)
    if bulge_mm is None:
        bulge_mm, flags = 0.0, ("periphery_undetermined",)
    inside = outline.inside & (distance_mm >= bulge_mm)
    if not inside.any():
        flags += ("all_periphery",)
    return Contact(inside=inside, bulge_mm=bulge_mm, flags=flags)


def _plateau_from_mm(distance_mm: NDArray[np.float32], height: NDArray[np.float32]) -> float | None:
    place = np.minimum(distance_mm / np.float32(BIN_MM), 1000).astype(np.int64)
    order = np.argsort(place, kind="stable")
    counts = np.bincount(place)
    parts = np.split(height[order], np.cumsum(counts)[:-1])
    low = np.array(
        [np.percentile(part, LOW_PERCENTILE) if len(part) >= LEAST_BIN_PX else np.nan for part in parts]
    )
    measured = np.flatnonzero(np.isfinite(low))
    if len(measured) < 2:
        return None
    deep_from = min(PLATEAU_FROM_MM / BIN_MM, measured[-1] * 2 / 3)
    plateau = np.median(low[measured[measured >= deep_from]])
    reached = measured[low[measured] >= PLATEAU_SHARE * plateau]
    first_mm = float(reached[0]) * BIN_MM if len(reached) else None
    return first_mm if first_mm is not None and first_mm <= LARGEST_BULGE_MM else None
