"""Agreement of two masks segment by segment: which were found, and which are false."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, label_components
from ml.metrics.centre_line import run_at

DETECTION_MEASURES = ("detection_f1", "detection_precision", "detection_recall")
SHARE_FOUND = 0.5  # of a segment's centre line


@dataclass(frozen=True, kw_only=True)
class SegmentCounts:
    """How many segments two masks have, and how many of them the other mask confirms.

    Attributes
    ----------
    reference, candidate : int
        8-connected pieces of each mask.
    found : int
        Pieces of the reference with at least half of their centre line near the candidate's.
    false : int
        Pieces of the candidate with less than half of theirs near the reference's.
    """

    reference: int
    candidate: int
    found: int
    false: int

    @classmethod
    def of_one_image(
        cls, reference_confirmed: NDArray[np.bool_], candidate_confirmed: NDArray[np.bool_]
    ) -> "SegmentCounts":
        """Count one image.

        Parameters
        ----------
        reference_confirmed, candidate_confirmed : ndarray of bool, shape (pieces,)
            From `confirmed_segments`.

        Returns
        -------
        counts : SegmentCounts
        """
        return cls(
            reference=len(reference_confirmed),
            candidate=len(candidate_confirmed),
            found=int(reference_confirmed.sum()),
            false=int((~candidate_confirmed).sum()),
        )


def confirmed_segments(mask: Runs, line: NDArray[np.int32], is_near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which pieces of a mask the other mask confirms.

    Parameters
    ----------
    mask : Runs
        Any mask.
    line : ndarray of int, shape (k, 2)
        Its centre line: every pixel lies inside the mask.
    is_near : ndarray of bool, shape (k,)
        Which of those pixels lie near the other mask's centre line.

    Returns
    -------
    is_confirmed : ndarray of bool, shape (pieces,)
        True where at least half of a piece's centre line is near; one value for each 8-connected piece.
    """
    table = label_components(mask)
    pieces = len(table.area_px)
    label = table.label_of_run[run_at(line, mask)]
    points = np.bincount(label, minlength=pieces)
    near = np.bincount(label[is_near], minlength=pieces)
    return np.asarray((near >= SHARE_FOUND * points) & (points > 0))


def detection_scores(counts: SegmentCounts) -> dict[str, float | None]:
    """Compute recall, precision and F1 over segments.

    Parameters
    ----------
    counts : SegmentCounts
        Of one image, or summed over images.

    Returns
    -------
    scores : dict
        `detection_recall`, found over all segments of the reference; `detection_precision`, those of the
        candidate that are not false over all of them; `detection_f1`, their harmonic mean. Each in [0, 1].
        All None where neither mask has a segment, all 0 where one has none.
    """
    if counts.reference + counts.candidate == 0:
        return dict.fromkeys(DETECTION_MEASURES)
    recall = counts.found / max(counts.reference, 1)
    precision = (counts.candidate - counts.false) / max(counts.candidate, 1)
    either = recall + precision
    return {
        "detection_f1": 2 * recall * precision / either if either else 0.0,
        "detection_precision": precision,
        "detection_recall": recall,
    }
