"""What several stored masks of one image agree on, and the segments on which they do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.enums import ConsensusRule, SegmentOutcome
from annotations.ml_gateway.acquisition import pixel_size
from annotations.ml_gateway.masks import MaskBytes, replay_patches
from annotations.models import Mammogram
from ml import masks, metrics


@dataclass(frozen=True, kw_only=True)
class SegmentPart:
    """What one reader drew of a segment; `reading` is her place among the masks given."""

    reading: int
    mask: bytes
    sha256: str
    area_px: int


@dataclass(frozen=True, kw_only=True)
class DisputedSegment:
    """A place where readers differ, and what the rule makes of it."""

    mask: bytes
    box: list[int]
    area_px: int
    length_px: float
    length_mm: float | None
    parts: list[SegmentPart]
    probability: float | None
    outcome: SegmentOutcome


@dataclass(frozen=True, kw_only=True)
class FoundConsensus:
    """What the rule makes of an image, in the compact form, and the segments that were in dispute."""

    mask: bytes
    sha256: str
    segments: list[DisputedSegment]


def find_consensus(readings: Sequence[bytes], *, mammogram: Mammogram, rule: ConsensusRule) -> FoundConsensus:
    """Compare the masks of all readers of an image; without any there is nothing agreed and no segment."""
    drawn = [masks.decode(reading) for reading in readings]
    agreed = masks.empty(mammogram.rows, mammogram.columns)
    whole = agreed
    for mask in drawn:
        whole = masks.union(whole, mask)
    spacing_mm = pixel_size(mammogram).spacing_mm
    segments = []
    common = metrics.majority(drawn) if drawn else agreed
    for piece in masks.components(whole):
        parts = [masks.intersection(mask, piece.runs) for mask in drawn]
        share = sum(len(part.runs) > 0 for part in parts) / len(drawn)
        outcome = _outcome(share, rule)
        if outcome == SegmentOutcome.KEPT:
            kept = masks.intersection(common, piece.runs)
            agreed = masks.union(agreed, kept if len(kept.runs) else piece.runs)
        if share < 1:
            segments.append(_segment(piece, parts, spacing_mm, outcome))
    return FoundConsensus(mask=masks.encode_compact(agreed), sha256=masks.digest(agreed), segments=segments)


def _outcome(share: float, rule: ConsensusRule) -> SegmentOutcome:
    if rule == ConsensusRule.UNANIMOUS:
        return SegmentOutcome.KEPT if share == 1 else SegmentOutcome.TIED
    if share == 0.5:
        return SegmentOutcome.TIED
    return SegmentOutcome.KEPT if share > 0.5 else SegmentOutcome.LEFT_OUT


def _segment(
    piece: masks.Component,
    parts: Sequence[masks.Runs],
    spacing_mm: tuple[float, float] | None,
    outcome: SegmentOutcome,
) -> DisputedSegment:
    line = masks.skeleton(piece.runs)
    return DisputedSegment(
        mask=masks.encode_compact(piece.runs),
        box=[int(side) for side in piece.box],
        area_px=piece.area_px,
        length_px=masks.end_capped_length_mm(piece.runs, line, (1.0, 1.0)),
        length_mm=masks.end_capped_length_mm(piece.runs, line, spacing_mm) if spacing_mm else None,
        parts=[
            SegmentPart(
                reading=reading,
                mask=masks.encode_compact(part),
                sha256=masks.digest(part),
                area_px=masks.area_px(part),
            )
            for reading, part in enumerate(parts)
            if len(part.runs)
        ],
        probability=None,
        outcome=outcome,
    )


def settle(mask: bytes, decided: Iterable[tuple[bytes, bytes]], *, mammogram: Mammogram) -> MaskBytes:
    """Put decisions in place of what the rule made of their segments: (segment, what is kept of it) each.

    All segments are taken out before anything is put in, so the order does not matter.
    """
    result = masks.decode(mask, versions=(1, 2))
    kept = masks.empty(mammogram.rows, mammogram.columns)
    for segment, decision in decided:
        result = masks.difference(result, masks.decode(segment, versions=(1, 2)))
        kept = masks.union(kept, masks.decode(decision, versions=(1, 2)))
    plain = masks.encode(masks.union(result, kept))
    return replay_patches([plain], rows=mammogram.rows, columns=mammogram.columns)


def outline_of(mask: bytes) -> list[list[list[int]]]:
    """Trace a mask: rings of [row, column] along the edges of its pixels."""
    return [
        [[row, column] for row, column in ring]
        for ring in masks.to_polygons(masks.decode(mask, versions=(1, 2)))
    ]
