"""Cutoffs from .05 to .95: counts of pixels at each, the best one, and the figures at it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.explain import bin_table
from ml.training.evaluation import CUTOFFS


@dataclass
class CutoffSweep:
    """Counts of each image at every cutoff: pixels marked, marked rightly, and to be marked.

    `tables` are those of `ml.explain.bin_table`, of pixels that are marked or may be: nearly all of an image
    has neither label nor any probability, and would make every network look calibrated.
    """

    marked: list[NDArray[np.int64]] = field(default_factory=list)
    right: list[NDArray[np.int64]] = field(default_factory=list)
    wanted: list[int] = field(default_factory=list)
    tables: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, probability: NDArray[np.uint8], reference: NDArray[np.bool_]) -> None:
        """Count one image; a pixel is marked where its probability, times 255, lies above the cutoff's."""
        self.marked.append(_above(probability))
        self.right.append(_above(probability[reference]))
        self.wanted.append(int(np.count_nonzero(reference)))
        told = reference | (probability > 0)
        self.tables.append(bin_table(probability[told] / 255, reference[told]))

    def best(self) -> float:
        """Return the cutoff of the largest Dice over all pixels; of equal ones the one nearest to a half."""
        return max(CUTOFFS, key=lambda cutoff: (self.figures(cutoff)["dice"], -abs(cutoff - 0.5)))

    def figures(self, cutoff: float) -> dict[str, float]:
        """Return the figures at a cutoff.

        Parameters
        ----------
        cutoff : float
            One of `CUTOFFS`.

        Returns
        -------
        dict of str to float
            "dice", "precision" and "recall" over the pixels of all images; "mean_dice" over images with
            something to find; "clean_images_marked", the share of the others on which a pixel is marked.
        """
        k = CUTOFFS.index(cutoff)
        marked, right = (np.array([counts[k] for counts in part]) for part in (self.marked, self.right))
        wanted = np.array(self.wanted)
        is_clean = wanted == 0
        dice = 2 * right[~is_clean] / (marked + wanted)[~is_clean]
        return {
            "dice": _ratio(2 * int(right.sum()), int((marked + wanted).sum())),
            "mean_dice": round(float(dice.mean()), 4) if dice.size else 0.0,
            "precision": _ratio(int(right.sum()), int(marked.sum())),
            "recall": _ratio(int(right.sum()), int(wanted.sum())),
            "clean_images_marked": _ratio(int((marked[is_clean] > 0).sum()), int(is_clean.sum())),
        }


def _above(levels: NDArray[np.uint8]) -> NDArray[np.int64]:
    counts = np.bincount(levels.ravel(), minlength=256)
    return np.array([counts[int(np.floor(cutoff * 255)) + 1 :].sum() for cutoff in CUTOFFS])


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
