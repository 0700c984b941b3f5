"""How long the calcification is that a classifier's heatmap points at, roughly."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.masks import from_dense, kulpa_length_mm, skeleton
from ml.metrics.classification import Cutoff, best_cutoff_of_sweep
from ml.metrics.quantities import correlations

VESSEL_WIDTH_MM = 2.1
FEWEST_LENGTHS = 3


@dataclass(frozen=True)
class LengthProxy:
    """What lies above the cutoff of a heatmap.

    Attributes
    ----------
    cutoff : float or None
        From 0 to 1; None for an empty heatmap.
    area_px : int
        Pixels at the cutoff or above.
    area_mm2, length_by_area_mm, length_by_line_mm : float or None
        The area, the length of a vessel 2.1 mm wide of that area, and the length of the area's centre line;
        None without a pixel spacing. A heatmap is coarse: its spots are wider than vessels, so the lengths go
        up and down with the true one, and are not in its scale.
    """

    cutoff: float | None
    area_px: int
    area_mm2: float | None
    length_by_area_mm: float | None
    length_by_line_mm: float | None


def estimate_length(
    heatmap: NDArray[np.uint8],
    pixel_spacing_mm: tuple[float, float] | None,
    *,
    cutoff: float | None = None,
    is_positive: bool = True,
) -> LengthProxy:
    """Estimate a length from a heatmap.

    Parameters
    ----------
    heatmap : ndarray of uint8, shape (rows, columns)
        On the image's own pixels.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.
    cutoff : float, optional
        Level from 0 to 1 that counts; by default where the levels above 0 fall apart (Otsu).
    is_positive : bool
        False where the network says that there is nothing: then nothing counts.

    Returns
    -------
    LengthProxy
    """
    level = _otsu(heatmap) if cutoff is None else cutoff * 255
    marked = (heatmap > 0) & (heatmap >= level) & is_positive
    area_px = int(np.count_nonzero(marked))
    used = None if not heatmap.any() else float(level) / 255
    if pixel_spacing_mm is None:
        return LengthProxy(used, area_px, None, None, None)
    area_mm2 = area_px * pixel_spacing_mm[0] * pixel_spacing_mm[1]
    return LengthProxy(
        cutoff=used,
        area_px=area_px,
        area_mm2=area_mm2,
        length_by_area_mm=area_mm2 / VESSEL_WIDTH_MM,
        length_by_line_mm=kulpa_length_mm(skeleton(from_dense(marked)), pixel_spacing_mm),
    )


def choose_heatmap_cutoff(
    heatmaps: Sequence[NDArray[np.uint8]],
    pixel_spacings_mm: Sequence[tuple[float, float]],
    lengths_mm: Sequence[float],
) -> Cutoff:
    """Choose, on validation images, the cutoff at which estimated lengths are ranked most like measured ones.

    Parameters
    ----------
    heatmaps, pixel_spacings_mm, lengths_mm : sequence
        Of each image: the heatmap, the (row, column) spacing, and the measured length.

    Returns
    -------
    Cutoff
        Of .05 to .95, the lowest with the largest rank correlation, each taken together with its neighbours:
        of a few images one cutoff alone can be the best by chance.

    Raises
    ------
    StatisticsInputError
        With code `undefined_everywhere` where there are fewer than three images, or nothing varies.
    """

    def agreement(cutoff: float) -> float | None:
        areas = [
            np.count_nonzero(heatmap >= cutoff * 255) * spacing[0] * spacing[1]
            for heatmap, spacing in zip(heatmaps, pixel_spacings_mm, strict=True)
        ]
        return rank_agreement(areas, lengths_mm)

    def with_neighbours(cutoff: float) -> float | None:
        near = (sweep.get(round(cutoff + step, 10)) for step in (-0.05, 0.0, 0.05))
        defined = [value for value in near if value is not None]
        return sum(defined) / len(defined) if defined else None

    sweep = best_cutoff_of_sweep(agreement).sweep
    return best_cutoff_of_sweep(with_neighbours)


def rank_agreement(estimated_mm: Sequence[float], measured_mm: Sequence[float]) -> float | None:
    """Say how well estimated lengths are ranked like measured ones.

    Parameters
    ----------
    estimated_mm, measured_mm : sequence of float
        Of each image.

    Returns
    -------
    float or None
        Spearman's correlation; None where there are fewer than three images, or nothing varies.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` or `not_finite`.
    """
    if len(estimated_mm) == len(measured_mm) < FEWEST_LENGTHS:
        return None
    return correlations(estimated_mm, measured_mm).spearman


def _otsu(heatmap: NDArray[np.uint8]) -> float:
    levels = heatmap[heatmap > 0]
    if levels.size == 0:
        return 0.0
    threshold, _ = cv2.threshold(levels[None], 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return float(threshold) + 1 if levels.max() > threshold else float(levels.max())
