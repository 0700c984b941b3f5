"""Measure a predictor on phantoms it has not seen, and choose its cutoff on others."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.inference import Predictor, predict_arguments
from ml.phantom import Phantom, expert_mask

CUTOFFS = tuple(round(0.05 * k, 2) for k in range(1, 20))
# A point of a vessel counts as found within half the width of a stroke.
TOLERANCE_MM = 1.05
# A marked spot smaller than this is not counted as a false one: nobody would look at it.
SMALLEST_SPOT_MM2 = 1.0


@dataclass
class Counts:
    """Sums over images at one cutoff; figures are made of the sums (pooled)."""

    true_px: int = 0
    marked_px: int = 0
    reference_px: int = 0
    found_points: int = 0
    line_points: int = 0
    false_spots: int = 0
    images: int = 0

    def figures(self) -> dict[str, float]:
        """Return Dice, precision, recall, length recall and false spots for each image without BAC."""
        return {
            "dice": _ratio(2 * self.true_px, self.marked_px + self.reference_px),
            "precision": _ratio(self.true_px, self.marked_px),
            "recall": _ratio(self.true_px, self.reference_px),
            "length_recall": _ratio(self.found_points, self.line_points),
            "false_spots_per_clean_image": _ratio(self.false_spots, self.images),
        }


def measure(predictor: Predictor, phantoms: Iterable[Phantom]) -> dict[float, Counts]:
    """Run a predictor on both images of each phantom and count at every cutoff.

    Parameters
    ----------
    predictor : Predictor
        As it will be used.
    phantoms : iterable of Phantom
        Not seen in training.

    Returns
    -------
    dict of float to Counts
        For each of `CUTOFFS`. The reference is the simulated expert's mask; false spots are counted on
        phantoms without BAC only.
    """
    counts = {cutoff: Counts() for cutoff in CUTOFFS}
    for phantom in phantoms:
        reference = expert_mask(phantom)
        raw_how = predict_arguments(phantom.raw, phantom.acquisition)
        shown_how = predict_arguments(phantom.presentation, phantom.presentation_acquisition)
        for pixels, how in ((phantom.raw, raw_how), (phantom.presentation, shown_how)):
            probability = predictor.predict(pixels, **how)
            for cutoff, count in counts.items():
                _add(count, probability > cutoff * 255, reference, phantom)
    return counts


def best_cutoff(counts: dict[float, Counts]) -> float:
    """Return the cutoff of the largest pooled Dice; of equal ones the one nearest to a half."""
    return max(counts, key=lambda cutoff: (counts[cutoff].figures()["dice"], -abs(cutoff - 0.5)))


def _add(count: Counts, marked: NDArray[np.bool_], reference: NDArray[np.bool_], phantom: Phantom) -> None:
    count.true_px += int(np.count_nonzero(marked & reference))
    count.marked_px += int(np.count_nonzero(marked))
    count.reference_px += int(np.count_nonzero(reference))
    if phantom.bac_lines:
        points = np.floor(np.vstack(phantom.bac_lines)).astype(int)
        distance_px = cv2.distanceTransform((~marked).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        near = distance_px[points[:, 0], points[:, 1]] * phantom.pixel_spacing_mm <= TOLERANCE_MM
        count.found_points += int(np.count_nonzero(near & marked.any()))
        count.line_points += len(points)
    else:
        _, _, spots, _ = cv2.connectedComponentsWithStats(marked.astype(np.uint8), connectivity=8)
        area_mm2 = spots[1:, cv2.CC_STAT_AREA] * phantom.pixel_spacing_mm**2
        count.false_spots += int(np.count_nonzero(area_mm2 >= SMALLEST_SPOT_MM2))
        count.images += 1


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
