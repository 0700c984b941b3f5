"""Comparisons of masks, each made once and kept: what is stored, and what is still to be measured."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from annotations.domain.reading_pair import (
    CampaignReading,
    PairKey,
    ReadingGroup,
    ReadingMatch,
    Spacing,
    current_pairs,
    final_snapshots,
)
from annotations.domain.run import Heartbeat, update_own_run
from annotations.ml_gateway.agreement import (
    AGREEMENT_VERSION,
    ImageReadings,
    LineSegment,
    MeasuredImage,
    measuring,
    pair_scores,
)
from annotations.models import AgreementRun, PairComparison, ReadingPair, SegmentVotes

# What a worker holds in memory at once, and loses where it dies.
IMAGES_AT_ONCE = 400
ROWS_AT_ONCE = 1000
LOOKED_UP_AT_ONCE = 5000


@dataclass
class Errand:
    """What is still to be measured on one image; `snapshots` say where the mask of each digest is stored."""

    spacing_mm: Spacing
    snapshots: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    groups: list[ReadingGroup] = field(default_factory=list)

    def needs(self, readings: Iterable[CampaignReading], label: str) -> None:
        for reading in readings:
            self.snapshots[reading.digests[label]] = (reading.annotation, label)


def compare_new(
    run: AgreementRun, heartbeat: Heartbeat, paired: Sequence[ReadingMatch], together: Sequence[ReadingGroup]
) -> int | None:
    """Measure what no run has measured yet and return how many comparisons that were; None where stopped.

    What is measured is written batch by batch and stays.
    """
    errands = _errands(paired, together)
    heartbeat.report_progress(0, len(errands))
    count = 0
    with measuring(len(errands)) as measure:
        for first in range(0, len(errands), IMAGES_AT_ONCE):
            batch = errands[first : first + IMAGES_AT_ONCE]
            measured: dict[int, MeasuredImage] = {}
            for place, image in measure(_with_masks(batch), heartbeat.should_stop):
                measured[place] = image
                heartbeat.report_progress(first + len(measured), len(errands))
            count += _write(run, batch, measured, done=first + len(measured))
            if len(measured) < len(batch):
                return None
    return count


def link_pairs(run: AgreementRun, paired: Sequence[ReadingMatch]) -> None:
    """Write for each pair of readings which comparison is theirs; what is written already stays."""
    comparisons = stored_comparisons({match.key for match in paired})
    linked = set(
        current_pairs(run.campaign).values_list("first_id", "second_id", "label", "comparison_id").iterator()
    )
    rows = [
        ReadingPair(
            campaign=run.campaign,
            first_id=match.first.annotation,
            second_id=match.second.annotation,
            label=match.label,
            comparison_id=comparisons[match.key],
            is_turned=match.is_turned,
        )
        for match in paired
        if (match.first.annotation, match.second.annotation, match.label, comparisons[match.key])
        not in linked
    ]
    with transaction.atomic():
        update_own_run(run, worker=run.worker)
        ReadingPair.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)


def stored_comparisons(keys: set[PairKey]) -> dict[PairKey, UUID]:
    """Look up which of these comparisons are stored."""
    found: dict[PairKey, UUID] = {}
    for firsts in _in_parts(sorted({key[0] for key in keys})):
        rows = PairComparison.objects.filter(first_sha256__in=firsts, definition_version=AGREEMENT_VERSION)
        names = "id", "first_sha256", "second_sha256", "pixel_spacing_row_mm", "pixel_spacing_column_mm"
        for pk, one, other, row_mm, column_mm in rows.values_list(*names).iterator():
            spacing = None if row_mm is None or column_mm is None else (row_mm, column_mm)
            found[one, other, spacing] = pk
    return {key: found[key] for key in keys & found.keys()}


def stored_votes(keys: set[str]) -> Iterator[SegmentVotes]:
    for part in _in_parts(sorted(keys)):
        yield from SegmentVotes.objects.filter(key__in=part)


def _in_parts(words: Sequence[str]) -> Iterator[Sequence[str]]:
    return (words[first : first + LOOKED_UP_AT_ONCE] for first in range(0, len(words), LOOKED_UP_AT_ONCE))


def _errands(paired: Sequence[ReadingMatch], together: Sequence[ReadingGroup]) -> list[Errand]:
    """List what is not stored yet, each comparison once, however many images it serves."""
    stored = set(stored_comparisons({match.key for match in paired}))
    stored_keys = {
        key
        for part in _in_parts(sorted({group.key for group in together}))
        for key in SegmentVotes.objects.filter(key__in=part).values_list("key", flat=True)
    }
    by_image: dict[UUID, Errand] = {}
    for match in paired:
        if match.key not in stored:
            stored.add(match.key)
            errand = by_image.setdefault(match.first.mammogram, Errand(match.first.spacing_mm))
            errand.pairs.append(match.key[:2])
            errand.needs((match.first, match.second), match.label)
    for group in together:
        if group.key not in stored_keys:
            stored_keys.add(group.key)
            reading = group.readings[0]
            errand = by_image.setdefault(reading.mammogram, Errand(reading.spacing_mm))
            errand.groups.append(group)
            errand.needs(group.readings, group.label)
    return list(by_image.values())


def _with_masks(errands: Sequence[Errand]) -> list[ImageReadings]:
    wanted = {snapshot for errand in errands for snapshot in errand.snapshots.values()}
    stored = final_snapshots(annotation for annotation, _ in wanted)
    masks = {
        (annotation, label): bytes(mask)
        for annotation, label, mask in stored.values_list("annotation_id", "label", "mask").iterator()
        if (annotation, label) in wanted
    }
    return [
        ImageReadings(
            masks={digest: masks[snapshot] for digest, snapshot in errand.snapshots.items()},
            pairs=errand.pairs,
            groups=[group.digests for group in errand.groups],
            pixel_spacing_mm=errand.spacing_mm,
        )
        for errand in errands
    ]


def _write(
    run: AgreementRun, errands: Sequence[Errand], measured: dict[int, MeasuredImage], *, done: int
) -> int:
    comparisons = [row for place, image in measured.items() for row in _comparisons(errands[place], image)]
    votes = [row for place, image in measured.items() for row in _votes(errands[place], image)]
    with transaction.atomic():
        update_own_run(run, done=done)
        # Another campaign's run may have come first with the same masks.
        PairComparison.objects.bulk_create(comparisons, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
        SegmentVotes.objects.bulk_create(votes, ignore_conflicts=True, batch_size=ROWS_AT_ONCE)
    return len(comparisons)


def _comparisons(errand: Errand, measured: MeasuredImage) -> Iterator[PairComparison]:
    row_mm, column_mm = errand.spacing_mm or (None, None)
    for (one, other), counts in zip(errand.pairs, measured.pairs, strict=True):
        yield PairComparison(
            first_sha256=one,
            second_sha256=other,
            pixel_spacing_row_mm=row_mm,
            pixel_spacing_column_mm=column_mm,
            definition_version=AGREEMENT_VERSION,
            **asdict(counts),
            **pair_scores(counts),
        )


def _votes(errand: Errand, measured: MeasuredImage) -> Iterator[SegmentVotes]:
    for group, found in zip(errand.groups, measured.groups, strict=True):
        yield SegmentVotes(
            key=group.key,
            masks=list(group.digests),
            segments=[_segment(segment) for segment in found.segments],
            patterns={str(pattern): pixels for pattern, pixels in found.patterns.items()},
            definition_version=AGREEMENT_VERSION,
        )


def _segment(segment: LineSegment) -> list[Any]:
    return [
        segment.row,
        segment.column,
        segment.length_px,
        segment.length_mm,
        [int(vote) for vote in segment.votes],
    ]
