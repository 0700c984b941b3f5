"""Everything that one page says about two masks of one image."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.errors import MetricParameterError
from ml.masks import Runs, area_px, kulpa_length_mm, skeleton
from ml.metrics.definitions import DEFINITIONS_VERSION, EMPTY_RULE, LENGTH_MEASURE
from ml.metrics.length_overlap import LENGTH_MEASURES, length_scores
from ml.metrics.overlap import count_pixels, overlap_scores

DEFAULT_TOLERANCE_MM = 1.05  # half the width of a vessel, 2.1 mm
MILLIMETRE_MEASURES = (
    *LENGTH_MEASURES,
    "reference_length_mm",
    "candidate_length_mm",
    "reference_area_mm2",
    "candidate_area_mm2",
)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Agreement of a candidate mask with a reference mask.

    Attributes
    ----------
    dice, jaccard, precision, recall, specificity, accuracy : float or None
        By area, in [0, 1].
    dice_length_printed, dice_length_symmetric, dice_length_capped : float or None
        By centre line; the printed form can exceed 1.
    length_precision, length_recall : float or None
        By centre line, in [0, 1].
    reference_length_mm, candidate_length_mm : float or None
        Kulpa length of the centre lines; 0 for an empty mask.
    reference_area_mm2, candidate_area_mm2 : float or None
        Areas; 0 for an empty mask.
    reference_area_px, candidate_area_px : int
        Areas in pixels.
    true_positives_px, false_positives_px, false_negatives_px, true_negatives_px : int
        Pixels in both, in the candidate alone, in the reference alone, in neither.
    undefined : dict
        Name of each measure that is None, to the code of its reason (see `UNDEFINED_REASONS`).
    definition : dict
        The choices behind the numbers: version, tolerance, connectivity, empty rule, length measure, spacing.
    """

    dice: float | None
    jaccard: float | None
    precision: float | None
    recall: float | None
    specificity: float | None
    accuracy: float | None
    dice_length_printed: float | None
    dice_length_symmetric: float | None
    dice_length_capped: float | None
    length_precision: float | None
    length_recall: float | None
    reference_length_mm: float | None
    candidate_length_mm: float | None
    reference_area_mm2: float | None
    candidate_area_mm2: float | None
    reference_area_px: int
    candidate_area_px: int
    true_positives_px: int
    false_positives_px: int
    false_negatives_px: int
    true_negatives_px: int
    undefined: Mapping[str, str]
    definition: Mapping[str, object]


def compare_masks(
    reference: Runs,
    candidate: Runs,
    *,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float = DEFAULT_TOLERANCE_MM,
) -> Comparison:
    """Compare two masks of one image.

    Parameters
    ----------
    reference, candidate : Runs
        Masks on one pixel grid. The candidate is what is judged.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None leaves every measure that needs millimetres undefined.
    tolerance_mm : float
        Pixels of the two centre lines match within this distance.

    Returns
    -------
    comparison : Comparison
        Both masks empty: agreement is None with the reason `both_empty`. One empty: 0.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not positive or the tolerance is negative.
    """
    _check_parameters(pixel_spacing_mm, tolerance_mm)
    counts = count_pixels(reference, candidate)
    reference_px = counts.true_positives + counts.false_negatives
    candidate_px = counts.true_positives + counts.false_positives
    scores, undefined = overlap_scores(counts)
    in_millimetres, undefined_mm = _in_millimetres(reference, candidate, pixel_spacing_mm, tolerance_mm)
    return Comparison(
        **scores,
        **in_millimetres,
        reference_area_px=reference_px,
        candidate_area_px=candidate_px,
        true_positives_px=counts.true_positives,
        false_positives_px=counts.false_positives,
        false_negatives_px=counts.false_negatives,
        true_negatives_px=counts.true_negatives,
        undefined=undefined | undefined_mm,
        definition=_definition(pixel_spacing_mm, tolerance_mm),
    )


def _check_parameters(pixel_spacing_mm: tuple[float, float] | None, tolerance_mm: float) -> None:
    if pixel_spacing_mm is not None and not all(0 < side < float("inf") for side in pixel_spacing_mm):
        raise MetricParameterError(
            f"The pixel spacing {pixel_spacing_mm} mm is not that of an image; give two numbers above 0, or "
            "none where it is not known."
        )
    if not 0 <= tolerance_mm < float("inf"):
        raise MetricParameterError(f"The tolerance {tolerance_mm} mm is not a distance; give 0 or more.")


def _in_millimetres(
    reference: Runs,
    candidate: Runs,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float,
) -> tuple[dict[str, float | None], dict[str, str]]:
    if pixel_spacing_mm is None:
        return dict.fromkeys(MILLIMETRE_MEASURES), dict.fromkeys(MILLIMETRE_MEASURES, "pixel_spacing_missing")
    lines = skeleton(reference), skeleton(candidate)
    scores = length_scores(*lines, pixel_spacing_mm=pixel_spacing_mm, tolerance_mm=tolerance_mm)
    undefined = {name: "both_empty" for name in LENGTH_MEASURES if scores[name] is None}
    areas = [area_px(mask) * pixel_spacing_mm[0] * pixel_spacing_mm[1] for mask in (reference, candidate)]
    lengths = [kulpa_length_mm(line, pixel_spacing_mm) for line in lines]
    scores |= dict(zip(MILLIMETRE_MEASURES[-4:], (*lengths, *areas), strict=True))
    return scores, undefined


def _definition(pixel_spacing_mm: tuple[float, float] | None, tolerance_mm: float) -> dict[str, object]:
    return {
        "version": DEFINITIONS_VERSION,
        "tolerance_mm": tolerance_mm,
        "connectivity": 8,
        "empty_rule": EMPTY_RULE,
        "length_measure": LENGTH_MEASURE,
        "pixel_spacing_mm": None if pixel_spacing_mm is None else list(pixel_spacing_mm),
    }
