"""Several readings of one image: traced once each, then compared two by two, as counts that add up."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskShapeMismatchError
from ml.masks import Runs, area_px, intersection_area_px, kulpa_length_mm, label_components, skeleton
from ml.metrics.centre_line import TopologyCounts, run_at, topology_scores
from ml.metrics.length_overlap import LengthCounts, length_scores
from ml.metrics.lesions import SHARE_FOUND, SegmentCounts, detection_scores
from ml.metrics.matching import DEFAULT_TOLERANCE_MM, Matching
from ml.metrics.overlap import PixelCounts, dice

PAIR_MEASURES = ("dice", "dice_l_sym", "cl_dice", "detection_f1")


@dataclass(frozen=True, kw_only=True)
class TracedReading:
    """A mask with everything that a comparison needs of it alone.

    Attributes
    ----------
    mask : Runs
        As it came.
    line : ndarray of int32, shape (k, 2)
        (row, column) of each pixel of its centre line.
    run_of_point : ndarray of int64, shape (k,)
        The run of the mask that each of them lies in.
    piece_of_run : ndarray of int32, shape (runs,)
        The 8-connected piece that each run belongs to.
    pieces : int
        How many there are.
    area_px : int
        Pixels inside.
    length_px, length_mm : float or None
        Kulpa length of the centre line; None in millimetres where the size of a pixel is not known.
    """

    mask: Runs
    line: NDArray[np.int32]
    run_of_point: NDArray[np.int64]
    piece_of_run: NDArray[np.int32]
    pieces: int
    area_px: int
    length_px: float
    length_mm: float | None


@dataclass(frozen=True, kw_only=True)
class ReadingPairCounts:
    """Two readings of one image as counts: sums over images give ratios over images.

    Attributes
    ----------
    area_first_px, area_second_px, area_both_px : int
        Pixels of each mask, and of both.
    line_first_px, line_second_px : int
        Pixels of each centre line.
    inside_first_px, inside_second_px : int
        Those that the other mask marks.
    near_first_px, near_second_px : int or None
        Those within 1.05 mm of the other centre line; None where the size of a pixel is not known.
    segments_first, segments_second : int
        8-connected pieces of each mask.
    confirmed_first, confirmed_second : int or None
        Those with at least half of their centre line near the other's; None as above.
    length_first_px, length_second_px : float
        Kulpa lengths of the centre lines.
    length_first_mm, length_second_mm : float or None
        The same in millimetres.
    """

    area_first_px: int
    area_second_px: int
    area_both_px: int
    line_first_px: int
    line_second_px: int
    inside_first_px: int
    inside_second_px: int
    near_first_px: int | None
    near_second_px: int | None
    segments_first: int
    segments_second: int
    confirmed_first: int | None
    confirmed_second: int | None
    length_first_px: float
    length_second_px: float
    length_first_mm: float | None
    length_second_mm: float | None


def trace_reading(mask: Runs, pixel_spacing_mm: tuple[float, float] | None) -> TracedReading:
    """Take from a mask what every comparison with another one needs.

    Parameters
    ----------
    mask : Runs
        Any mask, empty or not.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.

    Returns
    -------
    traced : TracedReading
    """
    line = skeleton(mask)
    table = label_components(mask)
    return TracedReading(
        mask=mask,
        line=line,
        run_of_point=run_at(line, mask),
        piece_of_run=table.label_of_run,
        pieces=len(table.area_px),
        area_px=area_px(mask),
        length_px=kulpa_length_mm(line, (1.0, 1.0)),
        length_mm=None if pixel_spacing_mm is None else kulpa_length_mm(line, pixel_spacing_mm),
    )


def compare_readings(
    first: TracedReading, second: TracedReading, pixel_spacing_mm: tuple[float, float] | None
) -> ReadingPairCounts:
    """Compare two readings of one image.

    Parameters
    ----------
    first, second : TracedReading
        Of masks on one pixel grid, traced with the same spacing.
    pixel_spacing_mm : tuple of float or None
        That spacing.

    Returns
    -------
    counts : ReadingPairCounts
        Equal to those of `compare_masks` with the first as the reference; the other way round the two sides
        change places and nothing else.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image.
    """
    shapes = [(reading.mask.rows, reading.mask.columns) for reading in (first, second)]
    if shapes[0] != shapes[1]:
        raise MaskShapeMismatchError(
            f"Two readings of one image have one size; these are for {shapes[0]} and {shapes[1]} pixels."
        )
    matching = Matching(pixel_spacing_mm=pixel_spacing_mm, tolerance_mm=DEFAULT_TOLERANCE_MM)
    near_first, confirmed_first = _near_and_confirmed(first, second, matching)
    near_second, confirmed_second = _near_and_confirmed(second, first, matching)
    return ReadingPairCounts(
        area_first_px=first.area_px,
        area_second_px=second.area_px,
        area_both_px=intersection_area_px(first.mask, second.mask),
        line_first_px=len(first.line),
        line_second_px=len(second.line),
        inside_first_px=int((run_at(first.line, second.mask) >= 0).sum()),
        inside_second_px=int((run_at(second.line, first.mask) >= 0).sum()),
        near_first_px=near_first,
        near_second_px=near_second,
        segments_first=first.pieces,
        segments_second=second.pieces,
        confirmed_first=confirmed_first,
        confirmed_second=confirmed_second,
        length_first_px=first.length_px,
        length_second_px=second.length_px,
        length_first_mm=first.length_mm,
        length_second_mm=second.length_mm,
    )


def pair_scores(counts: ReadingPairCounts) -> dict[str, float | None]:
    """Compute the measures that are the same in either direction.

    Parameters
    ----------
    counts : ReadingPairCounts
        Of one image, or summed over images.

    Returns
    -------
    scores : dict
        `dice`, `dice_l_sym`, `cl_dice` and `detection_f1`, as `DEFINITIONS` says what they are. None where
        both masks are empty, and where the size of a pixel is not known and the measure needs it.

    Examples
    --------
    >>> from ml.masks import polyline
    >>> spacing = (0.1, 0.1)
    >>> line = trace_reading(polyline(64, 64, [(10.0, 10.0), (50.0, 50.0)], 5.0), spacing)
    >>> pair_scores(compare_readings(line, line, spacing))
    {'dice': 1.0, 'dice_l_sym': 1.0, 'cl_dice': 1.0, 'detection_f1': 1.0}
    """
    pixels = PixelCounts(
        true_positives=counts.area_both_px,
        false_positives=counts.area_second_px - counts.area_both_px,
        false_negatives=counts.area_first_px - counts.area_both_px,
        true_negatives=0,
    )
    topology = TopologyCounts(
        reference=counts.line_first_px,
        candidate=counts.line_second_px,
        reference_inside=counts.inside_first_px,
        candidate_inside=counts.inside_second_px,
    )
    return {
        "dice": dice(pixels),
        "dice_l_sym": _length_score(counts),
        "cl_dice": topology_scores(topology)["cl_dice"],
        "detection_f1": _detection_score(counts),
    }


def _length_score(counts: ReadingPairCounts) -> float | None:
    if counts.near_first_px is None or counts.near_second_px is None:
        return None
    lengths = LengthCounts(
        reference=counts.line_first_px,
        candidate=counts.line_second_px,
        reference_near=counts.near_first_px,
        candidate_near=counts.near_second_px,
        candidate_near_capped=min(counts.near_second_px, counts.line_first_px),
    )
    return length_scores(lengths)["dice_l_sym"]


def _detection_score(counts: ReadingPairCounts) -> float | None:
    if counts.confirmed_first is None or counts.confirmed_second is None:
        return None
    segments = SegmentCounts(
        reference=counts.segments_first,
        candidate=counts.segments_second,
        found=counts.confirmed_first,
        false=counts.segments_second - counts.confirmed_second,
    )
    return detection_scores(segments)["detection_f1"]


def _near_and_confirmed(
    reading: TracedReading, other: TracedReading, matching: Matching
) -> tuple[int | None, int | None]:
    """Count the points of a centre line near the other one, and the pieces that these confirm."""
    if not matching.is_defined:
        return None, None
    is_near = matching.is_near(reading.line, other.line)
    piece = reading.piece_of_run[reading.run_of_point]
    points = np.bincount(piece, minlength=reading.pieces)
    near = np.bincount(piece[is_near], minlength=reading.pieces)
    is_confirmed = (near >= SHARE_FOUND * points) & (points > 0)
    return int(is_near.sum()), int(is_confirmed.sum())
