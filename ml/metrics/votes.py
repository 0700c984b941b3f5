"""Several readings of one image held together: segment by segment and pixel by pixel, who marked what."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ml.masks import Runs, bounding_box, kulpa_length_of_pieces_mm, label_components, skeleton
from ml.metrics.centre_line import run_at
from ml.metrics.consensus import union_of


@dataclass(frozen=True, kw_only=True)
class VotedSegment:
    """One place where somebody marked something.

    Attributes
    ----------
    row, column : int
        A pixel of it.
    length_px, length_mm : float or None
        Kulpa length of the centre line of all readings together; None in millimetres where the size of a
        pixel is not known.
    area_px : int
        Pixels that anybody marked.
    votes : tuple of bool
        Of each reading, whether it has a pixel of the segment.
    """

    row: int
    column: int
    length_px: float
    length_mm: float | None
    area_px: int
    votes: tuple[bool, ...]


def segment_votes(
    readings: Sequence[Runs], pixel_spacing_mm: tuple[float, float] | None
) -> list[VotedSegment]:
    """Split what all readings mark together into its pieces, and say who marked each.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reading, 1 to 16, on one pixel grid.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing; None where it is not known.

    Returns
    -------
    segments : list of VotedSegment
        The 8-connected pieces of the union, in raster order of their first pixels.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.

    Examples
    --------
    >>> from ml.masks import polyline, union
    >>> line = polyline(64, 64, [(10.0, 10.0), (50.0, 10.0)], 5.0)
    >>> dot = polyline(64, 64, [(30.0, 50.0), (30.0, 52.0)], 3.0)
    >>> [segment.votes for segment in segment_votes([line, union(line, dot)], None)]
    [(True, True), (False, True)]
    """
    whole = union_of(readings)
    table = label_components(whole)
    pieces = len(table.area_px)
    line = skeleton(whole)
    piece_of_point = table.label_of_run[run_at(line, whole)]
    length_px = kulpa_length_of_pieces_mm(line, piece_of_point, (1.0, 1.0), pieces=pieces)
    length_mm: list[float] | list[None] = [None] * pieces
    if pixel_spacing_mm is not None:
        length_mm = kulpa_length_of_pieces_mm(line, piece_of_point, pixel_spacing_mm, pieces=pieces).tolist()
    votes = np.zeros((pieces, len(readings)), dtype=bool)
    for number, reading in enumerate(readings):
        votes[table.label_of_run[run_at(reading.runs[:, :2], whole)], number] = True
    first_run = np.unique(table.label_of_run, return_index=True)[1]
    return [
        VotedSegment(
            row=row,
            column=column,
            length_px=px,
            length_mm=mm,
            area_px=area,
            votes=tuple(voted),
        )
        for (row, column, _), px, mm, area, voted in zip(
            whole.runs[first_run].tolist(),
            length_px.tolist(),
            length_mm,
            table.area_px.tolist(),
            votes.tolist(),
            strict=True,
        )
    ]


def pixel_patterns(readings: Sequence[Runs], *, margin_px: int) -> dict[int, int]:
    """Count the pixels around everything marked by who marked them.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reading, 1 to 16, on one pixel grid.
    margin_px : int
        How far around the box of everything marked is looked, as in `staple`.

    Returns
    -------
    pixels : dict of int to int
        Bit k of the key is set where reading number k has the pixel; 0 is nobody. Empty where nobody marked
        anything. What STAPLE needs of an image, and no more.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.

    Notes
    -----
    One sweep over the ends of all runs: the time does not depend on the size of the image.
    """
    whole = union_of(readings)
    if len(whole.runs) == 0:
        return {}
    edges, bits = [], []
    for number, reading in enumerate(readings):
        row, start, end = reading.runs.astype(np.int64).T
        # A run may end where the image does: the next row must begin behind that.
        edges += [row * (reading.columns + 1) + start, row * (reading.columns + 1) + end]
        bits += [np.full(2 * len(row), 1 << number)]
    position = np.concatenate(edges)
    order = np.argsort(position, kind="stable")
    pattern = np.bitwise_xor.accumulate(np.concatenate(bits)[order])
    pixels = np.bincount(
        pattern[:-1], weights=np.diff(position[order]).astype(np.float64), minlength=1 << len(readings)
    )
    top, left, bottom, right = bounding_box(whole)
    height = min(bottom + margin_px, whole.rows) - max(top - margin_px, 0)
    width = min(right + margin_px, whole.columns) - max(left - margin_px, 0)
    pixels[0] = height * width - pixels[1:].sum()
    return {int(seen): int(pixels[seen]) for seen in np.flatnonzero(pixels)}
