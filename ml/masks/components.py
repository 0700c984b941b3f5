"""The separate pieces of a mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ml.masks.algebra import area_px, boundaries
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
    if len(mask.runs) == 0:
        return []
    labels = _label_runs(mask)
    order = np.argsort(labels, kind="stable")
    pieces = np.split(mask.runs[order], np.flatnonzero(np.diff(labels[order])) + 1)
    pieces.sort(key=lambda runs: (int(runs[0, 0]), int(runs[0, 1])))
    return [_component(Runs(mask.rows, mask.columns, runs)) for runs in pieces]


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


def _component(runs: Runs) -> Component:
    return Component(runs=runs, area_px=area_px(runs), box=bounding_box(runs))


def _label_runs(mask: Runs) -> NDArray[np.int32]:
    """Join each run to the runs of the row above that it touches, corners included."""
    edges = boundaries(mask).reshape(-1, 2)
    above = edges - (mask.columns + 1)
    # Nothing of another row comes within reach: the scan leaves one position between the rows.
    first = np.searchsorted(edges[:, 1], above[:, 0], side="left")
    past = np.searchsorted(edges[:, 0], above[:, 1], side="right")
    touching = np.maximum(past - first, 0)
    lower = np.repeat(np.arange(len(edges)), touching)
    upper = np.arange(touching.sum()) - np.repeat(np.cumsum(touching) - touching - first, touching)
    links = coo_array((np.ones(len(lower), dtype=bool), (lower, upper)), shape=(len(edges), len(edges)))
    return connected_components(links, directed=False)[1]
