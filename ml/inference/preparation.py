"""Bring an image to the grid and the filter of a network."""

import cv2
import numpy as np
from numpy.typing import NDArray


def prepare_image(
    scaled: NDArray[np.float32], rows: int, columns: int, median_px: int
) -> NDArray[np.float32]:
    """Resample an image on the 0..255 scale and filter it: what a network sees, in use and in training.

    Parameters
    ----------
    scaled : ndarray of float32, shape (any, any)
        From `to_eight_bit_scale`.
    rows, columns : int
        Size at the network's pixel spacing.
    median_px : int
        Side of the median filter; 1 for none.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Values in 0..255.
    """
    return median_filter(resample(scaled, rows, columns), median_px)


def median_filter(image: NDArray[np.float32], median_px: int) -> NDArray[np.float32]:
    """Filter an image.

    Parameters
    ----------
    image : ndarray of float32, shape (any, any)
        On the 0..255 scale.
    median_px : int
        Side of the square whose median is taken, 3 or 5; 1 for none.

    Returns
    -------
    ndarray of float32, shape (any, any)
        The image itself where there is nothing to filter.
    """
    return cv2.medianBlur(image, median_px) if median_px > 1 else image


def resample(image: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Return `image` on a grid of `rows` x `columns` over the same area.

    Parameters
    ----------
    image : ndarray of float32, shape (any, any)
        Values of any range.
    rows, columns : int
        The new size; areas are averaged where it shrinks, values interpolated where it grows.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        The image itself where the size is already right.
    """
    if image.shape == (rows, columns):
        return image
    is_smaller = rows * columns < image.size
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (columns, rows), interpolation=method), dtype=np.float32)
