"""The smooth background of a breast, read where nobody marked calcium."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.breast import Breast
from ml.correction.parameters import CorrectionParameters
from ml.masks import Runs
from ml.physics import Background, Signal, cell_px_for, fit_background, occupied_cells

SKIN_MM = 0.75  # not sampled: half a coarse pixel of the outline, which may hold air


def read_background(
    mask: Runs,
    pixels: NDArray[np.uint16],
    signal: Signal,
    breast: Breast,
    coarse: tuple[NDArray[np.intp], NDArray[np.intp]],
    *,
    pixel_size_mm: float,
    parameters: CorrectionParameters,
) -> Background:
    """Fit the background to the breast around all components of a mask.

    Parameters
    ----------
    mask : Runs
        The whole mask; cells that it touches, and those beside them, are no background.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    signal : Signal
        How bright they count.
    breast : Breast
        Where the samples are taken.
    coarse : tuple of ndarray of intp, shapes (rows,) and (columns,)
        Where on the grid of the breast a row and a column lie; past its end outside the frame.
    pixel_size_mm : float
        Side of a pixel.
    parameters : CorrectionParameters
        How far the planes reach.

    Returns
    -------
    background : Background
        0 where nothing could be sampled.
    """
    cell_px = cell_px_for(pixel_size_mm)
    rows, columns = (_middles(count, cell_px) for count in pixels.shape)
    samples = np.mean(
        [signal.look_up(pixels[np.ix_(row, column)]) for row in rows for column in columns], axis=0
    )
    is_deep = np.pad(breast.skin_distance_mm >= SKIN_MM, (0, 1))
    is_deep = is_deep[np.ix_(coarse[0][rows[1]], coarse[1][columns[1]])]
    is_marked = cv2.dilate(occupied_cells(mask, cell_px).astype(np.uint8), np.ones((3, 3), np.uint8))
    return fit_background(
        samples,
        is_deep & (is_marked == 0),
        sigma_cells=parameters.levelling_mm / (cell_px * pixel_size_mm),
        cell_px=cell_px,
    )


def _middles(count: int, cell_px: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the two pixels in the middle of each cell along an axis; for cells of one pixel that pixel."""
    first = np.arange(0, count, cell_px)
    before, after = (cell_px - 1) // 2, cell_px // 2
    return np.minimum(first + before, count - 1), np.minimum(first + after, count - 1)
