"""The short comparison for loops over many masks: overlap, centre lines and pieces, without outlines."""

from collections.abc import Mapping
from dataclasses import dataclass

from ml.masks import Runs, label_components
from ml.metrics.length_overlap import LengthCounts, length_scores
from ml.metrics.matching import Matching
from ml.metrics.overlap import count_pixels, dice


@dataclass(frozen=True, kw_only=True)
class LengthReport:
    """Agreement by length, with what it is made of; names and meaning as in `Comparison`.

    Attributes
    ----------
    dice, dice_l, dice_l_sym, dice_l_capped, length_precision, length_recall : float or None
        None where both masks are empty.
    segments_reference, segments_candidate : int
        8-connected pieces of each mask.
    skeleton_reference_px, skeleton_candidate_px : int
        Pixels of the centre lines.
    skeleton_reference_near_px, skeleton_candidate_near_px : int
        Those within the tolerance of the other centre line.
    definition : dict
        As in `Comparison`.
    """

    dice: float | None
    dice_l: float | None
    dice_l_sym: float | None
    dice_l_capped: float | None
    length_precision: float | None
    length_recall: float | None
    segments_reference: int
    segments_candidate: int
    skeleton_reference_px: int
    skeleton_candidate_px: int
    skeleton_reference_near_px: int
    skeleton_candidate_near_px: int
    definition: Mapping[str, object]


def report_lengths(
    reference: Runs,
    candidate: Runs,
    *,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float | None = None,
    tolerance_px: float | None = None,
    merge_tracks: bool = False,
) -> LengthReport:
    """Compare two masks of one image by length alone.

    Parameters
    ----------
    reference, candidate : Runs
        Masks on one pixel grid. The candidate is what is judged.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing, each from 0.005 to 5 mm; None needs a tolerance in pixels.
    tolerance_mm : float, optional
        Pixels of the two centre lines match within this distance, 1.05 mm by default, 1000 mm at most.
    tolerance_px : float, optional
        The same in pixels, in place of `tolerance_mm`, 100,000 at most; needs no spacing.
    merge_tracks : bool
        Join the two walls of a vessel before the centre lines are taken; needs the spacing.

    Returns
    -------
    report : LengthReport
        Equal to the fields of the same name of `compare_masks`.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image, the tolerance is no distance within one, or two tolerances are
        given.
    PixelSpacingMissingError
        If the tolerance is in mm, or tracks are to be merged, and the spacing is not known.
    """
    matching = Matching(
        pixel_spacing_mm=pixel_spacing_mm,
        tolerance_mm=tolerance_mm,
        tolerance_px=tolerance_px,
        merge_tracks=merge_tracks,
    )
    counts = count_pixels(reference, candidate)
    traced = matching.traced(reference), matching.traced(candidate)
    pieces = [len(label_components(mask).area_px) for mask, _ in traced]
    lines = [line for _, line in traced]
    lengths = LengthCounts.of_one_image(matching.is_near(*lines), matching.is_near(*lines[::-1]))
    scores = length_scores(lengths)
    return LengthReport(
        dice=dice(counts),
        **scores,
        segments_reference=pieces[0],
        segments_candidate=pieces[1],
        skeleton_reference_px=lengths.reference,
        skeleton_candidate_px=lengths.candidate,
        skeleton_reference_near_px=lengths.reference_near,
        skeleton_candidate_near_px=lengths.candidate_near,
        definition=matching.definition(),
    )
