"""A reading held against a known label: how much of it was found, and where what is missing lies."""

from collections.abc import Mapping
from dataclasses import dataclass

from annotations.errors import InvalidError
from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from ml import masks
from ml.errors import MlError
from ml.metrics.found_length import FoundLength, LengthPiece, find_length

Polygon = list[list[float]]


@dataclass(frozen=True, kw_only=True)
class PlacedPiece:
    """A piece of a label as outlines in image px ([x, y] points), with its length and a point on it."""

    outlines: list[Polygon]
    length_mm: float
    x_px: float
    y_px: float


@dataclass(frozen=True, kw_only=True)
class ReferenceMeasure:
    """Numbers of one reading against a known label; `definition` says what they mean."""

    length_mm: float
    found_mm: float
    extra_mm: float
    segments: int
    segments_found: int
    missed: list[PlacedPiece]
    extra: list[PlacedPiece]
    definition: Mapping[str, object]


def hold_against(known: bytes, drawn: bytes, *, mammogram: Mammogram) -> ReferenceMeasure:
    """Measure a drawn label by a known one, both in either form of docs/mask_format.md."""
    size = pixel_size(mammogram)
    try:
        found: FoundLength = find_length(
            masks.decode(known, versions=(1, 2)),
            masks.decode(drawn, versions=(1, 2)),
            pixel_spacing_mm=size.spacing_mm,
        )
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
    return ReferenceMeasure(
        length_mm=found.length_mm,
        found_mm=found.found_mm,
        extra_mm=found.extra_mm,
        segments=found.segments,
        segments_found=found.segments_found,
        missed=[_placed(piece) for piece in found.missed],
        extra=[_placed(piece) for piece in found.extra],
        definition={**found.definition, "length_plane": size.plane, "magnification": size.magnification},
    )


def _placed(piece: LengthPiece) -> PlacedPiece:
    top, left, bottom, right = masks.bounding_box(piece.runs)
    return PlacedPiece(
        outlines=[
            [[float(column), float(row)] for row, column in polygon]
            for polygon in masks.to_polygons(piece.runs)
        ],
        length_mm=piece.length_mm,
        x_px=(left + right) / 2,
        y_px=(top + bottom) / 2,
    )
