"""Bring an image to the grid, the filter and the values of a network."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import PredictionRefusedError
from ml.networks import ModelCard

SPACING_RANGE_MM = (0.02, 0.5)
# 4096 x 3328 pixels of 0.1 mm brought to 0.07 mm are 28 million; this leaves room for film scans.
MAX_RESAMPLED_PIXELS = 100_000_000


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


def network_size(
    shape: tuple[int, ...], pixel_spacing_mm: float, network_spacing_mm: float
) -> tuple[int, int]:
    """Say how large an image is at the pixel spacing of a network.

    Parameters
    ----------
    shape : tuple of int
        (rows, columns) of the image.
    pixel_spacing_mm, network_spacing_mm : float
        Size of a pixel of the image, and of what the network was trained on.

    Returns
    -------
    tuple of int
        (rows, columns), at least 1.

    Raises
    ------
    PredictionRefusedError
        With code `pixel_spacing_out_of_range` or `resampled_too_large`.
    """
    low, high = SPACING_RANGE_MM
    if not (math.isfinite(pixel_spacing_mm) and low <= pixel_spacing_mm <= high):
        raise PredictionRefusedError(
            f"The pixel spacing is {pixel_spacing_mm} mm; a mammogram has {low} to {high} mm. Correct "
            "it, or leave it out if it is not known.",
            code="pixel_spacing_out_of_range",
        )
    factor = pixel_spacing_mm / network_spacing_mm
    rows, columns = (max(1, round(size * factor)) for size in shape)
    if rows * columns > MAX_RESAMPLED_PIXELS:
        raise PredictionRefusedError(
            f"At this pixel spacing the network would see {rows} x {columns} pixels; at most "
            f"{MAX_RESAMPLED_PIXELS:,} are allowed. Check the pixel spacing.",
            code="resampled_too_large",
        )
    return rows, columns


def network_input(images: Sequence[NDArray[np.float32]], card: ModelCard) -> NDArray[np.float32]:
    """Give prepared images the values and channels that a network takes.

    Parameters
    ----------
    images : sequence of ndarray of float32, shape (rows, columns)
        On the 0..255 scale, all of one size.
    card : ModelCard
        Of the network.

    Returns
    -------
    ndarray of float32, shape (n, 3, rows, columns)
    """
    batch = np.empty((len(images), 3, *images[0].shape), dtype=np.float32)
    for channels, image in zip(batch, images, strict=True):
        channels[:] = (image / 255 - card.mean) / card.standard_deviation
    return batch
