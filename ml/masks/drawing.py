"""What strokes cover: capsules and lines, pixel for pixel as the browser paints them, and tubes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskGeometryError
from ml.masks.algebra import joined
from ml.masks.runs import Runs, check_size, empty

Point = Sequence[float]

FARTHEST_PX = 1e9  # beyond, double precision does not tell one pixel from the next


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
        If a coordinate or the radius is not a finite number up to 1e9, or the radius is negative.
    MaskCodecError
        If the size is not that of an image.

    Notes
    -----
    The arithmetic is that of docs/mask_format.md, which the browser repeats bit by bit.
    """
    return _cover(rows, columns, [a, b], [radius_px, radius_px])


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
        If a coordinate or the width is not a finite number up to 1e9, or the width is negative.
    MaskCodecError
        If the size is not that of an image.
    """
    return _cover(rows, columns, points, np.full(len(points), width_px / 2))


def tube(rows: int, columns: int, points: Sequence[Point], widths_px: Sequence[float]) -> Runs:
    """Cover a line whose width changes along it, such as a vessel.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    points : sequence of (row, column)
        The centre line. One point gives a disc, none the empty mask.
    widths_px : sequence of float
        Width at each point, 0 or more.

    Returns
    -------
    mask : Runs
        Equal to `polyline` where all widths are equal.

    Raises
    ------
    MaskGeometryError
        If a coordinate or a width is not a finite number up to 1e9, a width is negative, or there are not as
        many widths as points.
    MaskCodecError
        If the size is not that of an image.

    Notes
    -----
    Along a segment from a to b, a pixel's centre p is covered if |p - q| <= r_a + t (r_b - r_a), where
    q = a + t (b - a) is the segment's point nearest to p, 0 <= t <= 1, and r is half the width. The distance
    is taken across the segment, not across the slanted side of the tube: our own choice, which makes the
    width at each point the one that was asked for. In the order of docs/mask_format.md, with
    radius = r_a + t * (r_b - r_a) in place of r.
    """
    return _cover(rows, columns, points, np.asarray(widths_px, dtype=np.float64) / 2)


def _cover(rows: int, columns: int, points: Sequence[Point], radii_px: NDArray | Sequence[float]) -> Runs:
    check_size(rows, columns)
    if len(points) == 0 and len(radii_px) == 0:
        return empty(rows, columns)
    line, radii = np.array(points, dtype=np.float64), np.array(radii_px, dtype=np.float64)
    if line.ndim != 2 or line.shape[1] != 2 or radii.shape != (len(line),):
        raise MaskGeometryError(
            f"A line of points {line.shape} with {radii.size} widths cannot be drawn; expected (row, column) "
            "for each point and one width for each."
        )
    is_near = (np.abs(line) <= FARTHEST_PX).all()  # False also where a coordinate is no number
    if not (is_near and ((radii >= 0) & (radii <= FARTHEST_PX)).all()):
        raise MaskGeometryError(
            f"A stroke from {line[0].tolist()} to {line[-1].tolist()} with a radius of {radii.min()} to "
            f"{radii.max()} cannot be drawn; expected finite coordinates and a radius of 0 or more."
        )
    if len(line) == 1:
        line, radii = np.repeat(line, 2, axis=0), np.repeat(radii, 2)
    return joined(rows, columns, _cover_segments(rows, columns, line, radii))


@compiled
def _cover_segments(
    rows: int, columns: int, line: NDArray[np.float64], radii: NDArray[np.float64]
) -> NDArray[np.int32]:
    """List the spans (row, start, end) of all segments; those of different segments may overlap."""
    spans, count = np.empty((256, 3), np.int32), 0
    for i in range(len(line) - 1):
        a, b = line[i], line[i + 1]
        reach = max(radii[i], radii[i + 1]) + 1  # one pixel more than needed: rounding cannot lose a centre
        first_row = _clipped(np.floor(min(a[0], b[0]) - reach), rows)
        past_row = _clipped(np.ceil(max(a[0], b[0]) + reach), rows)
        for row in range(first_row, past_row):
            first, past = _columns_in_reach(row + 0.5, a, b, reach, columns)
            is_open = False
            for column in range(first, past):
                is_covered = _covers(row + 0.5, column + 0.5, line, radii, i)
                if is_covered and not is_open:
                    if count == len(spans):
                        spans = np.concatenate((spans, np.empty_like(spans)))
                    spans[count, 0], spans[count, 1], spans[count, 2] = row, column, past
                    count += 1
                elif is_open and not is_covered:
                    spans[count - 1, 2] = column
                is_open = is_covered
    return spans[:count]


@compiled
def _covers(row: float, column: float, line: NDArray[np.float64], radii: NDArray[np.float64], i: int) -> bool:
    """Test a pixel's centre against segment i, in the order of docs/mask_format.md."""
    a, b = line[i], line[i + 1]
    along_row, along_column = b[0] - a[0], b[1] - a[1]
    length_squared = along_row * along_row + along_column * along_column
    t = 0.0
    if length_squared > 0:
        t = ((row - a[0]) * along_row + (column - a[1]) * along_column) / length_squared
        t = min(max(t, 0.0), 1.0)
    off_row = row - (a[0] + t * along_row)
    off_column = column - (a[1] + t * along_column)
    radius = radii[i] + t * (radii[i + 1] - radii[i])
    return off_row * off_row + off_column * off_column <= radius * radius


@compiled
def _columns_in_reach(
    row: float, a: NDArray[np.float64], b: NDArray[np.float64], reach: float, columns: int
) -> tuple[int, int]:
    """Bound, per row, the part of the segment that is near enough, and so the columns to try."""
    step = b[0] - a[0]
    t_above, t_below = 0.0, 1.0
    if step != 0:
        t_above = min(max((row - reach - a[0]) / step, 0.0), 1.0)
        t_below = min(max((row + reach - a[0]) / step, 0.0), 1.0)
    one, other = a[1] + t_above * (b[1] - a[1]), a[1] + t_below * (b[1] - a[1])
    return (
        _clipped(np.floor(min(one, other) - reach), columns),
        _clipped(np.ceil(max(one, other) + reach), columns),
    )


@compiled
def _clipped(value: float, size: int) -> int:
    return int(min(max(value, 0.0), float(size)))
