"""Segments of the report of agreement: stretches of centre line, each with who marked it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.masks import Runs, is_within, kulpa_length_of_pieces_mm, skeleton
from ml.masks.points import neighbour_table
from ml.metrics.consensus import union_of
from ml.metrics.limits import check_spacing
from ml.metrics.matching import DEFAULT_TOLERANCE_MM
from ml.study.line_pieces import close_gaps, pieces_of_equal_votes
from ml.study.segment_votes import DEFAULT_TOLERANCE_PX, GAP_STEPS

LINE_VOTES_DEFINITION = (
    "Centre line of all readings together, cut where the readers who have a centre line within 1.05 mm (15 "
    "px where the size of a pixel is not known) change; shorter stretches join their longest neighbour."
)


@dataclass(frozen=True, kw_only=True)
class LineSegment:
    """A stretch of what was marked, along which the same readers agree.

    Attributes
    ----------
    row, column : int
        A pixel of its centre line.
    length_px, length_mm : float or None
        Kulpa length of its centre line, 0 for a dot; None in millimetres where the size of a pixel is not
        known.
    votes : tuple of bool
        Of each reading, whether it marked the segment; one at least did.
    """

    row: int
    column: int
    length_px: float
    length_mm: float | None
    votes: tuple[bool, ...]


def line_votes(
    readings: Sequence[Runs],
    lines: Sequence[NDArray[np.int32]],
    *,
    pixel_spacing_mm: tuple[float, float] | None,
) -> list[LineSegment]:
    """Cut what all readings mark together into segments, and say who marked each.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reading, 1 to 16, on one pixel grid.
    lines : sequence of ndarray of int32, shape (k, 2)
        The centre line of each (`skeleton`).
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing, each from 0.005 to 5 mm; None where it is not known.

    Returns
    -------
    segments : list of LineSegment
        In raster order of their first points; none where nobody marked anything.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If the spacing is not that of an image.

    Notes
    -----
    A decision is made on the segments of `segment_votes`, which bridges what does not touch (gaps of one
    stroke, strokes beside each other) and gives each segment its pixels. Here such pieces stay apart, and a
    reader has marked those within reach of her centre line: all images of a campaign are gone through for
    every report, and this takes a tenth of the time. Where strokes lie over each other both find the same
    segments of the same readers.

    Examples
    --------
    >>> from ml.masks import capsule
    >>> short = capsule(60, 200, (30.0, 20.0), (30.0, 100.0), 3.0)
    >>> longer = capsule(60, 200, (30.0, 20.0), (30.0, 180.0), 3.0)
    >>> lines = [skeleton(short), skeleton(longer)]
    >>> found = line_votes([short, longer], lines, pixel_spacing_mm=(0.1, 0.1))
    >>> [(segment.votes, round(segment.length_mm)) for segment in found]
    [((True, True), 9), ((False, True), 7)]
    """
    check_spacing(pixel_spacing_mm)
    line = skeleton(union_of(readings))
    if len(line) == 0:
        return []
    reach, sides = (
        (DEFAULT_TOLERANCE_PX, (1.0, 1.0))
        if pixel_spacing_mm is None
        else (DEFAULT_TOLERANCE_MM, pixel_spacing_mm)
    )
    covered = np.column_stack(
        [is_within(line, other, reach_mm=reach, pixel_spacing_mm=sides) for other in lines]
    )
    table = neighbour_table(line)
    bits = close_gaps(covered, table, GAP_STEPS) @ (1 << np.arange(len(readings)))
    pieces, voters = pieces_of_equal_votes(line, table, bits, least_mm=reach, pixel_spacing_mm=sides)
    length_px = kulpa_length_of_pieces_mm(line, pieces, (1.0, 1.0), pieces=len(voters))
    length_mm: list[float] | list[None] = [None] * len(voters)
    if pixel_spacing_mm is not None:
        length_mm = kulpa_length_of_pieces_mm(line, pieces, pixel_spacing_mm, pieces=len(voters)).tolist()
    first = np.unique(pieces, return_index=True)[1]
    votes = (voters[:, None] >> np.arange(len(readings)) & 1).astype(bool)
    return [
        LineSegment(
            row=int(line[first[piece], 0]),
            column=int(line[first[piece], 1]),
            length_px=float(length_px[piece]),
            length_mm=length_mm[piece],
            votes=tuple(votes[piece].tolist()),
        )
        for piece in np.argsort(first, kind="stable").tolist()
        if voters[piece] > 0
    ]
