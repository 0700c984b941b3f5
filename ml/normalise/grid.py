"""A coarse square grid over an image, for what varies slowly."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

WORKING_PIXEL_MM = 0.5


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The grid of one image.

    Attributes
    ----------
    shape : tuple of int
        (rows, columns) of the grid.
    image_shape : tuple of int
        (rows, columns) of the image.
    pixel_mm : float
        Side of a cell: 0.5 mm, or that of the image's pixel where it is larger.
    """

    shape: tuple[int, int]
    image_shape: tuple[int, int]
    pixel_mm: float

    def reduce(self, image: NDArray) -> NDArray[np.float32]:
        """Average an image over each cell.

        Parameters
        ----------
        image : ndarray, shape `image_shape`
            Numbers or truth values.

        Returns
        -------
        means : ndarray of float32, shape `shape`
        """
        rows, columns = self.shape
        return cv2.resize(image.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)

    def enlarge(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Interpolate between cells.

        Parameters
        ----------
        values : ndarray of float32, shape `shape`
            One for each cell.

        Returns
        -------
        image : ndarray of float32, shape `image_shape`
        """
        rows, columns = self.image_shape
        return cv2.resize(values, (columns, rows), interpolation=cv2.INTER_LINEAR)


def grid_over(image_shape: tuple[int, int], pixel_spacing_mm: tuple[float, float]) -> Grid:
    """Lay a grid over an image.

    Parameters
    ----------
    image_shape : tuple of int
        (rows, columns).
    pixel_spacing_mm : tuple of float
        (row, column) spacing.

    Returns
    -------
    grid : Grid
        Of at least one cell.
    """
    pixel_mm = max(*pixel_spacing_mm, WORKING_PIXEL_MM)
    rows, columns = (
        max(round(length * step / pixel_mm), 1)
        for length, step in zip(image_shape, pixel_spacing_mm, strict=True)
    )
    return Grid(shape=(rows, columns), image_shape=image_shape, pixel_mm=pixel_mm)
