"""What each measure of agreement means, in the words that the page shows."""

DEFINITIONS_VERSION = 1

DEFINITIONS: dict[str, str] = {
    "dice": "Twice the shared area divided by the sum of both areas. 1 is the same mask, 0 shares nothing.",
    "jaccard": "The shared area divided by the area that either mask covers.",
    "precision": "The share of the candidate's area that the reference also marks.",
    "recall": "The share of the reference's area that the candidate also marks.",
    "specificity": "The share of the pixels outside the reference that the candidate also leaves out.",
    "accuracy": "The share of all pixels on which both agree. Close to 1 for almost any mask of a small "
    "finding, so it must not be used to rank.",
    "dice_length_printed": "Twice the candidate's centre line that lies near the reference's centre line, "
    "divided by the sum of both centre lines, counted in pixels. Can exceed 1 where the candidate runs twice "
    "along one reference line.",
    "dice_length_symmetric": "The parts of both centre lines that lie near the other one, divided by the sum "
    "of both centre lines. Between 0 and 1 and the same in either direction: use this one to rank.",
    "dice_length_capped": "As the printed length Dice, but the part that counts is never longer than the "
    "reference's centre line, so it cannot exceed 1.",
    "length_precision": "The share of the candidate's centre line that lies near the reference's.",
    "length_recall": "The share of the reference's centre line that lies near the candidate's.",
    "reference_length_mm": "Length of the reference's centre line: straight steps weighted 0.948, diagonal "
    "steps 1.343, without the rounded ends.",
    "candidate_length_mm": "Length of the candidate's centre line, measured in the same way.",
    "reference_area_px": "Number of pixels that the reference marks.",
    "candidate_area_px": "Number of pixels that the candidate marks.",
    "reference_area_mm2": "Area that the reference marks.",
    "candidate_area_mm2": "Area that the candidate marks.",
    "true_positives_px": "Pixels that both mark.",
    "false_positives_px": "Pixels that only the candidate marks.",
    "false_negatives_px": "Pixels that only the reference marks.",
    "true_negatives_px": "Pixels that neither marks.",
}

UNDEFINED_REASONS: dict[str, str] = {
    "both_empty": "Both masks are empty: there is nothing to compare. The image is counted apart, "
    "not in means.",
    "no_background": "The reference covers the whole image: there is no outside.",
    "pixel_spacing_missing": "The size of a pixel is not known for this image, so nothing can be said in "
    "millimetres.",
}

EMPTY_RULE = "both empty: undefined, counted apart and left out of means; exactly one empty: 0"
LENGTH_MEASURE = (
    "skeleton of Zhang and Suen; pixel counts in the length Dice family; Kulpa weights 0.948 and 1.343 in mm"
)
