"""Everything that is measured of two masks of one image, under one name each."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Agreement of a candidate mask with a reference mask.

    `DEFINITIONS` says in plain words what each measure is. A measure is None exactly where `undefined` names
    it.

    Attributes
    ----------
    dice, jaccard, precision, recall, specificity, accuracy : float or None
        By area, in [0, 1].
    dice_l, dice_l_sym, dice_l_capped, length_precision, length_recall : float or None
        By centre line within the tolerance, in [0, 1]; only `dice_l`, the printed form, can exceed 1.
    cl_dice, topology_precision, topology_sensitivity : float or None
        By centre line inside the other mask, in [0, 1].
    detection_f1, detection_precision, detection_recall : float or None
        By segment, in [0, 1].
    hd_mm, hd95_mm, assd_mm, hd_px, hd95_px, assd_px : float or None
        Distances of the outlines; None where a mask is empty.
    hd95_penalised_mm, assd_penalised_mm, hd95_penalised_px, assd_penalised_px : float or None
        The same, but the diagonal of the image where exactly one mask is empty.
    length_reference_mm, length_candidate_mm, length_error_mm : float or None
        Kulpa lengths of the centre lines and their difference without sign; 0 for an empty mask.
    length_reference_px, length_candidate_px, length_error_px : float
        The same in pixels.
    area_reference_mm2, area_candidate_mm2 : float or None
        Areas; 0 for an empty mask.
    area_reference_px, area_candidate_px : int
        Areas in pixels.
    segments_reference, segments_candidate : int
        8-connected pieces of each mask.
    segments_found, segments_false : int or None
        Pieces of the reference that are found, and pieces of the candidate that are false.
    true_positives_px, false_positives_px, false_negatives_px, true_negatives_px : int
        Pixels in both, in the candidate alone, in the reference alone, in neither.
    skeleton_reference_px, skeleton_candidate_px : int
        Pixels of the centre lines.
    skeleton_reference_near_px, skeleton_candidate_near_px : int or None
        Those within the tolerance of the other centre line.
    skeleton_reference_inside_px, skeleton_candidate_inside_px : int
        Those inside the other mask.
    undefined : dict
        Name of each measure that is None, to the code of its reason (see `UNDEFINED_REASONS`).
    definition : dict
        The choices behind the numbers: version, tolerance, connectivity, empty rule, merging of tracks and
        pruning of their spurs, measures of length and surface, spacing, and `length_note`, None where there
        is nothing to heed about the lengths of this image.
    """

    dice: float | None
    jaccard: float | None
    precision: float | None
    recall: float | None
    specificity: float | None
    accuracy: float | None
    dice_l: float | None
    dice_l_sym: float | None
    dice_l_capped: float | None
    length_precision: float | None
    length_recall: float | None
    cl_dice: float | None
    topology_precision: float | None
    topology_sensitivity: float | None
    detection_f1: float | None
    detection_precision: float | None
    detection_recall: float | None
    hd_mm: float | None
    hd95_mm: float | None
    assd_mm: float | None
    hd95_penalised_mm: float | None
    assd_penalised_mm: float | None
    hd_px: float | None
    hd95_px: float | None
    assd_px: float | None
    hd95_penalised_px: float | None
    assd_penalised_px: float | None
    length_reference_mm: float | None
    length_candidate_mm: float | None
    length_error_mm: float | None
    length_reference_px: float
    length_candidate_px: float
    length_error_px: float
    area_reference_mm2: float | None
    area_candidate_mm2: float | None
    area_reference_px: int
    area_candidate_px: int
    segments_reference: int
    segments_candidate: int
    segments_found: int | None
    segments_false: int | None
    true_positives_px: int
    false_positives_px: int
    false_negatives_px: int
    true_negatives_px: int
    skeleton_reference_px: int
    skeleton_candidate_px: int
    skeleton_reference_near_px: int | None
    skeleton_candidate_near_px: int | None
    skeleton_reference_inside_px: int
    skeleton_candidate_inside_px: int
    undefined: Mapping[str, str]
    definition: Mapping[str, object]
