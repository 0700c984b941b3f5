"""Joins the two walls of one calcified vessel, painted as tram tracks, so that it has one centre line."""

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, difference

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
        (row, column) spacing.

    Returns
    -------
    closed : Runs
        The mask and every pixel that no disc outside the mask can reach. Empty stays empty. The image is
        taken to go on without end and without label beyond its border.

    Notes
    -----
    Binary closing, dilation followed by erosion, by exact runs: the disc's rows widen and shift each run, and
    erosion is the dilation of what lies outside. The disc holds every pixel centre within the radius.
    """
    if len(mask.runs) == 0:
        return mask
    half_widths = _disc(pixel_spacing_mm)
    # Room for the disc around all that the first step reaches.
    down, across = 2 * (len(half_widths) // 2), 2 * int(half_widths.max())
    shift = np.array([down, across, across], dtype=np.int32)
    canvas = _full(mask.rows + 2 * down, mask.columns + 2 * across)
    grown = _dilated(Runs(canvas.rows, canvas.columns, mask.runs + shift), half_widths)
    closed = difference(canvas, _dilated(difference(canvas, grown), half_widths))
    # An image is convex, so its closing adds nothing beyond it: all of the result lies inside.
    return Runs(mask.rows, mask.columns, closed.runs - shift)


def _disc(pixel_spacing_mm: tuple[float, float]) -> NDArray[np.int64]:
    """Return the half width, in pixels, of each row of the disc."""
    height, width = pixel_spacing_mm
    reach = int(MERGE_RADIUS_MM / height + ROUNDING)
    below_mm = np.arange(-reach, reach + 1) * height
    across_mm = np.sqrt(np.maximum(MERGE_RADIUS_MM**2 - below_mm**2, 0))
    return np.floor(across_mm / width + ROUNDING).astype(np.int64)


def _full(rows: int, columns: int) -> Runs:
    row = np.arange(rows, dtype=np.int32)
    return Runs(rows, columns, np.stack([row, np.zeros_like(row), np.full_like(row, columns)], axis=1))


def _dilated(mask: Runs, half_widths: NDArray[np.int64]) -> Runs:
    """Widen and shift each run by every row of the disc, and join what overlaps or touches."""
    if len(mask.runs) == 0:
        return mask
    row, start, end = mask.runs.astype(np.int64).T
    shifted = row + (np.arange(len(half_widths)) - len(half_widths) // 2)[:, None]
    is_on_canvas = (shifted >= 0) & (shifted < mask.rows)
    stride = mask.columns + 1  # the scan leaves one position between the rows: runs of two rows never touch
    starts = np.sort((shifted * stride + np.maximum(start - half_widths[:, None], 0))[is_on_canvas])
    ends = np.sort((shifted * stride + np.minimum(end + half_widths[:, None], mask.columns))[is_on_canvas])
    is_first = np.concatenate(([True], starts[1:] > ends[:-1]))
    starts, ends = starts[is_first], ends[np.append(is_first[1:], True)]
    joined = np.stack([starts // stride, starts % stride, starts % stride + ends - starts], axis=1)
    return Runs(mask.rows, mask.columns, joined.astype(np.int32))
