"""Agreement of centre lines with masks: whether each line runs inside the other mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs

TOPOLOGY_MEASURES = ("cl_dice", "topology_precision", "topology_sensitivity")


@dataclass(frozen=True, kw_only=True)
class TopologyCounts:
    """How many pixels two centre lines have, and how many of them lie inside the other mask.

    Attributes
    ----------
    reference, candidate : int
        Pixels of each centre line.
    reference_inside, candidate_inside : int
        Those that the other mask marks.
    """

    reference: int
    candidate: int
    reference_inside: int
    candidate_inside: int


def run_at(points: NDArray[np.int32], mask: Runs) -> NDArray[np.int64]:
    """Find the run of a mask that each point lies in.

    Parameters
    ----------
    points : ndarray of int, shape (k, 2)
        (row, column) of each, on the grid of the mask.
    mask : Runs
        Any mask.

    Returns
    -------
    index : ndarray of int64, shape (k,)
        Into `mask.runs`; -1 where the mask does not mark the point.
    """
    if len(mask.runs) == 0:
        return np.full(len(points), -1)
    row, start, end = mask.runs.astype(np.int64).T
    position = points[:, 0].astype(np.int64) * mask.columns + points[:, 1]
    before = np.searchsorted(row * mask.columns + start, position, side="right") - 1
    return np.where(position < (row * mask.columns + end)[before], before, -1)


def topology_scores(counts: TopologyCounts) -> dict[str, float | None]:
    """Compute the centre-line Dice and its two parts.

    Parameters
    ----------
    counts : TopologyCounts
        Of one image, or summed over images.

    Returns
    -------
    scores : dict
        `topology_precision`, the share of the candidate's centre line inside the reference;
        `topology_sensitivity`, the share of the reference's inside the candidate; and their harmonic mean
        `cl_dice` [1]_. Each in [0, 1]. All None where both masks are empty, all 0 where one is.

    References
    ----------
    .. [1] S. Shit et al., clDice: a novel topology-preserving loss function for tubular structure
       segmentation, CVPR 2021, 16560-16569, doi:10.1109/CVPR46437.2021.01629.
    """
    if counts.reference + counts.candidate == 0:
        return dict.fromkeys(TOPOLOGY_MEASURES)
    precision = counts.candidate_inside / max(counts.candidate, 1)
    sensitivity = counts.reference_inside / max(counts.reference, 1)
    either = precision + sensitivity
    return {
        "cl_dice": 2 * precision * sensitivity / either if either else 0.0,
        "topology_precision": precision,
        "topology_sensitivity": sensitivity,
    }
