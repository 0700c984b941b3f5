"""Take a component apart where its centre line branches: a true artery must not carry false strands."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from ml.masks import Runs, from_pixel_positions, kulpa_length_mm, pixel_positions, skeleton

EIGHT = np.ones((3, 3), dtype=bool)


def split_at_junctions(
    component: Runs, *, pixel_spacing_mm: tuple[float, float], minimum_branch_mm: float
) -> list[Runs]:
    """Split a component into the parts that belong to the long branches of its centre line.

    Parameters
    ----------
    component : Runs
        One piece of a mask.
    pixel_spacing_mm : tuple of float
        (row, column) spacing of square pixels.
    minimum_branch_mm : float
        Branches shorter than this do not make a part of their own.

    Returns
    -------
    parts : list of Runs
        Together the component, no pixel twice, in raster order of the branches. The component itself where
        fewer than two branches are long enough.

    Notes
    -----
    A junction is a pixel of the skeleton with three neighbours or more; it and what it touches are taken out.
    Each pixel goes to the part with the nearest pixel of a long branch.
    """
    branches = [
        points
        for points in _branches(skeleton(component))
        if kulpa_length_mm(points, pixel_spacing_mm) >= minimum_branch_mm
    ]
    if len(branches) < 2:
        return [component]
    owner = np.repeat(np.arange(len(branches)), [len(points) for points in branches])
    tree = cKDTree(np.concatenate(branches))
    positions = pixel_positions(component)
    pixels = np.stack(np.divmod(positions, component.columns), axis=1)
    nearest = owner[tree.query(pixels)[1]]
    return [
        from_pixel_positions(component.rows, component.columns, positions[nearest == number])
        for number in range(len(branches))
    ]


def _branches(points: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    corner = points.min(axis=0)
    line = np.zeros(np.ptp(points, axis=0) + 1, dtype=bool)
    line[tuple((points - corner).T)] = True
    neighbours = ndimage.convolve(line.astype(np.uint8), EIGHT.astype(np.uint8), mode="constant") - line
    junctions = ndimage.binary_dilation(line & (neighbours >= 3), EIGHT)
    labels, count = ndimage.label(line & ~junctions, EIGHT)
    label_of = labels[tuple((points - corner).T)]
    order = np.argsort(label_of, kind="stable")
    first_of_each = np.searchsorted(label_of[order], np.arange(1, count + 1))
    return np.split(points[order], first_of_each)[1:]
