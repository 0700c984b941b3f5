"""Masks as polygons along the edges of pixels, and polygons of other tools as masks."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskGeometryError
from ml.masks.algebra import from_crossings
from ml.masks.runs import Runs, check_size

Ring = list[tuple[int, int]]

FARTHEST_PX = 1e9  # beyond, double precision does not tell one pixel from the next
MOST_CROSSINGS = 2**26
NOWHERE = np.iinfo(np.int32).max


def to_polygons(mask: Runs) -> list[Ring]:
    """Trace the outlines of a mask along the edges of its pixels.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    rings : list of list of (row, column)
        Corners in order, the first not repeated at the end; pixel (i, j) covers i to i + 1 and j to j + 1.
        With rows counted downwards, as on screen, outer rings run clockwise and holes counter-clockwise: the
        mask is on the right hand. Rings are in raster order of their first vertical edge; none for the empty
        mask. There is one outer ring for each 8-connected piece, so a ring may pass through a corner twice
        where two pixels meet diagonally. `from_polygons` gives the mask back.
    """
    corners, first_of_ring = _trace(_link_edges(mask.runs), mask.runs)
    points = [(row, column) for row, column in corners.tolist()]
    bounds = [*first_of_ring.tolist(), len(points)]
    return [points[first:past] for first, past in pairwise(bounds)]


def from_polygons(rows: int, columns: int, polygons: Sequence[Sequence[Sequence[float]]]) -> Runs:
    """Fill polygons: a pixel is inside if its centre is, by the even-odd rule over all rings.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.
    polygons : sequence of rings
        Each a sequence of three or more (row, column), whole or fractional, closed by itself; pixel (i, j)
        has its centre at (i + 0.5, j + 0.5). The order of the rings and their sense do not matter; rings that
        overlap cancel. Parts outside the image are left out. Tools that write (x, y) give (column, row), and
        those that count from the centre of the first pixel lack 0.5: the caller's part.

    Returns
    -------
    mask : Runs
        Empty without rings. A centre exactly on an upper or left edge is inside, on a lower or right one
        outside, so polygons that share an edge share no pixel.

    Raises
    ------
    MaskGeometryError
        If a ring has fewer than three points, a coordinate is not a finite number up to 1e9, or the rings
        cross the rows of the image more than 67 million times.
    MaskCodecError
        If the size is not that of an image.
    """
    check_size(rows, columns)
    rings = [_checked_ring(ring) for ring in polygons]
    if not rings:
        return from_crossings(rows, columns, np.empty(0, dtype=np.int64))
    row, at = _crossings(rows, *_edges_downward(rings))
    column = np.ceil(at - 0.5).clip(0, columns).astype(np.int64)
    return from_crossings(rows, columns, row * (columns + 1) + column)


def _edges_downward(rings: list[NDArray[np.float64]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """List the upper and the lower end of each edge: one order, so that a shared edge is computed alike."""
    here = np.concatenate(rings)
    there = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    is_downward = here[:, :1] <= there[:, :1]
    return np.where(is_downward, here, there), np.where(is_downward, there, here)


def _crossings(
    rows: int, upper: NDArray[np.float64], lower: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the row and the column coordinate at which each edge crosses each row of pixel centres."""
    first_row, past_row = (np.ceil(end[:, 0] - 0.5).clip(0, rows).astype(np.int64) for end in (upper, lower))
    crossed = past_row - first_row
    if crossed.sum() > MOST_CROSSINGS:
        raise MaskGeometryError(
            f"The polygons cross the rows of the image {crossed.sum()} times; up to {MOST_CROSSINGS} are "
            "allowed."
        )
    edge = np.repeat(np.arange(len(crossed)), crossed)
    row = np.arange(len(edge)) - (np.cumsum(crossed) - crossed)[edge] + first_row[edge]
    (top, left), (bottom, right) = upper[edge].T, lower[edge].T
    return row, left + (row + 0.5 - top) * ((right - left) / (bottom - top))


def _checked_ring(ring: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    try:
        points = np.array(ring, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if (
        points.ndim != 2
        or points.shape[1] != 2
        or len(points) < 3
        or not (np.abs(points) <= FARTHEST_PX).all()
    ):
        raise MaskGeometryError(
            "A ring of a polygon needs three or more points (row, column), all finite numbers up to 1e9."
        )
    return points


@compiled
def _link_edges(runs: NDArray[np.int32]) -> NDArray[np.int64]:
    """Say for each vertical edge which one follows it along its ring.

    Edge 2 i is the left end of run i, walked upwards, edge 2 i + 1 the right end, walked downwards.
    """
    after = np.empty(2 * len(runs), np.int64)
    above, past_above = 0, 0  # edges of the row above the line that is looked at
    while past_above < len(after) or above < past_above:
        line = runs[above >> 1, 0] + 1 if above < past_above else runs[past_above >> 1, 0]
        below = past_above
        past_below = below
        while past_below < len(after) and runs[past_below >> 1, 0] == line:
            past_below += 1
        _link_along_line(runs, after, above, below, past_below)
        above, past_above = below, past_below
    return after


@compiled
def _link_along_line(
    runs: NDArray[np.int32], after: NDArray[np.int64], above: int, below: int, past_below: int
) -> None:
    """Join the ends of edges that meet a line between two rows, in pairs from left to right."""
    past_above, waiting = below, -1
    while above < past_above or below < past_below:
        at_above = runs[above >> 1, 1 + (above & 1)] if above < past_above else NOWHERE
        at_below = runs[below >> 1, 1 + (below & 1)] if below < past_below else NOWHERE
        if at_above == at_below and above & 1 == below & 1:
            # The outline goes straight on.
            after[above if above & 1 else below] = below if above & 1 else above
            above, below = above + 1, below + 1
            continue
        # Where two pixels meet at a corner only, the ring goes on along the other and keeps them together.
        is_above = at_above < at_below or (at_above == at_below and above & 1 == 0)
        edge = above if is_above else below
        if waiting < 0:
            waiting = edge
        else:
            # A right edge comes down to the line from above it, a left edge comes up from below.
            arrives = is_above == (edge & 1 == 1)
            after[edge if arrives else waiting] = waiting if arrives else edge
            waiting = -1
        if is_above:
            above += 1
        else:
            below += 1


@compiled
def _trace(after: NDArray[np.int64], runs: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Follow each ring and list its corners; also where each ring begins in the list."""
    corners, count = np.empty((2 * len(after), 2), np.int32), 0
    firsts, rings = np.empty(len(runs) + 1, np.int64), 0
    is_taken = np.zeros(len(after), np.bool_)
    for first in range(len(after)):
        if is_taken[first]:
            continue
        firsts[rings] = count
        rings += 1
        edge = first
        while not is_taken[edge]:
            is_taken[edge] = True
            follower = after[edge]
            column = runs[edge >> 1, 1 + (edge & 1)]
            next_column = runs[follower >> 1, 1 + (follower & 1)]
            if column != next_column:
                row = runs[edge >> 1, 0] + (edge & 1)
                corners[count, 0], corners[count, 1] = row, column
                corners[count + 1, 0], corners[count + 1, 1] = row, next_column
                count += 2
            edge = follower
    return corners[:count].copy(), firsts[:rings].copy()
