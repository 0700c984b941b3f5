"""Agreement of two masks by the length of their centre lines."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTH_MEASURES = ("dice_l", "dice_l_sym", "dice_l_capped", "length_precision", "length_recall")


@dataclass(frozen=True, kw_only=True)
class LengthCounts:
    """How many pixels two centre lines have, and how many of them lie near the other line.

    Attributes
    ----------
    reference, candidate : int
        Pixels of each centre line.
    reference_near, candidate_near : int
        Those within the tolerance of the other centre line.
    candidate_near_capped : int
        `candidate_near`, but never more than `reference` in any one image.
    """

    reference: int
    candidate: int
    reference_near: int
    candidate_near: int
    candidate_near_capped: int

    @classmethod
    def of_one_image(
        cls, reference_near: NDArray[np.bool_], candidate_near: NDArray[np.bool_]
    ) -> "LengthCounts":
        """Count one image.

        Parameters
        ----------
        reference_near, candidate_near : ndarray of bool, shape (k,) and (m,)
            Which pixels of each centre line lie near the other.

        Returns
        -------
        counts : LengthCounts
        """
        matched = int(candidate_near.sum())
        return cls(
            reference=len(reference_near),
            candidate=len(candidate_near),
            reference_near=int(reference_near.sum()),
            candidate_near=matched,
            candidate_near_capped=min(matched, len(reference_near)),
        )


def length_scores(counts: LengthCounts) -> dict[str, float | None]:
    """Compute the length Dice and its relatives.

    Parameters
    ----------
    counts : LengthCounts
        Of one image, or summed over images.

    Returns
    -------
    scores : dict
        `dice_l`, `dice_l_sym`, `dice_l_capped`, `length_precision` and `length_recall`. All None where both
        lines are empty, all 0 where one is.

    Notes
    -----
    Lengths are pixel counts. The form printed in the published label-correction method (2022) divides twice
    the matched candidate by the sum of both and so can reach 2 where the candidate doubles the reference. Our
    own symmetric form counts the matched part of each line once and stays within [0, 1]; our own capped form
    limits the matched candidate to the reference's length.
    """
    together = counts.reference + counts.candidate
    if together == 0:
        return dict.fromkeys(LENGTH_MEASURES)
    return {
        "dice_l": 2 * counts.candidate_near / together,
        "dice_l_sym": (counts.candidate_near + counts.reference_near) / together,
        "dice_l_capped": 2 * counts.candidate_near_capped / together,
        "length_precision": counts.candidate_near / max(counts.candidate, 1),
        "length_recall": counts.reference_near / max(counts.reference, 1),
    }
