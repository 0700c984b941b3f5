"""What the image would show behind a calcification: the tissue around it, smoothed."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

CELLS_PER_SIGMA = 6  # cells this small change the variance of the Gaussian by 0.2 %
KERNEL_REACH = 4  # standard deviations at which the Gaussian is cut
LEAST_WEIGHT = 1e-3  # of what a Gaussian in tissue throughout weighs


@dataclass(frozen=True, kw_only=True)
class Background:
    """A smooth field over a crop of an image, kept on a coarse grid.

    Attributes
    ----------
    field : ndarray of float64, shape (coarse rows, coarse columns)
        Weighted mean of the values around each cell; NaN where next to nothing of weight is near.
    cell_px : tuple of int
        (rows, columns) of pixels in a cell.
    """

    field: NDArray[np.float64]
    cell_px: tuple[int, int]

    def at(self, row: NDArray[np.integer], column: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the field at pixels of the crop.

        Parameters
        ----------
        row, column : ndarray of int, shape (n,)
            Pixels, counted from the corner of the crop.

        Returns
        -------
        values : ndarray of float64, shape (n,)
            Bilinear between the centres of cells; NaN where a cell that takes part is NaN.
        """
        places = [(place + 0.5) / cell - 0.5 for place, cell in zip((row, column), self.cell_px, strict=True)]
        return ndimage.map_coordinates(self.field, places, order=1, mode="nearest")


def smooth_background(
    values: NDArray[np.float32],
    is_tissue: NDArray[np.bool_],
    *,
    sigma_mm: float,
    pixel_spacing_mm: tuple[float, float],
) -> Background:
    """Average the tissue around each place with a Gaussian, leaving out what is not tissue.

    Parameters
    ----------
    values : ndarray of float32, shape (rows, columns)
        A crop of an image, finite.
    is_tissue : ndarray of bool, same shape
        What counts; nothing outside the crop does.
    sigma_mm : float
        Standard deviation of the Gaussian.
    pixel_spacing_mm : tuple of float
        (row, column) spacing; need not be square.

    Returns
    -------
    background : Background
        Gaussian of the weighted values over Gaussian of the weights; all NaN where no pixel is tissue.

    Notes
    -----
    Normalised convolution [1]_, computed from means over cells of a sixth of the standard deviation, which a
    field this smooth does not notice.

    References
    ----------
    .. [1] H. Knutsson, C.-F. Westin, Normalized and differential convolution, CVPR 1993, 515-523,
       doi:10.1109/CVPR.1993.341081.
    """
    cell_px = tuple(max(int(sigma_mm / CELLS_PER_SIGMA / side_mm), 1) for side_mm in pixel_spacing_mm)
    cell_sigmas = tuple(
        sigma_mm / (side_mm * cell) for side_mm, cell in zip(pixel_spacing_mm, cell_px, strict=True)
    )
    weights = is_tissue.astype(np.float32)
    # Taken off before, so that single precision spends its digits on contrast.
    level = np.float32(values[is_tissue].mean(dtype=np.float64)) if is_tissue.any() else np.float32(0)
    weighted, weight = (
        _blur(_cell_means(image, cell_px), cell_sigmas) for image in ((values - level) * weights, weights)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        field = np.where(weight >= LEAST_WEIGHT, weighted / weight, np.nan) + float(level)
    return Background(field=field, cell_px=(cell_px[0], cell_px[1]))


def _cell_means(image: NDArray[np.float32], cell_px: tuple[int, ...]) -> NDArray[np.float32]:
    missing = [-side % cell for side, cell in zip(image.shape, cell_px, strict=True)]
    whole = cv2.copyMakeBorder(image, 0, missing[0], 0, missing[1], cv2.BORDER_CONSTANT, value=0)
    size = (whole.shape[1] // cell_px[1], whole.shape[0] // cell_px[0])
    return cv2.resize(whole, size, interpolation=cv2.INTER_AREA)


def _blur(cells: NDArray[np.float32], sigmas: tuple[float, ...]) -> NDArray[np.float64]:
    """Blur as if nothing lay beyond the edges."""
    rows, columns = (2 * int(np.ceil(KERNEL_REACH * sigma)) + 1 for sigma in sigmas)
    blurred = cv2.GaussianBlur(
        cells, (columns, rows), sigmas[1], sigmaY=sigmas[0], borderType=cv2.BORDER_CONSTANT
    )
    return blurred.astype(np.float64)
