"""What several stored masks of one image agree on, and the segments on which they do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.enums import ConsensusRule, SegmentOutcome
from annotations.ml_gateway.acquisition import pixel_size
from annotations.ml_gateway.masks import MaskBytes, replay_patches
from annotations.models import Mammogram
from ml import masks
from ml.metrics.consensus import MAXIMUM_READERS, Staple, majority, staple
from ml.study.segment_votes import Segment, segment_votes

MOST_READINGS = MAXIMUM_READERS  # of one image
MARGIN_MM = 2.0  # looked at around what was drawn: on a whole mammogram every specificity would come to 1
MARGIN_PX = 30  # where the size of a pixel is not known
# Between these STAPLE is not sure, and an expert decides.
DOUBTFUL_BELOW, DOUBTFUL_ABOVE = 0.1, 0.9
MAJORITY_OUTCOMES = {
    "in": SegmentOutcome.KEPT,
    "out": SegmentOutcome.LEFT_OUT,
    "tied": SegmentOutcome.TIED,
}


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
    """Compare the masks of all readers of an image; without any there is nothing agreed and no segment.

    Of a segment that counts, those pixels are kept that the rule finds by itself. Where strokes lie side by
    side and less than half of the smallest drawing would be left, all that was drawn is.
    """
    agreed = masks.empty(mammogram.rows, mammogram.columns)
    if not readings:
        return _found(agreed, [])
    drawn = [masks.decode(reading) for reading in readings]
    spacing_mm = pixel_size(mammogram).spacing_mm
    votes = segment_votes(drawn, pixel_spacing_mm=spacing_mm)
    pixels = _PixelVotes(drawn, rule, spacing_mm)
    disputed = []
    for segment in votes.segments:
        probability = pixels.probability(segment)
        outcome = _outcome(segment, len(drawn), rule, probability)
        if outcome == SegmentOutcome.KEPT:
            agreed = masks.union(agreed, pixels.kept_of(segment))
        if len(segment.marked_by) < len(drawn):
            disputed.append(_disputed(segment, spacing_mm, probability, outcome))
    return _found(agreed, disputed)


class _PixelVotes:
    """What the rule makes of every pixel, and for STAPLE with which probability."""

    def __init__(
        self, drawn: Sequence[masks.Runs], rule: ConsensusRule, spacing_mm: tuple[float, float] | None
    ) -> None:
        self._staple: Staple | None = None
        # With two readers STAPLE tends to their union or their intersection, which says nothing of either.
        if rule == ConsensusRule.STAPLE and len(drawn) > 2 and any(len(mask.runs) for mask in drawn):
            margin_px = round(MARGIN_MM / max(spacing_mm)) if spacing_mm else MARGIN_PX
            self._staple = staple(drawn, margin_px=margin_px)
        self._mask = self._staple.mask if self._staple else majority(drawn)

    def probability(self, segment: Segment) -> float | None:
        """Return the mean over what all who marked the segment share, or else over all of it."""
        if self._staple is None:
            return None
        core = segment.mask
        for part in segment.parts:
            core = masks.intersection(core, part)
        core = core if len(core.runs) else segment.mask
        inside = masks.to_dense_crop(core, self._staple.box)
        return float(self._staple.probability[inside].mean())

    def kept_of(self, segment: Segment) -> masks.Runs:
        kept = masks.intersection(self._mask, segment.mask)
        smallest_px = min(masks.area_px(part) for part in segment.parts)
        return kept if 2 * masks.area_px(kept) >= smallest_px else segment.mask


def _outcome(
    segment: Segment, n_readers: int, rule: ConsensusRule, probability: float | None
) -> SegmentOutcome:
    if len(segment.marked_by) == n_readers:
        return SegmentOutcome.KEPT
    if rule == ConsensusRule.UNANIMOUS:
        return SegmentOutcome.TIED
    if probability is None:
        return MAJORITY_OUTCOMES[segment.outcome(n_readers)]
    if DOUBTFUL_BELOW <= probability <= DOUBTFUL_ABOVE:
        return SegmentOutcome.TIED
    return SegmentOutcome.KEPT if probability > DOUBTFUL_ABOVE else SegmentOutcome.LEFT_OUT


def _disputed(
    segment: Segment,
    spacing_mm: tuple[float, float] | None,
    probability: float | None,
    outcome: SegmentOutcome,
) -> DisputedSegment:
    """Measure up to the edge of what was drawn: a dot has its diameter at stake, not nothing."""
    return DisputedSegment(
        mask=masks.encode_compact(segment.mask),
        box=[int(side) for side in masks.bounding_box(segment.mask)],
        area_px=masks.area_px(segment.mask),
        length_px=masks.end_capped_length_mm(segment.mask, segment.line, (1.0, 1.0)),
        length_mm=masks.end_capped_length_mm(segment.mask, segment.line, spacing_mm) if spacing_mm else None,
        parts=[
            SegmentPart(
                reading=reading,
                mask=masks.encode_compact(part),
                sha256=masks.digest(part),
                area_px=masks.area_px(part),
            )
            for reading, part in zip(segment.marked_by, segment.parts, strict=True)
        ],
        probability=probability,
        outcome=outcome,
    )


def _found(agreed: masks.Runs, disputed: list[DisputedSegment]) -> FoundConsensus:
    return FoundConsensus(mask=masks.encode_compact(agreed), sha256=masks.digest(agreed), segments=disputed)


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
