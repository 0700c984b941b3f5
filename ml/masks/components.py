"""The separate pieces of a mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks.dense import Box
from ml.masks.runs import Runs


@dataclass(frozen=True)
class Component:
    """One 8-connected piece of a mask.

    Attributes
    ----------
    runs : Runs
        The piece alone, on the grid of the whole image.
    area_px : int
        Number of pixels, at least 1.
    box : tuple of int
        (first row, first column, row past the last, column past the last).
    """

    runs: Runs
    area_px: int
    box: Box


@dataclass(frozen=True, eq=False)
class ComponentTable:
    """The 8-connected pieces of a mask as arrays, numbered from 0 in raster order of their first pixels.

    Attributes
    ----------
    label_of_run : ndarray of int32, shape (n,)
        Number of the piece that each run of the mask belongs to.
    area_px : ndarray of int64, shape (c,)
        Pixels of each piece, at least 1.
    boxes : ndarray of int32, shape (c, 4)
        (first row, first column, row past the last, column past the last) of each piece.
    """

    label_of_run: NDArray[np.int32]
    area_px: NDArray[np.int64]
    boxes: NDArray[np.int32]


def label_components(mask: Runs) -> ComponentTable:
    """Number the 8-connected pieces of a mask and measure them.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    table : ComponentTable
        With no piece for the empty mask.

    Notes
    -----
    A run joins the runs of the row above that it touches, corners included, in a forest of disjoint sets
    [1]_; the time is in proportion to the runs, whatever the size of the image.

    References
    ----------
    .. [1] K. Wu, E. Otoo, K. Suzuki, Optimizing two-pass connected-component labeling algorithms, Pattern
       Analysis and Applications 12 (2009) 117-135, doi:10.1007/s10044-008-0109-y.
    """
    label_of_run, count = _label_runs(mask.runs)
    return ComponentTable(label_of_run, *_measure_labels(mask.runs, label_of_run, count))


def components(mask: Runs) -> list[Component]:
    """Split a mask into its 8-connected pieces.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    components : list of Component
        In raster order of their first pixels; none for the empty mask. Together they are the mask.
    """
    table = label_components(mask)
    in_order = mask.runs[np.argsort(table.label_of_run, kind="stable")]
    past = np.cumsum(np.bincount(table.label_of_run, minlength=len(table.area_px))).tolist()
    pieces = zip([0, *past], past, table.area_px.tolist(), table.boxes.tolist(), strict=False)
    return [
        Component(Runs(mask.rows, mask.columns, in_order[first:end]), area_px, tuple(box))
        for first, end, area_px, box in pieces
    ]


def bounding_box(mask: Runs) -> Box:
    """Return the smallest box around a mask.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    box : tuple of int
        (first row, first column, row past the last, column past the last); (0, 0, 0, 0) for the empty mask.
    """
    if len(mask.runs) == 0:
        return (0, 0, 0, 0)
    row, start, end = mask.runs.T
    return (int(row[0]), int(start.min()), int(row[-1]) + 1, int(end.max()))


@compiled
def _root(parent: NDArray[np.int32], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@compiled
def _label_runs(runs: NDArray[np.int32]) -> tuple[NDArray[np.int32], int]:
    """Return the number of each run's piece, and how many pieces there are."""
    parent = np.arange(len(runs)).astype(np.int32)
    first = 0  # of the runs in the row above that may still touch
    for i in range(len(runs)):
        above = runs[i, 0] - 1
        while runs[first, 0] < above or (runs[first, 0] == above and runs[first, 2] < runs[i, 1]):
            first += 1
        other = first
        while other < i and runs[other, 0] == above and runs[other, 1] <= runs[i, 2]:
            one, two = _root(parent, i), _root(parent, other)
            parent[max(one, two)] = min(one, two)
            other += 1
    # A root is the first run of its piece, and no parent stands behind its child: one pass numbers all.
    count = 0
    for i in range(len(runs)):
        if parent[i] == i:
            parent[i] = count
            count += 1
        else:
            parent[i] = parent[parent[i]]
    return parent, count


@compiled
def _measure_labels(
    runs: NDArray[np.int32], labels: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    area = np.zeros(count, np.int64)
    boxes = np.empty((count, 4), np.int32)
    for i in range(len(runs)):
        label, row, start, end = labels[i], runs[i, 0], runs[i, 1], runs[i, 2]
        if area[label] == 0:
            boxes[label, 0], boxes[label, 1], boxes[label, 3] = row, start, end
        boxes[label, 1] = min(boxes[label, 1], start)
        boxes[label, 2] = row + 1  # runs are in raster order: the last one is the lowest
        boxes[label, 3] = max(boxes[label, 3], end)
        area[label] += end - start
    return area, boxes
