"""Measures two masks of one image against each other."""

import math
from dataclasses import asdict
from typing import Any

from ml.masks import Runs, kulpa_length_mm, label_components
from ml.metrics.centre_line import TopologyCounts, run_at, topology_scores
from ml.metrics.comparison import Comparison
from ml.metrics.definitions import DEFINITIONS
from ml.metrics.length_overlap import LENGTH_MEASURES, LengthCounts, length_scores
from ml.metrics.lesions import DETECTION_MEASURES, SegmentCounts, confirmed_segments, detection_scores
from ml.metrics.matching import Matching, Traced
from ml.metrics.overlap import PixelCounts, count_pixels, overlap_scores
from ml.metrics.surface import SURFACE_MEASURES, surface_distances, surface_points, surface_scores

Scores = dict[str, Any]
SEGMENTS = ("segments_reference", "segments_candidate")
NEEDS_MATCHING = (
    *LENGTH_MEASURES,
    *DETECTION_MEASURES,
    "segments_found",
    "segments_false",
    "skeleton_reference_near_px",
    "skeleton_candidate_near_px",
)


def compare_masks(
    reference: Runs,
    candidate: Runs,
    *,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float | None = None,
    tolerance_px: float | None = None,
    merge_tracks: bool = False,
) -> Comparison:
    """Compare two masks of one image.

    Parameters
    ----------
    reference, candidate : Runs
        Masks on one pixel grid. The candidate is what is judged.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing, each from 0.005 to 5 mm; None leaves every measure in millimetres undefined.
    tolerance_mm : float, optional
        Pixels of the two centre lines match within this distance, 1.05 mm by default, 1000 mm at most.
        Without spacing, what needs it is undefined.
    tolerance_px : float, optional
        The same in pixels, in place of `tolerance_mm`, 100,000 at most; needs no spacing.
    merge_tracks : bool
        Join the two walls of a vessel before the centre lines are taken, and drop the spurs to the corners of
        what is joined; needs the spacing. Areas and outlines are measured on the masks as they are.

    Returns
    -------
    comparison : Comparison
        Both masks empty: agreement and distances are None with the reason `both_empty`. One empty:
        agreement is 0, and the distances are None with the reason `one_empty`.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image, the tolerance is no distance within one, or two tolerances are
        given.
    PixelSpacingMissingError
        If tracks are to be merged and the spacing is not known.

    Notes
    -----
    The line of merged tracks is one line, but not the line that would have been painted: like that of any
    wide mask it ends about half the width before a square end, and where the walls are more than 2 mm apart
    they stay two. Lengths of one and the other kind of label are not to be compared.
    """
    matching = Matching(
        pixel_spacing_mm=pixel_spacing_mm,
        tolerance_mm=tolerance_mm,
        tolerance_px=tolerance_px,
        merge_tracks=merge_tracks,
    )
    counts = count_pixels(reference, candidate)
    traced = matching.traced(reference), matching.traced(candidate)
    scores = (
        _by_area(counts, pixel_spacing_mm)
        | _by_centre_line(*traced)
        | _by_matching(*traced, matching)
        | _lengths(*traced, pixel_spacing_mm)
        | _surfaces(reference, candidate, pixel_spacing_mm)
    )
    undefined = {
        name: _reason(name, counts, matching=matching) for name in DEFINITIONS if scores[name] is None
    }
    return Comparison(**scores, undefined=undefined, definition=matching.definition())


def _reason(name: str, counts: PixelCounts, *, matching: Matching) -> str:
    if name == "specificity":
        return "no_background"
    if name in NEEDS_MATCHING and not matching.is_defined:
        return "pixel_spacing_missing"
    if name.endswith(("_mm", "_mm2")) and matching.pixel_spacing_mm is None:
        return "pixel_spacing_missing"
    is_any_marked = counts.true_positives + counts.false_positives + counts.false_negatives > 0
    return "one_empty" if is_any_marked else "both_empty"


def _by_area(counts: PixelCounts, spacing: tuple[float, float] | None) -> Scores:
    scores: Scores = overlap_scores(counts) | {f"{name}_px": count for name, count in asdict(counts).items()}
    areas = {
        "area_reference": counts.true_positives + counts.false_negatives,
        "area_candidate": counts.true_positives + counts.false_positives,
    }
    for name, pixels in areas.items():
        scores[f"{name}_px"] = pixels
        scores[f"{name}_mm2"] = None if spacing is None else pixels * spacing[0] * spacing[1]
    return scores


def _by_centre_line(reference: Traced, candidate: Traced) -> Scores:
    counts = TopologyCounts(
        reference=len(reference.line),
        candidate=len(candidate.line),
        reference_inside=int((run_at(reference.line, candidate.mask) >= 0).sum()),
        candidate_inside=int((run_at(candidate.line, reference.mask) >= 0).sum()),
    )
    return topology_scores(counts) | {f"skeleton_{name}_px": count for name, count in asdict(counts).items()}


def _by_matching(reference: Traced, candidate: Traced, matching: Matching) -> Scores:
    """Compute what needs the tolerance, and the numbers of segments, which do not."""
    if not matching.is_defined:
        pieces = [len(label_components(mask).area_px) for mask, _ in (reference, candidate)]
        return dict.fromkeys(NEEDS_MATCHING) | dict(zip(SEGMENTS, pieces, strict=True))
    reference_near = matching.is_near(reference.line, candidate.line)
    candidate_near = matching.is_near(candidate.line, reference.line)
    lengths = LengthCounts.of_one_image(reference_near, candidate_near)
    segments = SegmentCounts.of_one_image(
        confirmed_segments(*reference, reference_near), confirmed_segments(*candidate, candidate_near)
    )
    return {
        **length_scores(lengths),
        **detection_scores(segments),
        **{f"segments_{name}": count for name, count in asdict(segments).items()},
        "skeleton_reference_near_px": lengths.reference_near,
        "skeleton_candidate_near_px": lengths.candidate_near,
    }


def _lengths(reference: Traced, candidate: Traced, spacing: tuple[float, float] | None) -> Scores:
    scores: Scores = dict.fromkeys(("length_reference_mm", "length_candidate_mm", "length_error_mm"))
    sizes = {"px": (1.0, 1.0)} | ({} if spacing is None else {"mm": spacing})
    for unit, size in sizes.items():
        lengths = [kulpa_length_mm(line, size) for _, line in (reference, candidate)]
        scores[f"length_reference_{unit}"], scores[f"length_candidate_{unit}"] = lengths
        scores[f"length_error_{unit}"] = abs(lengths[1] - lengths[0])
    return scores


def _surfaces(reference: Runs, candidate: Runs, spacing: tuple[float, float] | None) -> Scores:
    surfaces = surface_points(reference), surface_points(candidate)
    shape = reference.rows, reference.columns
    in_px = surface_distances(*surfaces, (1.0, 1.0))
    scores: Scores = dict.fromkeys(f"{name}_mm" for name in SURFACE_MEASURES)
    scores |= {
        f"{name}_px": value for name, value in surface_scores(*in_px, diagonal=math.hypot(*shape)).items()
    }
    if spacing is not None:
        is_square = spacing[0] == spacing[1]
        in_mm = (
            [distance * spacing[0] for distance in in_px]
            if is_square
            else surface_distances(*surfaces, spacing)
        )
        diagonal_mm = math.hypot(shape[0] * spacing[0], shape[1] * spacing[1])
        scores |= {
            f"{name}_mm": value for name, value in surface_scores(*in_mm, diagonal=diagonal_mm).items()
        }
    return scores
