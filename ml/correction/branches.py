"""Take a component apart where its centre line branches: a true artery must not carry false strands."""

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks import (
    Runs,
    bounding_box,
    branches,
    crop,
    from_pixel_positions,
    kulpa_length_mm,
    pixel_positions,
    prune_spurs,
    skeleton,
)


def centre_line(component: Runs) -> NDArray[np.int32]:
    """Find the course of a component.

    Parameters
    ----------
    component : Runs
        One piece of a mask, not empty.

    Returns
    -------
    points : ndarray of int32, shape (k, 2)
        Its skeleton without the spurs that corners of its outline make, in raster order.
    """
    box = bounding_box(component)
    alone = crop(component, box)
    return prune_spurs(alone, skeleton(alone)) + np.array(box[:2], dtype=np.int32)


def split_at_junctions(
    component: Runs,
    points: NDArray[np.int32],
    *,
    pixel_spacing_mm: tuple[float, float],
    minimum_branch_mm: float,
) -> list[Runs]:
    """Split a component into the parts that belong to the long branches of its centre line.

    Parameters
    ----------
    component : Runs
        One piece of a mask.
    points : ndarray of int32, shape (k, 2)
        Its centre line, from `centre_line`.
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
    A junction is a pixel of the centre line with three neighbours or more; it and what it touches belong to
    no branch. Each pixel goes to the part with the nearest pixel of a long branch; of several at one distance
    to that of the first branch.
    """
    long = [
        branch
        for branch in branches(points)
        if kulpa_length_mm(branch, pixel_spacing_mm) >= minimum_branch_mm
    ]
    if len(long) < 2:
        return [component]
    seeds = np.concatenate(long)
    owners = np.repeat(np.arange(len(long)), [len(branch) for branch in long])
    in_raster_order = np.lexsort((seeds[:, 1], seeds[:, 0]))
    seeds, owners = seeds[in_raster_order], owners[in_raster_order]
    first_of_row = np.searchsorted(seeds[:, 0], np.arange(component.rows + 1))
    owner_of_pixel = _nearest_owners(component.runs, seeds, owners, first_of_row)
    positions = pixel_positions(component)
    return [
        from_pixel_positions(component.rows, component.columns, positions[owner_of_pixel == number])
        for number in range(len(long))
    ]


@compiled
def _nearest_owners(
    runs: NDArray[np.int32],
    seeds: NDArray[np.int32],
    owners: NDArray[np.int64],
    first_of_row: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the owner of the seed nearest to each pixel, the least of those at one distance."""
    nearest = np.empty((runs[:, 2] - runs[:, 1]).sum(), dtype=np.int64)
    last_row = len(first_of_row) - 2
    position = 0
    for number in range(len(runs)):
        row = np.int64(runs[number, 0])
        for column in range(np.int64(runs[number, 1]), np.int64(runs[number, 2])):
            least, owner, away = np.int64(2**62), np.int64(0), np.int64(0)
            while away * away <= least and away <= last_row:
                for other in (row - away, row + away):
                    if other < 0 or other > last_row:
                        continue
                    first, past = first_of_row[other], first_of_row[other + 1]
                    right = first + np.searchsorted(seeds[first:past, 1], column)
                    for seed in range(max(right - 1, first), min(right + 1, past)):
                        squared = away * away + (seeds[seed, 1] - column) ** 2
                        if squared < least or (squared == least and owners[seed] < owner):
                            least, owner = squared, owners[seed]
                away += 1
            nearest[position] = owner
            position += 1
    return nearest
