"""The background of an image: a plane fitted around each place, so that no slope blinds an opening."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ml.physics.blocks import CELL_PX

SAMPLE_MM = 0.5
REACH = 3.0  # standard deviations at which the Gaussian weights end
LEAST_WEIGHT = 0.02  # of a place with samples all around; with less the nearest other place tells
STIFFNESS = 1e-3  # holds a plane flat where the samples lie on a line


class Background(NamedTuple):
    """The smooth background of an image, on cells of `cell_px` times `cell_px` pixels.

    Attributes
    ----------
    level : ndarray of float, shape (rows / cell_px, columns / cell_px), rounded up
        Brightness of the background at the middle of each cell, less the median of all samples.
    tilt_per_px : ndarray of float, same shape
        How steep the background still is when `level` is taken off, per pixel of the image.
    cell_px : int
        Side of a cell: 1, 2, 4, 8 or 16.
    """

    level: NDArray[np.floating]
    tilt_per_px: NDArray[np.floating]
    cell_px: int

    def enlarge(self, top: int, left: int, bottom: int, right: int) -> NDArray[np.floating]:
        """Return the level at each pixel of a box, linear between the middles of the cells.

        Parameters
        ----------
        top, left, bottom, right : int
            First row and column, row and column past the last; the first two multiples of `cell_px`.

        Returns
        -------
        level : ndarray of float, shape (bottom - top, right - left)
        """
        side = self.cell_px
        row, column = top // side, left // side
        first_row, first_column = max(row - 1, 0), max(column - 1, 0)
        part = self.level[first_row : -(-bottom // side) + 1, first_column : -(-right // side) + 1]
        large = cv2.resize(part, None, fx=side, fy=side, interpolation=cv2.INTER_LINEAR)
        row, column = (row - first_row) * side, (column - first_column) * side
        return large[row : row + bottom - top, column : column + right - left]


def cell_px_for(pixel_size_mm: float) -> int:
    """Return the side of a cell of about 0.5 mm that divides the blocks in which images are opened.

    Parameters
    ----------
    pixel_size_mm : float
        Side of a pixel.

    Returns
    -------
    cell_px : int
        1, 2, 4, 8 or 16.
    """
    return int(np.clip(2 ** round(np.log2(SAMPLE_MM / pixel_size_mm)), 1, CELL_PX))


def fit_background(
    samples: NDArray[np.floating], is_sampled: NDArray[np.bool_], *, sigma_cells: float, cell_px: int
) -> Background:
    """Fit a plane to the samples around each cell.

    Parameters
    ----------
    samples : ndarray of float, shape (rows, columns)
        A value per cell.
    is_sampled : ndarray of bool, same shape
        Which of them are background.
    sigma_cells : float
        Standard deviation of the Gaussian weights, in cells.
    cell_px : int
        Side of a cell in pixels of the image.

    Returns
    -------
    background : Background
        Exactly 0 for an even background, or without any sample. Cells with next to no sample around them
        take what the nearest other cell has.

    Notes
    -----
    Locally linear regression [1]_: unlike a weighted mean, a plane has no bias on a slope, nor beside the
    skin, where samples lie on one side only. The tilt is the slope of planes fitted to what is left of the
    samples: beside an edge, and where the background bends, the first planes follow it only in part.

    References
    ----------
    .. [1] J. Fan, I. Gijbels, Local Polynomial Modelling and Its Applications, Chapman & Hall 1996.
    """
    if not is_sampled.any():
        nothing = np.zeros(samples.shape, dtype=np.float32)
        return Background(nothing, nothing, cell_px)
    weight = is_sampled.astype(np.float32)
    values = np.where(is_sampled, samples - np.median(samples[is_sampled]), 0).astype(np.float32)
    level, _, total = _planes(values, weight, sigma_cells)
    nearest = ndimage.distance_transform_edt(
        total < LEAST_WEIGHT, return_distances=False, return_indices=True
    )
    level = level[tuple(nearest)]
    _, left, _ = _planes(values - level * weight, weight, sigma_cells)
    tilt = np.hypot(*left)[tuple(nearest)]
    return Background(level, tilt / np.float32(cell_px), cell_px)


def _planes(
    values: NDArray[np.float32], weight: NDArray[np.float32], sigma: float
) -> tuple[NDArray[np.floating], tuple[NDArray[np.floating], NDArray[np.floating]], NDArray[np.floating]]:
    """Return height and slopes (rows, columns) of the plane around each cell, and how much holds it."""
    away = np.arange(-np.ceil(REACH * sigma), np.ceil(REACH * sigma) + 1)
    bell = np.exp(-0.5 * (away / sigma) ** 2)
    bell /= bell.sum()

    def moment(of: NDArray[np.float32], down: int, across: int) -> NDArray[np.floating]:
        kernels = bell * away**across, bell * away**down
        return cv2.sepFilter2D(of, cv2.CV_32F, *kernels, borderType=cv2.BORDER_CONSTANT)

    total = moment(weight, 0, 0)
    share = np.maximum(total, np.float32(1e-6))
    row, column = moment(weight, 1, 0) / share, moment(weight, 0, 1) / share
    value = moment(values, 0, 0) / share
    stiff = np.float32(STIFFNESS * sigma**2)
    rows = moment(weight, 2, 0) / share - row**2 + stiff
    columns = moment(weight, 0, 2) / share - column**2 + stiff
    both = moment(weight, 1, 1) / share - row * column
    with_row = moment(values, 1, 0) / share - row * value
    with_column = moment(values, 0, 1) / share - column * value
    determinant = rows * columns - both**2
    down = (columns * with_row - both * with_column) / determinant
    across = (rows * with_column - both * with_row) / determinant
    return value - down * row - across * column, (down, across), total
