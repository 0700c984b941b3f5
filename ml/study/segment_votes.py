"""What several readers marked on one image as segments, each with who marked it: what a decision is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from ml.errors import MetricParameterError, PixelSpacingMissingError, StatisticsInputError
from ml.masks import (
    Runs,
    from_pixel_positions,
    kulpa_length_mm,
    kulpa_length_px,
    pixel_positions,
    prune_spurs,
    skeleton,
    union,
)
from ml.masks.algebra import check_same_size
from ml.masks.points import neighbour_table
from ml.metrics.consensus import MAXIMUM_READERS
from ml.metrics.limits import check_spacing
from ml.metrics.matching import DEFAULT_TOLERANCE_MM
from ml.metrics.tracks import closed
from ml.study.line_pieces import close_gaps, pieces_of_equal_votes

VOTES_VERSION = 1
DEFAULT_TOLERANCE_PX = 15.0  # 1.05 mm where a pixel has 0.07 mm
LARGEST_TOLERANCE = {"mm": 10.0, "px": 200.0}
GAP_STEPS = 3  # between the pixels of a line on which a thin stroke beside it falls
Outcome = Literal["in", "out", "tied"]


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A stretch of what was marked, on all of which the same readers agree.

    Attributes
    ----------
    marked_by : tuple of int
        Which readers marked it, by their place in what was given; one at least.
    mask : Runs
        All pixels that anyone marked here.
    parts : tuple of Runs
        What each of `marked_by` drew here; none is empty.
    line : ndarray of int32, shape (k, 2)
        (row, column) of its centre line.
    length_px : float
        Kulpa length of the centre line; 0 for a dot.
    length_mm : float or None
        The same in millimetres; None where the size of a pixel is not known.
    """

    marked_by: tuple[int, ...]
    mask: Runs
    parts: tuple[Runs, ...]
    line: NDArray[np.int32]
    length_px: float
    length_mm: float | None

    def outcome(self, n_readers: int) -> Outcome:
        """Say what the majority of readers makes of it.

        Parameters
        ----------
        n_readers : int
            How many read the image.

        Returns
        -------
        outcome : {"in", "out", "tied"}
            "in" where more than half marked it, "out" where fewer did; "tied" is for an expert.
        """
        twice = 2 * len(self.marked_by)
        return "tied" if twice == n_readers else ("in" if twice > n_readers else "out")


@dataclass(frozen=True, kw_only=True)
class SegmentVotes:
    """All segments of one image.

    Attributes
    ----------
    segments : tuple of Segment
        In raster order of their first pixels; none where nobody marked anything. Together their masks are the
        union of all readings, each pixel in one of them.
    n_readers : int
        How many read the image, those who marked nothing included.
    tolerance : float
        Within which distance marks are one segment, and below which length a difference is none.
    unit : {"mm", "px"}
        Of the tolerance: px where the size of a pixel is not known.
    definition : str
        How segments were found.
    version : int
        Of this definition.
    """

    segments: tuple[Segment, ...]
    n_readers: int
    tolerance: float
    unit: Literal["mm", "px"]
    definition: str = (
        "union of all readings, gaps up to the tolerance closed, thinned, spurs pruned; each marked pixel "
        "belongs to the nearest pixel of that line; cut where the set of readers changes, stretches shorter "
        "than the tolerance joined to the longest neighbour"
    )
    version: int = VOTES_VERSION


def segment_votes(
    readings: Sequence[Runs],
    *,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float | None = None,
    tolerance_px: float | None = None,
) -> SegmentVotes:
    """Find the segments that readers marked on one image, and who marked which.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reader, 1 to 16, on one pixel grid.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing, each from 0.005 to 5 mm; None where it is not known.
    tolerance_mm : float, optional
        See `SegmentVotes.tolerance`; above 0, up to 10; 1.05 by default.
    tolerance_px : float, optional
        The same in pixels, in its place, up to 200; 15 by default where the spacing is not known.

    Returns
    -------
    votes : SegmentVotes
        Strokes of two readers beside each other are one segment. Where one reader goes on further than the
        other, the segment is cut there: an agreed one and a disputed one.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image, or the tolerance out of its range or given twice.
    PixelSpacingMissingError
        If the tolerance is in mm and the spacing is not known.

    Notes
    -----
    The report of agreement counts the segments of `line_votes`, which says where the two differ.

    What a reader marked of a segment that is shorter than the tolerance does not count as marking it; what
    all marked alone and apart from anything else is a segment of its own, however short.

    Examples
    --------
    >>> from ml.masks import capsule
    >>> short = capsule(60, 200, (30.0, 20.0), (30.0, 100.0), 3.0)
    >>> long_and_beside = capsule(60, 200, (33.0, 20.0), (33.0, 180.0), 3.0)
    >>> found = segment_votes([short, long_and_beside], pixel_spacing_mm=(0.1, 0.1))
    >>> [(part.marked_by, round(part.length_mm)) for part in found.segments]
    [((0, 1), 8), ((1,), 7)]
    """
    tolerance, unit = _checked_tolerance(pixel_spacing_mm, tolerance_mm, tolerance_px)
    sides = pixel_spacing_mm if unit == "mm" and pixel_spacing_mm is not None else (1.0, 1.0)
    whole = _union(readings)
    if len(whole.runs) == 0:
        return SegmentVotes(segments=(), n_readers=len(readings), tolerance=tolerance, unit=unit)
    bridged = closed(whole, radius_mm=tolerance / 2, pixel_spacing_mm=sides)
    line = prune_spurs(bridged, skeleton(bridged))
    positions = pixel_positions(whole)
    foot = _nearest(positions, line, sides, whole.columns)
    table = neighbour_table(line)
    has_marked = np.zeros((len(readings), len(positions)), dtype=bool)
    covered = np.zeros((len(line), len(readings)), dtype=bool)
    for number, reading in enumerate(readings):
        has_marked[number, np.searchsorted(positions, pixel_positions(reading))] = True
        covered[foot[has_marked[number]], number] = True
    voters = close_gaps(covered, table, GAP_STEPS) @ (1 << np.arange(len(readings)))
    pieces, voters = pieces_of_equal_votes(line, table, voters, least_mm=tolerance, pixel_spacing_mm=sides)
    segments = []
    for piece, who, of_piece in _by_piece(pieces[foot], voters):
        drawn = {
            number: positions[of_piece[has_marked[number, of_piece]]]
            for number in range(len(readings))
            if who >> number & 1
        }
        segments.append(_segment(whole, positions[of_piece], drawn, line[pieces == piece], pixel_spacing_mm))
    return SegmentVotes(segments=tuple(segments), n_readers=len(readings), tolerance=tolerance, unit=unit)


def _checked_tolerance(
    spacing: tuple[float, float] | None, tolerance_mm: float | None, tolerance_px: float | None
) -> tuple[float, Literal["mm", "px"]]:
    check_spacing(spacing)
    if tolerance_mm is not None and tolerance_px is not None:
        raise MetricParameterError("The tolerance is given in mm and in pixels; give one of the two.")
    if tolerance_mm is not None and spacing is None:
        raise PixelSpacingMissingError(
            f"A tolerance of {tolerance_mm} mm needs the size of a pixel, which is not known; give the "
            "tolerance in pixels."
        )
    unit: Literal["mm", "px"] = "px" if spacing is None or tolerance_px is not None else "mm"
    given = tolerance_px if unit == "px" else tolerance_mm
    if given is None:
        given = DEFAULT_TOLERANCE_PX if unit == "px" else DEFAULT_TOLERANCE_MM
    if not 0 < given <= LARGEST_TOLERANCE[unit]:
        raise MetricParameterError(
            f"The tolerance {given!r} {unit} does not join strokes of one vessel; give a number above 0, up "
            f"to {LARGEST_TOLERANCE[unit]:g}."
        )
    return float(given), unit


def _union(readings: Sequence[Runs]) -> Runs:
    if not 1 <= len(readings) <= MAXIMUM_READERS:
        raise StatisticsInputError(
            f"{len(readings)} readers were given; segments are found of 1 to {MAXIMUM_READERS}.",
            code="too_many_readers" if readings else "too_few_readers",
        )
    whole = readings[0]
    for reading in readings[1:]:
        check_same_size(whole, reading)
        whole = union(whole, reading)
    return whole


def _nearest(
    positions: NDArray[np.int64], line: NDArray[np.int32], sides: tuple[float, float], columns: int
) -> NDArray[np.intp]:
    """Return for each pixel which point of the line is nearest."""
    pixels = np.column_stack(np.divmod(positions, columns)) * np.array(sides)
    return np.asarray(cKDTree(line * np.array(sides)).query(pixels)[1], dtype=np.intp)


def _by_piece(
    piece_of_pixel: NDArray[np.int64], voters: NDArray[np.int64]
) -> list[tuple[int, int, NDArray[np.intp]]]:
    """Group pixels by the piece of line they belong to, in raster order of the first of each."""
    order = np.argsort(piece_of_pixel, kind="stable")
    numbers, firsts = np.unique(piece_of_pixel[order], return_index=True)
    groups = np.split(order, firsts[1:])
    found = [(int(piece), int(voters[piece]), pixels) for piece, pixels in zip(numbers, groups, strict=True)]
    return sorted(found, key=lambda group: int(group[2][0]))


def _segment(
    whole: Runs,
    positions: NDArray[np.int64],
    drawn: dict[int, NDArray[np.int64]],
    line: NDArray[np.int32],
    spacing: tuple[float, float] | None,
) -> Segment:
    return Segment(
        marked_by=tuple(drawn),
        mask=from_pixel_positions(whole.rows, whole.columns, positions),
        parts=tuple(from_pixel_positions(whole.rows, whole.columns, part) for part in drawn.values()),
        line=line,
        length_px=kulpa_length_px(line),
        length_mm=None if spacing is None else kulpa_length_mm(line, spacing),
    )
