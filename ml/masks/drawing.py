"""What a brush stroke covers: capsules, pixel for pixel as the browser paints them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskGeometryError
from ml.masks.algebra import union
from ml.masks.dense import from_pixel_positions
from ml.masks.runs import Runs, check_size, empty

Point = Sequence[float]


def capsule(rows: int, columns: int, a: Point, b: Point, radius_px: float) -> Runs:
    """Cover the pixels whose centre lies within a radius of a segment.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    a, b : sequence of two floats
        Ends of the segment as (row, column) coordinates; pixel (i, j) has its centre at (i + 0.5, j + 0.5).
        Equal ends give a disc. Ends may lie outside the image.
    radius_px : float
        Radius in pixels, 0 or more. Centres exactly at this distance are covered.

    Returns
    -------
    mask : Runs
        Possibly empty: where the capsule misses the image or every centre.

    Raises
    ------
    MaskGeometryError
        If a coordinate or the radius is not a finite number, or the radius is negative.
    MaskCodecError
        If the size is not that of an image.

    Notes
    -----
    The arithmetic of `_is_covered` is part of docs/mask_format.md: the browser repeats it in the same order,
    so that both agree on the last bit.
    """
    check_size(rows, columns)
    if not np.isfinite([*a, *b, radius_px]).all() or radius_px < 0:
        raise MaskGeometryError(
            f"A stroke from {tuple(a)} to {tuple(b)} with radius {radius_px} cannot be drawn; "
            "expected finite coordinates and a radius of 0 or more."
        )
    row, column = _candidates(rows, columns, a, b, radius_px)
    covered = _is_covered(row + 0.5, column + 0.5, a, b, radius_px)
    return from_pixel_positions(rows, columns, (row * columns + column)[covered])


def polyline(rows: int, columns: int, points: Sequence[Point], width_px: float) -> Runs:
    """Cover the union of the capsules along a line.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    points : sequence of (row, column)
        One point gives a disc, none the empty mask.
    width_px : float
        Twice the radius of the capsules.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskGeometryError
        If a coordinate or the width is not a finite number, or the width is negative.
    MaskCodecError
        If the size is not that of an image.
    """
    check_size(rows, columns)
    segments = [(points[0], points[0])] if len(points) == 1 else list(pairwise(points))
    mask = empty(rows, columns)
    for a, b in segments:
        mask = union(mask, capsule(rows, columns, a, b, width_px / 2))
    return mask


def _is_covered(
    row: NDArray[np.floating], column: NDArray[np.floating], a: Point, b: Point, radius_px: float
) -> NDArray[np.bool_]:
    along_row, along_column = b[0] - a[0], b[1] - a[1]
    length_squared = along_row * along_row + along_column * along_column
    if length_squared > 0:
        t = ((row - a[0]) * along_row + (column - a[1]) * along_column) / length_squared
        t = np.clip(t, 0, 1)
    else:
        t = np.zeros_like(row)
    off_row = row - (a[0] + t * along_row)
    off_column = column - (a[1] + t * along_column)
    return off_row * off_row + off_column * off_column <= radius_px * radius_px


def _candidates(
    rows: int, columns: int, a: Point, b: Point, radius_px: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List, in raster order, the pixels that a capsule could cover: per row a band around the near part."""
    reach = radius_px + 1  # one pixel more than needed, so that rounding cannot lose a centre
    first_row = int(np.clip(np.floor(min(a[0], b[0]) - reach), 0, rows))
    past_row = int(np.clip(np.ceil(max(a[0], b[0]) + reach), 0, rows))
    row = np.arange(first_row, past_row)
    step = b[0] - a[0]
    if abs(step) > 0:
        with np.errstate(over="ignore"):  # an almost level line reaches far beyond its ends, and is clipped
            t = np.clip((row + 0.5 + np.array([[-reach], [reach]]) - a[0]) / step, 0, 1)
    else:
        t = np.broadcast_to([[0.0], [1.0]], (2, len(row)))
    reached = a[1] + t * (b[1] - a[1])
    first = np.clip(np.floor(reached.min(axis=0) - reach), 0, columns).astype(np.int64)
    past = np.clip(np.ceil(reached.max(axis=0) + reach), 0, columns).astype(np.int64)
    width = past - first
    offset = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    return np.repeat(row, width), np.repeat(first, width) + offset
