"""Joins the two walls of one calcified vessel, painted as tram tracks, so that it has one centre line."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks import Runs, difference
from ml.metrics.limits import check_spacing, check_tolerance

# Our choice: walls up to 2 mm apart are joined, about the width of a vessel, 2.1 mm.
MERGE_RADIUS_MM = 1.0
ROUNDING = 1e-9


def merge_tracks(mask: Runs, pixel_spacing_mm: tuple[float, float]) -> Runs:
    """Close a mask with a disc of 1.0 mm radius.

    Parameters
    ----------
    mask : Runs
        Any mask.
    pixel_spacing_mm : tuple of float
        (row, column) spacing, from 0.005 to 5 mm each: the disc reaches over 200 pixels at most.

    Returns
    -------
    closed : Runs
        The mask and every pixel that no disc outside the mask can reach. Empty stays empty. The image is
        taken to go on without end and without label beyond its border.

    Raises
    ------
    MetricParameterError
        If the spacing is not that of an image.

    Notes
    -----
    Binary closing, dilation followed by erosion, by exact runs: the disc's rows widen and shift each run, and
    erosion is the dilation of what lies outside. The disc holds every pixel centre within the radius.
    """
    return closed(mask, radius_mm=MERGE_RADIUS_MM, pixel_spacing_mm=pixel_spacing_mm)


def closed(mask: Runs, *, radius_mm: float, pixel_spacing_mm: tuple[float, float]) -> Runs:
    """Close a mask with a disc.

    Parameters
    ----------
    mask : Runs
        Any mask.
    radius_mm : float
        Of the disc, 0 or more: gaps of twice as much are bridged.
    pixel_spacing_mm : tuple of float
        (row, column) spacing, from 0.005 to 5 mm each.

    Returns
    -------
    closed : Runs
        As `merge_tracks`.

    Raises
    ------
    MetricParameterError
        If the spacing is not that of an image, or the radius no distance within one.
    """
    check_spacing(pixel_spacing_mm)
    check_tolerance(radius_mm, "mm")
    if len(mask.runs) == 0:
        return mask
    half_widths = _disc(radius_mm, pixel_spacing_mm)
    # Room for the disc around all that the first step reaches.
    down, across = 2 * (len(half_widths) // 2), 2 * int(half_widths.max())
    shift = np.array([down, across, across], dtype=np.int32)
    canvas = _full(mask.rows + 2 * down, mask.columns + 2 * across)
    grown = _dilated(Runs(canvas.rows, canvas.columns, mask.runs + shift), half_widths)
    closed_mask = difference(canvas, _dilated(difference(canvas, grown), half_widths))
    # An image is convex, so its closing adds nothing beyond it: all of the result lies inside.
    return Runs(mask.rows, mask.columns, closed_mask.runs - shift)


def _disc(radius_mm: float, pixel_spacing_mm: tuple[float, float]) -> NDArray[np.int64]:
    """Return the half width, in pixels, of each row of the disc."""
    height, width = pixel_spacing_mm
    reach = int(radius_mm / height + ROUNDING)
    below_mm = np.arange(-reach, reach + 1) * height
    across_mm = np.sqrt(np.maximum(radius_mm**2 - below_mm**2, 0))
    return np.floor(across_mm / width + ROUNDING).astype(np.int64)


def _full(rows: int, columns: int) -> Runs:
    row = np.arange(rows, dtype=np.int32)
    return Runs(rows, columns, np.stack([row, np.zeros_like(row), np.full_like(row, columns)], axis=1))


def _dilated(mask: Runs, half_widths: NDArray[np.int64]) -> Runs:
    """Widen and shift each run by every row of the disc, and join what overlaps or touches."""
    first_of_row = np.searchsorted(mask.runs[:, 0], np.arange(mask.rows + 1)).astype(np.int64)
    return Runs(mask.rows, mask.columns, _join_shifted(mask.runs, first_of_row, half_widths, mask.columns))


@compiled
def _join_shifted(
    runs: NDArray[np.int32], first_of_row: NDArray[np.int64], half_widths: NDArray[np.int64], columns: int
) -> NDArray[np.int32]:
    """Build row after row from the runs that reach it: memory for one row, whatever the mask holds."""
    rows, reach = len(first_of_row) - 1, len(half_widths) // 2
    joined = np.empty((len(runs) + 64, 3), dtype=np.int32)
    count = 0
    # By how much the number of runs over a pixel rises from the pixel before.
    rise = np.zeros(columns + 1, dtype=np.int64)
    for row in range(rows):
        above, below = max(row - reach, 0), min(row + reach + 1, rows)
        if first_of_row[above] == first_of_row[below]:
            continue
        rise[:] = 0
        for other in range(above, below):
            half = half_widths[other - row + reach]
            for k in range(first_of_row[other], first_of_row[other + 1]):
                rise[max(runs[k, 1] - half, 0)] += 1
                rise[min(runs[k, 2] + half, columns)] -= 1
        over = np.int64(0)
        for column in range(columns + 1):
            before, over = over, over + rise[column]
            if before == 0 and over > 0:
                if count == len(joined):
                    joined = np.concatenate((joined, np.empty_like(joined)))
                joined[count, 0], joined[count, 1] = row, column
            elif before > 0 and over == 0:
                joined[count, 2] = column
                count += 1
    return joined[:count].copy()
