"""A mask and what lies near it, from its runs."""

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs

ROUNDING = 1e-6  # of a pixel: 0.3 mm are three pixels of 0.1 mm


def dilate(mask: Runs, reach_mm: float, pixel_spacing_mm: tuple[float, float]) -> Runs:
    """Add every pixel whose centre lies within a distance of a mask's pixel centres.

    Parameters
    ----------
    mask : Runs
        Any mask.
    reach_mm : float
        The distance, 0 or more.
    pixel_spacing_mm : tuple of float
        (row, column) spacing; need not be square.

    Returns
    -------
    dilated : Runs
        Clipped at the edges of the image; empty for the empty mask.
    """
    height_mm, width_mm = pixel_spacing_mm
    reach_rows = int(reach_mm / height_mm + ROUNDING)
    moved = []
    for step in range(-reach_rows, reach_rows + 1):
        reach_columns = int(np.sqrt(max(reach_mm**2 - (step * height_mm) ** 2, 0)) / width_mm + ROUNDING)
        moved.append(mask.runs + np.array([step, -reach_columns, reach_columns]))
    runs = np.concatenate(moved).astype(np.int64)
    runs = runs[(runs[:, 0] >= 0) & (runs[:, 0] < mask.rows)]
    runs[:, 1:] = np.clip(runs[:, 1:], 0, mask.columns)
    return Runs(mask.rows, mask.columns, _merged(runs, mask.columns))


def _merged(runs: NDArray[np.int64], columns: int) -> NDArray[np.int32]:
    """Join overlapping and touching runs; between rows the scan leaves one position, so rows never join."""
    scanned = runs[:, 1:] + runs[:, :1] * (columns + 1)
    scanned = scanned[np.argsort(scanned[:, 0], kind="stable")]
    if len(scanned) == 0:
        return np.empty((0, 3), dtype=np.int32)
    reached = np.maximum.accumulate(scanned[:, 1])
    is_first = np.concatenate(([True], scanned[1:, 0] > reached[:-1]))
    is_last = np.concatenate((is_first[1:], [True]))
    starts, ends = scanned[is_first, 0], reached[is_last]
    row = starts // (columns + 1)
    offset = row * (columns + 1)
    return np.stack([row, starts - offset, ends - offset], axis=1).astype(np.int32)
