"""Agreement of two masks by area."""

from dataclasses import dataclass

from ml.masks import Runs, area_px, intersection_area_px


@dataclass(frozen=True, kw_only=True)
class PixelCounts:
    """How many pixels two masks share and do not share.

    Attributes
    ----------
    true_positives, false_positives, false_negatives, true_negatives : int
        Pixels in both, in the candidate alone, in the reference alone, in neither.
    """

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


def count_pixels(reference: Runs, candidate: Runs) -> PixelCounts:
    """Count the pixels of two masks by whether each has them.

    Parameters
    ----------
    reference, candidate : Runs
        Masks on one pixel grid.

    Returns
    -------
    counts : PixelCounts
        The four numbers add up to the pixels of the image.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    """
    shared = intersection_area_px(reference, candidate)
    only_candidate = area_px(candidate) - shared
    only_reference = area_px(reference) - shared
    return PixelCounts(
        true_positives=shared,
        false_positives=only_candidate,
        false_negatives=only_reference,
        true_negatives=reference.rows * reference.columns - shared - only_candidate - only_reference,
    )


def dice(counts: PixelCounts) -> float | None:
    """Return twice the shared area over the sum of the areas.

    Parameters
    ----------
    counts : PixelCounts
        From `count_pixels`.

    Returns
    -------
    dice : float or None
        In [0, 1]; None where both masks are empty, 0 where one is.
    """
    doubled = 2 * counts.true_positives
    return _share(doubled, doubled + counts.false_positives + counts.false_negatives)


def overlap_scores(counts: PixelCounts) -> dict[str, float | None]:
    """Compute the measures of agreement by area.

    Parameters
    ----------
    counts : PixelCounts
        From `count_pixels`.

    Returns
    -------
    scores : dict
        `dice`, `jaccard`, `precision`, `recall`, `specificity`, `accuracy`, each in [0, 1] or None. With two
        empty masks the first four are None; with exactly one they are 0, also where their own denominator is
        0. `specificity` is None where the reference leaves no outside.
    """
    tp, fp = counts.true_positives, counts.false_positives
    fn, tn = counts.false_negatives, counts.true_negatives
    is_nothing_marked = tp + fp + fn == 0
    return {
        "dice": dice(counts),
        "jaccard": _share(tp, tp + fp + fn),
        "precision": None if is_nothing_marked else _share(tp, tp + fp) or 0.0,
        "recall": None if is_nothing_marked else _share(tp, tp + fn) or 0.0,
        "specificity": _share(tn, tn + fp),
        "accuracy": _share(tp + tn, tp + fp + fn + tn),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
