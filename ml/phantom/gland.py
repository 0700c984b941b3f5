"""Where a breast is glandular: a coarse volume, seen the same from every side."""

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ml.phantom.breast_size import SUPER_ELLIPSE_EXPONENT
from ml.phantom.fields import power_law_volume

# Voxels from the chest wall to the nipple, to the side, and to the head.
SHAPE = (48, 96, 96)
LARGEST_SHARE = 0.95
RIM_SHARE = 0.6


def random_gland(density: float, random: Generator) -> NDArray[np.float32]:
    """Draw the share of glandular tissue in each voxel of a half ellipsoid.

    Parameters
    ----------
    density : float
        Share over the whole breast, 0 to 1.
    random : Generator
        The only source of chance.

    Returns
    -------
    ndarray of float32, shape (48, 96, 96)
        Axes run from the chest wall to the nipple, to the side and to the head; 0 outside the breast.

    Notes
    -----
    Our own model: a logistic function of clouds with a power law and of an envelope behind the nipple.
    """
    clouds = power_law_volume(SHAPE, float(random.uniform(2.8, 3.2)), random)
    forward, outward = _coordinates()
    envelope = np.exp(-(((forward - 0.5) / 0.42) ** 2) - (outward / 0.62) ** 2)
    share = 1 / (1 + np.exp(-(1.6 * clouds + 2.5 * envelope - 2.2)))
    inside = forward**SUPER_ELLIPSE_EXPONENT + outward**SUPER_ELLIPSE_EXPONENT < 1
    share = np.where(inside, share, 0).astype(np.float32)
    return np.minimum(share * np.float32(density * inside.sum() / share.sum()), LARGEST_SHARE)


def gland_seen_along(gland: NDArray[np.float32], angle: float) -> NDArray[np.float32]:
    """Return the mean share along rays in the plane of side and head.

    Parameters
    ----------
    gland : ndarray of float32, shape (48, 96, 96)
        From `random_gland`.
    angle : float
        Of the image's upward axis from the side axis towards the head, radians: 0 for CC, pi / 4 for MLO.

    Returns
    -------
    ndarray of float32, shape (96, 48)
        Rows run along the upward axis from its far end down, columns from the chest wall to the nipple.
    """
    depth, across, _ = gland.shape
    # As an image of each slice with (column, row) = (side, head), turned so that rays run along rows.
    turn = cv2.getRotationMatrix2D(((across - 1) / 2, (across - 1) / 2), np.degrees(angle), 1)
    seen = np.empty((across, depth), dtype=np.float32)
    forward, outward = _coordinates()
    inside = (forward**SUPER_ELLIPSE_EXPONENT + outward**SUPER_ELLIPSE_EXPONENT < 1).sum(axis=2)
    # Towards the skin, where rays are short, the gland thins out.
    through = np.maximum(inside, RIM_SHARE * across)
    for k in range(depth):
        turned = cv2.warpAffine(np.ascontiguousarray(gland[k].T), turn, (across, across))
        seen[:, k] = turned.sum(axis=0)[::-1] / through[k][::-1]
    return seen


def _coordinates() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    depth, across, _ = SHAPE
    forward = (np.arange(depth, dtype=np.float32) + 0.5)[:, None, None] / depth
    side = ((np.arange(across, dtype=np.float32) + 0.5) / across * 2 - 1).astype(np.float32)
    outward = np.hypot(side[:, None], side[None, :]).astype(np.float32)
    return forward.astype(np.float32), outward[None]
