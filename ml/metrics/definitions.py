"""What each measure of agreement means, in the words that the page and the command show."""

DEFINITIONS_VERSION = 3

MIRRORED = (
    " Thinning is not the same in a mirror: in a mirrored image the length of a brush stroke typically "
    "differs by less than 1 %, that of a ragged label by a few per cent, and a straight stroke within about "
    "a degree of a diagonal may lose part of one end."
)

# Agreement by area, by length, inside the other mask, and by segment: each a ratio that can be pooled.
AREA_DEFINITIONS: dict[str, str] = {
    "dice": "Twice the shared area divided by the sum of both areas. 1 is the same mask, 0 shares nothing.",
    "jaccard": "The shared area divided by the area that either mask covers.",
    "precision": "The share of the candidate's area that the reference also marks.",
    "recall": "The share of the reference's area that the candidate also marks.",
    "specificity": "The share of the pixels outside the reference that the candidate also leaves out.",
    "accuracy": "The share of all pixels on which both agree. Close to 1 for almost any mask of a small "
    "finding, so it must not be used to rank.",
}

LENGTH_DEFINITIONS: dict[str, str] = {
    "dice_l": "Twice the candidate's centre line that lies near the reference's centre line, divided by the "
    "sum of both centre lines, counted in pixels. Can exceed 1 where the candidate runs twice along one "
    "reference line.",
    "dice_l_sym": "The parts of both centre lines that lie near the other one, divided by the sum of both "
    "centre lines. Between 0 and 1 and the same in either direction: use this one to rank.",
    "dice_l_capped": "As the printed length Dice, but the part that counts is never longer than the "
    "reference's centre line, so it cannot exceed 1.",
    "length_precision": "The share of the candidate's centre line that lies near the reference's.",
    "length_recall": "The share of the reference's centre line that lies near the candidate's.",
}

TOPOLOGY_DEFINITIONS: dict[str, str] = {
    "cl_dice": "Centre-line Dice: the harmonic mean of the shares of each centre line that run inside "
    "the other mask. A thin label that is shifted by its own width scores 0.",
    "topology_precision": "The share of the candidate's centre line that runs inside the reference.",
    "topology_sensitivity": "The share of the reference's centre line that runs inside the candidate.",
}

DETECTION_DEFINITIONS: dict[str, str] = {
    "detection_f1": "The harmonic mean of detection precision and detection recall.",
    "detection_precision": "The share of the candidate's segments that are not false.",
    "detection_recall": "The share of the reference's segments that are found.",
}

SURFACE_DEFINITIONS: dict[str, str] = {
    "hd_mm": "Hausdorff distance: the farthest that any point of one outline lies from the other outline.",
    "hd95_mm": "As the Hausdorff distance, but the farthest 5 % of each outline are left out; the larger of "
    "the two directions.",
    "assd_mm": "The mean distance from each outline to the other one, over the points of both.",
    "hd95_penalised_mm": "As HD95; where exactly one mask is empty, the diagonal of the image, so that a "
    "mean over images counts a missed one.",
    "assd_penalised_mm": "As the mean distance of outlines; where exactly one mask is empty, the diagonal of "
    "the image.",
    "hd_px": "Hausdorff distance in pixels.",
    "hd95_px": "HD95 in pixels.",
    "assd_px": "The mean distance of outlines in pixels.",
    "hd95_penalised_px": "HD95 in pixels; the diagonal of the image where exactly one mask is empty.",
    "assd_penalised_px": "The mean distance of outlines in pixels; the diagonal of the image where exactly "
    "one mask is empty.",
}

SIZE_DEFINITIONS: dict[str, str] = {
    "length_reference_mm": "Length of the reference's centre line: straight steps weighted 0.948, diagonal "
    "steps 1.343, without the rounded ends." + MIRRORED,
    "length_candidate_mm": "Length of the candidate's centre line, measured in the same way." + MIRRORED,
    "length_error_mm": "How much the two lengths differ, whichever is longer.",
    "length_reference_px": "Length of the reference's centre line in pixels, measured in the same way."
    + MIRRORED,
    "length_candidate_px": "Length of the candidate's centre line in pixels, measured in the same way."
    + MIRRORED,
    "length_error_px": "How much the two lengths differ in pixels, whichever is longer.",
    "area_reference_mm2": "Area that the reference marks.",
    "area_candidate_mm2": "Area that the candidate marks.",
    "area_reference_px": "Number of pixels that the reference marks.",
    "area_candidate_px": "Number of pixels that the candidate marks.",
}

COUNT_DEFINITIONS: dict[str, str] = {
    "segments_reference": "Number of separate pieces of the reference; those that touch at a corner are one.",
    "segments_candidate": "Number of separate pieces of the candidate.",
    "segments_found": "Pieces of the reference with half or more of their centre line near the candidate's.",
    "segments_false": "Pieces of the candidate with less than half of their centre line near the reference.",
    "true_positives_px": "Pixels that both mark.",
    "false_positives_px": "Pixels that only the candidate marks.",
    "false_negatives_px": "Pixels that only the reference marks.",
    "true_negatives_px": "Pixels that neither marks.",
    "skeleton_reference_px": "Pixels of the reference's centre line.",
    "skeleton_candidate_px": "Pixels of the candidate's centre line.",
    "skeleton_reference_near_px": "Pixels of the reference's centre line near the candidate's.",
    "skeleton_candidate_near_px": "Pixels of the candidate's centre line near the reference's.",
    "skeleton_reference_inside_px": "Pixels of the reference's centre line inside the candidate.",
    "skeleton_candidate_inside_px": "Pixels of the candidate's centre line inside the reference.",
}

DEFINITIONS: dict[str, str] = {
    **AREA_DEFINITIONS,
    **LENGTH_DEFINITIONS,
    **TOPOLOGY_DEFINITIONS,
    **DETECTION_DEFINITIONS,
    **SURFACE_DEFINITIONS,
    **SIZE_DEFINITIONS,
    **COUNT_DEFINITIONS,
}

UNDEFINED_REASONS: dict[str, str] = {
    "both_empty": "Both masks are empty: there is nothing to compare. The image is counted apart, "
    "not in means.",
    "one_empty": "One of the masks is empty: there is no outline to measure a distance to.",
    "no_reference_segment": "No image of the set has a segment in its reference: there is nothing to find.",
    "no_background": "The reference covers the whole image: there is no outside.",
    "pixel_spacing_missing": "The size of a pixel is not known for this image, so nothing can be said in "
    "millimetres.",
}

EMPTY_RULE = (
    "both empty: undefined, counted apart and left out of means; exactly one empty: agreement 0, no "
    "distance of outlines"
)
LENGTH_MEASURE = (
    "skeleton of Zhang and Suen; pixel counts in the length Dice family; Kulpa weights 0.948 and 1.343 in "
    "lengths"
)
OBLONG_PIXELS = (
    "the Kulpa weights were made for square pixels: in millimetres of pixels that are not square, lengths "
    "are an approximation that depends on the direction of the line"
)
SURFACE_MEASURE = (
    "outline: pixels with one of four neighbours outside; HD95: the larger of the two directions' 95th "
    "percentiles, interpolated linearly"
)
