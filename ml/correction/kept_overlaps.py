"""How many pixels of labels different limits keep, and how many of those an expert marked too."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.correction.measured_label import MeasuredLabel
from ml.correction.parameters import CorrectionParameters
from ml.physics import Mode


@dataclass(frozen=True)
class KeptOverlaps:
    """Pixels of each image that each set of limits leaves.

    Attributes
    ----------
    shared_px, area_px : ndarray of int64, shape (images, sets)
        Left and marked by the expert too, and left in all.
    expert_px : ndarray of int64, shape (images,)
        Marked by the expert.
    """

    shared_px: NDArray[np.int64]
    area_px: NDArray[np.int64]
    expert_px: NDArray[np.int64]

    def of(self, is_chosen: NDArray[np.bool_]) -> "KeptOverlaps":
        """Return those of some images; `is_chosen` has shape (images,)."""
        return KeptOverlaps(self.shared_px[is_chosen], self.area_px[is_chosen], self.expert_px[is_chosen])

    def dice(self) -> NDArray[np.float64]:
        """Return the Dice of each set, pooled over images, shape (sets,); 0 where there are no pixels."""
        whole = self.area_px.sum(axis=0) + self.expert_px.sum()
        return 2 * self.shared_px.sum(axis=0) / np.maximum(whole, 1)

    def recall(self) -> NDArray[np.float64]:
        """Return the recall of each set, pooled over images, shape (sets,); 0 where there are no pixels."""
        return self.shared_px.sum(axis=0) / max(self.expert_px.sum(), 1)

    def best(self) -> int:
        """Return the place of the largest Dice; of several the larger recall, then the first."""
        dice, recall = self.dice(), self.recall()
        return int(np.lexsort((-np.arange(len(dice)), recall, dice))[-1])


def measure_overlaps(
    labels: Sequence[MeasuredLabel], tried: Sequence[CorrectionParameters | None], mode: Mode
) -> KeptOverlaps:
    """Add up the pixels of the pieces that each set of limits keeps.

    Parameters
    ----------
    labels : sequence of MeasuredLabel
        With an expert's label each.
    tried : sequence of CorrectionParameters or None
        The sets; None keeps every piece.
    mode : str
        "physical" or "relative".

    Returns
    -------
    overlaps : KeptOverlaps
        No image is opened again: each piece was measured once.
    """
    shared, area = (np.zeros((len(labels), len(tried)), dtype=np.int64) for _ in range(2))
    for number, label in enumerate(labels):
        for piece in label.pieces:
            is_kept = np.array([limits is None or piece.is_kept(limits, mode) for limits in tried])
            shared[number] += is_kept * (piece.expert_px or 0)
            area[number] += is_kept * piece.measures.area_px
    return KeptOverlaps(shared, area, np.array([label.expert_px for label in labels], dtype=np.int64))
