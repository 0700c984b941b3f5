"""What stands out of its surroundings: the white top-hat, computed only where it is needed."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, pixel_positions
from ml.physics.signal import Signal

TILE_PX = 256
SMOOTHING_REACH = 4  # standard deviations at which the Gaussian is cut


def top_hat_near(
    mask: Runs,
    pixels: NDArray[np.uint16],
    signal: Signal,
    *,
    pixel_size_mm: float,
    smoothing_mm: float,
    element_mm: float,
    reach_mm: float,
) -> NDArray[np.float32]:
    """Compute the smoothed image minus its grey opening, near a mask.

    Parameters
    ----------
    mask : Runs
        Where the result is wanted.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.
    pixel_size_mm : float
        Side of a pixel.
    smoothing_mm : float
        Standard deviation of the Gaussian that comes first; the opening of a noisy image is biased without.
    element_mm : float
        Diameter of the flat disc of the opening; must be wider than what shall stand out.
    reach_mm : float
        How far around the mask the result is wanted.

    Returns
    -------
    top_hat : ndarray of float32, shape (rows, columns)
        0 or more within `reach_mm` of the mask, in the units of the brightness; 0 in tiles farther away.

    Notes
    -----
    Each tile is computed from a crop that is larger by the reach of Gaussian and opening, so the values are
    those of the whole image. Outside the image the Gaussian sees a reflection and the opening nothing.
    """
    smoothing_px = smoothing_mm / pixel_size_mm
    kernel_reach_px = int(np.ceil(SMOOTHING_REACH * smoothing_px))
    element = disc(element_mm / pixel_size_mm)
    margin_px = 2 * (element.shape[0] // 2) + kernel_reach_px
    result = np.zeros(pixels.shape, dtype=np.float32)
    for top, left, bottom, right in _tiles(mask, int(np.ceil(reach_mm / pixel_size_mm))):
        first_row, first_column = max(top - margin_px, 0), max(left - margin_px, 0)
        crop = pixels[first_row : bottom + margin_px, first_column : right + margin_px]
        bright = signal.brightness[crop]
        if smoothing_px > 0:
            side = 2 * kernel_reach_px + 1
            bright = cv2.GaussianBlur(bright, (side, side), smoothing_px, borderType=cv2.BORDER_REFLECT)
        standing_out = bright - cv2.morphologyEx(bright, cv2.MORPH_OPEN, element)
        inner = np.s_[top - first_row : bottom - first_row, left - first_column : right - first_column]
        result[top:bottom, left:right] = standing_out[inner]
    return result


def disc(diameter_px: float) -> NDArray[np.uint8]:
    """Build the flat disc of an opening.

    Parameters
    ----------
    diameter_px : float
        Diameter in pixels, need not be whole.

    Returns
    -------
    element : ndarray of uint8, shape (2 k + 1, 2 k + 1)
        1 where the squared distance to the centre is at most radius squared + 0.5.
    """
    radius = diameter_px / 2
    reach = int(radius)
    row, column = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return (row**2 + column**2 <= radius**2 + 0.5).astype(np.uint8)


def _tiles(mask: Runs, reach_px: int) -> list[tuple[int, int, int, int]]:
    """List the tiles that a square of the given reach around any pixel of the mask meets."""
    side = max(TILE_PX, 2 * reach_px + 1)  # then such a square meets no tile that none of its corners meets
    row, column = np.divmod(pixel_positions(mask), mask.columns)
    met = set()
    for row_step in (-reach_px, reach_px):
        for column_step in (-reach_px, reach_px):
            tile_row = np.clip(row + row_step, 0, mask.rows - 1) // side
            tile_column = np.clip(column + column_step, 0, mask.columns - 1) // side
            met.update(np.unique(tile_row * mask.columns + tile_column).tolist())
    corners = [(tile // mask.columns * side, tile % mask.columns * side) for tile in sorted(met)]
    return [(top, left, min(top + side, mask.rows), min(left + side, mask.columns)) for top, left in corners]
