"""Agreement of two masks by the length of their centre lines."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

LENGTH_MEASURES = (
    "dice_length_printed",
    "dice_length_symmetric",
    "dice_length_capped",
    "length_precision",
    "length_recall",
)
ROUNDING_MM = 1e-9  # ten pixels of 0.1 mm are 1.0 mm, also in floating point


def length_scores(
    reference_line: NDArray[np.int32],
    candidate_line: NDArray[np.int32],
    *,
    pixel_spacing_mm: tuple[float, float],
    tolerance_mm: float,
) -> dict[str, float | None]:
    """Compute the length Dice and its relatives.

    Parameters
    ----------
    reference_line, candidate_line : ndarray of int, shape (k, 2)
        (row, column) of the pixels of each mask's skeleton.
    pixel_spacing_mm : tuple of float
        (row, column) spacing.
    tolerance_mm : float
        A pixel of one line is matched within this distance of the other line.

    Returns
    -------
    scores : dict
        `dice_length_printed`, `dice_length_symmetric`, `dice_length_capped`, `length_precision` and
        `length_recall`. All None where both lines are empty, all 0 where one is.

    Notes
    -----
    Lengths are pixel counts. The printed form divides twice the matched candidate by the sum of both and so
    can reach 2 where the candidate doubles the reference; the symmetric form counts the matched part of each
    line once and stays within [0, 1]; the capped form limits the matched candidate to the reference's length.
    """
    matched_candidate = _matched(candidate_line, reference_line, pixel_spacing_mm, tolerance_mm)
    matched_reference = _matched(reference_line, candidate_line, pixel_spacing_mm, tolerance_mm)
    in_candidate, in_reference = len(candidate_line), len(reference_line)
    together = in_candidate + in_reference
    if together == 0:
        return dict.fromkeys(LENGTH_MEASURES)
    return {
        "dice_length_printed": 2 * matched_candidate / together,
        "dice_length_symmetric": (matched_candidate + matched_reference) / together,
        "dice_length_capped": 2 * min(matched_candidate, in_reference) / together,
        "length_precision": matched_candidate / max(in_candidate, 1),
        "length_recall": matched_reference / max(in_reference, 1),
    }


def _matched(
    line: NDArray[np.int32],
    other: NDArray[np.int32],
    pixel_spacing_mm: tuple[float, float],
    tolerance_mm: float,
) -> int:
    """Count the pixels of a line within the tolerance of the other."""
    if len(line) == 0 or len(other) == 0:
        return 0
    reach = tolerance_mm + ROUNDING_MM
    tree = cKDTree(other * np.asarray(pixel_spacing_mm))
    distance, _ = tree.query(line * np.asarray(pixel_spacing_mm), distance_upper_bound=reach * 1.001)
    return int((distance <= reach).sum())
