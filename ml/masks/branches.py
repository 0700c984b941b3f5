"""Centre lines taken apart: spurs that the mask's outline made, and the branches between junctions."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks.dense import from_pixel_positions
from ml.masks.edge_distance import edge_distance_px
from ml.masks.length import KULPA_DIAGONAL, KULPA_ORTHOGONAL
from ml.masks.points import in_raster_order, neighbour_table
from ml.masks.runs import Runs
from ml.masks.skeleton import skeleton

JUNCTION_NEIGHBOURS = 3
CORNER = np.sqrt(2.0)  # how far a right-angled corner lies from the centre, where the sides lie at 1


def branches(points: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    """Take a centre line apart at its junctions.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of a skeleton, in any order.

    Returns
    -------
    branches : list of ndarray of int32, shape (n, 2)
        The points of each branch in the order in which one walks along it, from that of its two ends that
        comes first in raster order; branches are in raster order of these. Closed loops follow, each
        clockwise from its first point in raster order. None for no points.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels, or one comes twice.

    Notes
    -----
    A junction is a pixel with three neighbours or more. It and the eight pixels around it belong to no
    branch, so that what remains has two neighbours at most; a line shorter than that may leave nothing.
    """
    points = in_raster_order(points)
    table = neighbour_table(points)
    is_junction = (table >= 0).sum(axis=1) >= JUNCTION_NEIGHBOURS
    is_of_branch = ~is_junction & ~(is_junction[table] & (table >= 0)).any(axis=1)
    path, firsts = _walk_branches(table, is_of_branch)
    return np.split(points[path], firsts[1:]) if len(firsts) else []


def prune_spurs(mask: Runs, points: NDArray[np.int32]) -> NDArray[np.int32]:
    """Drop the short side branches of a centre line that come from corners of the mask, not from its course.

    Parameters
    ----------
    mask : Runs
        The mask.
    points : ndarray of int, shape (k, 2)
        (row, column) of each pixel of its skeleton, in any order.

    Returns
    -------
    points : ndarray of int32, shape (m, 2)
        What remains, in raster order. A piece never vanishes: its junctions remain.

    Raises
    ------
    MaskGeometryError
        If the points are not pixels of the image, or one comes twice.

    Notes
    -----
    A spur is a branch with a free end whose Kulpa length is at most sqrt(2) times the distance from its
    junction to the mask's edge: the length to a right-angled corner. All spurs are dropped at once and the
    rest is thinned again, until none is left. Strokes of a round brush have none; square ends have two each.
    The factor is our own choice: with 1, ends of bars that are turned against the grid keep their spurs.
    """
    points = in_raster_order(points)
    while True:
        table = neighbour_table(points)
        is_junction = (table >= 0).sum(axis=1) >= JUNCTION_NEIGHBOURS
        reach_px = np.zeros(len(points))
        reach_px[is_junction] = CORNER * edge_distance_px(mask, points[is_junction])
        is_spur = _find_spurs(table, is_junction, reach_px)
        if not is_spur.any():
            return points
        row, column = points[~is_spur].astype(np.int64).T
        points = skeleton(from_pixel_positions(mask.rows, mask.columns, row * mask.columns + column))


@compiled
def _walk_branches(
    table: NDArray[np.int32], is_open: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the points of all branches, one after the other, and where each begins; closes what it took."""
    path = np.empty(is_open.sum(), dtype=np.int32)
    firsts = np.empty(len(path), dtype=np.int32)
    taken = count = 0
    for takes_loops in (False, True):
        for start in range(len(is_open)):
            if not is_open[start]:
                continue
            around = 0
            for direction in range(8):
                j = table[start, direction]
                around += j >= 0 and is_open[j]
            if around > 1 and not takes_loops:
                continue
            firsts[count] = taken
            count += 1
            i = start
            while i >= 0:
                is_open[i] = False
                path[taken] = i
                taken += 1
                before, i = i, -1
                for direction in range(8):
                    j = table[before, direction]
                    if j >= 0 and is_open[j]:
                        i = j
                        break
    return path, firsts[:count]


@compiled
def _find_spurs(
    table: NDArray[np.int32], is_junction: NDArray[np.bool_], reach_px: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Mark the points of every branch from a free end to a junction that is no longer than its reach."""
    is_spur = np.zeros(len(table), dtype=np.bool_)
    walked = np.empty(len(table), dtype=np.int32)
    for start in range(len(table)):
        around = 0
        for direction in range(8):
            around += table[start, direction] >= 0
        if around != 1:
            continue
        steps, length_px, before, i = 0, 0.0, -1, start
        while i >= 0 and not is_junction[i]:
            walked[steps] = i
            steps += 1
            after = -1
            for direction in range(8):
                j = table[i, direction]
                if j >= 0 and j != before:
                    after = j
                    if not is_junction[j]:
                        length_px += KULPA_DIAGONAL if direction % 2 else KULPA_ORTHOGONAL
            before, i = i, after
        if i >= 0 and length_px <= reach_px[i]:
            is_spur[walked[:steps]] = True
    return is_spur
