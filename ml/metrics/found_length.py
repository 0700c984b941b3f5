"""What of a known label was found, what was missed and what is too much, each piece by length and place."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import PixelSpacingMissingError
from ml.masks import Runs, components, from_pixel_positions, is_within, kulpa_length_mm, pixel_positions
from ml.metrics.centre_line import run_at
from ml.metrics.lesions import confirmed_segments
from ml.metrics.matching import Matching, Traced
from ml.metrics.overlap import count_pixels

# Shorter pieces are where two lines end at slightly different points, and nothing that anybody overlooked.
SHORTEST_PIECE_MM = 1.0
# A piece of a label is what lies so near to a piece of its centre line: a little over half a vessel's width.
PIECE_REACH_MM = 1.5


@dataclass(frozen=True, kw_only=True)
class LengthPiece:
    """A connected piece of a label that the other one lacks.

    Attributes
    ----------
    runs : Runs
        Its pixels, on the grid of the image.
    length_mm : float
        Of its centre line.
    """

    runs: Runs
    length_mm: float


@dataclass(frozen=True, kw_only=True)
class FoundLength:
    """A label held against a known one.

    Attributes
    ----------
    length_mm, found_mm, extra_mm : float
        Of the known centre line, of what of it lies near the other one, and of what of the other one lies
        near none of it.
    segments, segments_found : int
        8-connected pieces of the known label, and those with half of their centre line or more near the
        other.
    missed, extra : list of LengthPiece
        Pieces of 1 mm or more, the longest first.
    definition : dict
        The choices behind the numbers.
    """

    length_mm: float
    found_mm: float
    extra_mm: float
    segments: int
    segments_found: int
    missed: list[LengthPiece]
    extra: list[LengthPiece]
    definition: Mapping[str, object]


def find_length(
    known: Runs,
    drawn: Runs,
    *,
    pixel_spacing_mm: tuple[float, float] | None,
    tolerance_mm: float | None = None,
) -> FoundLength:
    """Hold a label against a known one, by length and by place.

    Parameters
    ----------
    known, drawn : Runs
        Masks on one pixel grid.
    pixel_spacing_mm : tuple of float or None
        (row, column) spacing.
    tolerance_mm : float, optional
        Points of the two centre lines match within this distance, 1.05 mm by default.

    Returns
    -------
    found : FoundLength
        All 0 and nothing missed where both are empty.

    Raises
    ------
    MaskShapeMismatchError
        If the sizes differ.
    MetricParameterError
        If spacing or tolerance are no lengths of an image.
    PixelSpacingMissingError
        If the spacing is not known.

    Notes
    -----
    Lengths are those of Kulpa along the skeleton; the length found is that of the whole line times the share
    of its points that lie within the tolerance of the other line.

    Examples
    --------
    >>> from ml.masks import empty, polyline
    >>> known = polyline(200, 400, [(100.0, 50.0), (100.0, 350.0)], 20.0)
    >>> half = polyline(200, 400, [(100.0, 50.0), (100.0, 200.0)], 20.0)
    >>> found = find_length(known, half, pixel_spacing_mm=(0.1, 0.1))
    >>> round(found.found_mm / found.length_mm, 1), len(found.missed), len(found.extra)
    (0.5, 1, 0)
    """
    count_pixels(known, drawn)  # refuses masks of two sizes
    if pixel_spacing_mm is None:
        raise PixelSpacingMissingError("A length needs the size of a pixel, which is not known.")
    matching = Matching(pixel_spacing_mm=pixel_spacing_mm, tolerance_mm=tolerance_mm)
    one, other = matching.traced(known), matching.traced(drawn)
    is_found, is_right = matching.is_near(one.line, other.line), matching.is_near(other.line, one.line)
    confirmed = confirmed_segments(one.mask, one.line, is_found)
    length_mm, drawn_mm = (kulpa_length_mm(traced.line, pixel_spacing_mm) for traced in (one, other))
    return FoundLength(
        length_mm=length_mm,
        found_mm=length_mm * _share(is_found),
        extra_mm=drawn_mm * (1 - _share(is_right)) if len(is_right) else 0.0,
        segments=len(confirmed),
        segments_found=int(confirmed.sum()),
        missed=_pieces(one, ~is_found, pixel_spacing_mm),
        extra=_pieces(other, ~is_right, pixel_spacing_mm),
        definition=matching.definition() | {"shortest_piece_mm": SHORTEST_PIECE_MM},
    )


def _share(is_near: NDArray[np.bool_]) -> float:
    return float(is_near.mean()) if len(is_near) else 0.0


def _pieces(traced: Traced, is_left: NDArray[np.bool_], spacing_mm: tuple[float, float]) -> list[LengthPiece]:
    """Cut out of a mask what belongs to the points that are left of its centre line."""
    left = traced.line[is_left]
    if not len(left):
        return []
    positions = pixel_positions(traced.mask)
    pixels = np.column_stack(np.divmod(positions, traced.mask.columns)).astype(np.int32)
    belongs = is_within(pixels, left, reach_mm=PIECE_REACH_MM, pixel_spacing_mm=spacing_mm)
    cut = from_pixel_positions(traced.mask.rows, traced.mask.columns, positions[belongs])
    pieces = [
        LengthPiece(
            runs=piece.runs, length_mm=kulpa_length_mm(left[run_at(left, piece.runs) >= 0], spacing_mm)
        )
        for piece in components(cut)
    ]
    long_ones = [piece for piece in pieces if piece.length_mm >= SHORTEST_PIECE_MM]
    return sorted(long_ones, key=lambda piece: -piece.length_mm)
