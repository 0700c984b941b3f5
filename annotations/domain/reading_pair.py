"""Which readings of a campaign are compared with which, and what of that is stored already."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from annotations.domain.annotation import annotation_masks, write_snapshots
from annotations.domain.campaign_reading import readings
from annotations.enums import Label
from annotations.ml_gateway.agreement import AGREEMENT_VERSION, spacing_of
from annotations.models import Annotation, AnnotationSnapshot, Campaign, Mammogram, ReadingPair

Spacing = tuple[float, float] | None
# Two masks by their digests, the smaller first, and the size of a pixel.
PairKey = tuple[str, str, Spacing]
MOST_READERS = 16
GROUP_VERSION = f"tramline-votes-{AGREEMENT_VERSION}"


class DrawnMask(NamedTuple):
    """What is to be known of a stored mask without loading it."""

    sha256: str
    area_px: int


@dataclass(frozen=True, kw_only=True)
class CampaignReading:
    """The reading of one reader on one image, as the comparison needs it."""

    annotation: UUID
    assignment: UUID
    mammogram: UUID
    study: UUID
    patient: UUID
    reader: UUID
    round: int
    laterality: str
    view_position: str
    spacing_mm: Spacing
    shows_preannotation: bool
    submitted_at: datetime
    digests: dict[str, str]
    areas_px: dict[str, int]


@dataclass(frozen=True)
class ReadingMatch:
    """Two readings of one image and one label that are to be compared."""

    first: CampaignReading
    second: CampaignReading
    label: str

    @property
    def key(self) -> PairKey:
        one, other = sorted((self.first.digests[self.label], self.second.digests[self.label]))
        return one, other, self.first.spacing_mm

    @property
    def is_turned(self) -> bool:
        return self.first.digests[self.label] > self.second.digests[self.label]


@dataclass(frozen=True)
class ReadingGroup:
    """All readings of one image, one label and one round, to be held together segment by segment."""

    readings: tuple[CampaignReading, ...]
    label: str

    @property
    def digests(self) -> tuple[str, ...]:
        """Each mask once: readers with the same mask have the same votes."""
        return tuple(sorted({reading.digests[self.label] for reading in self.readings}))

    @property
    def key(self) -> str:
        words = [GROUP_VERSION, repr(self.readings[0].spacing_mm), *self.digests]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def load_readings(campaign: Campaign) -> list[CampaignReading]:
    """Load the readings with the digests and areas of their masks, without the masks.

    Masks of labels that the campaign does not ask for play no part.
    """
    found = list(readings(campaign))
    drawn: dict[UUID, dict[str, DrawnMask]] = defaultdict(dict)
    stored = final_snapshots(annotation.id for annotation in found)
    for annotation_id, label, sha256, area_px in stored.values_list(
        "annotation_id", "label", "sha256", "area_px"
    ).iterator():
        drawn[annotation_id][label] = DrawnMask(sha256, area_px)
    for annotation in found:
        if len(drawn[annotation.id]) < len(Label):
            masks = annotation_masks(annotation)
            write_snapshots(annotation, masks)
            drawn[annotation.id] = {
                label: DrawnMask(mask.sha256, mask.area_px) for label, mask in masks.items()
            }
    spacing_by_image = {annotation.mammogram_id: spacing_of(annotation.mammogram) for annotation in found}
    return [
        _to_reading(
            annotation,
            spacing_by_image[annotation.mammogram_id],
            {label: drawn[annotation.id][label] for label in campaign.labels},
        )
        for annotation in found
    ]


def final_snapshots(annotations: Iterable[UUID]) -> QuerySet[AnnotationSnapshot]:
    """Give the masks of annotations as they were submitted."""
    return AnnotationSnapshot.objects.filter(
        annotation__in=list(annotations), version=F("annotation__version")
    ).order_by()


def _to_reading(annotation: Annotation, spacing_mm: Spacing, drawn: dict[str, DrawnMask]) -> CampaignReading:
    mammogram: Mammogram = annotation.mammogram
    assignment = annotation.assignment
    if assignment is None or annotation.submitted_at is None:
        raise TypeError(f"{annotation} is no submitted reading of a campaign")
    return CampaignReading(
        annotation=annotation.id,
        assignment=assignment.id,
        mammogram=mammogram.id,
        study=mammogram.study_id,
        patient=mammogram.study.patient_id,
        reader=annotation.reader_id,
        round=assignment.round,
        laterality=mammogram.image_laterality,
        view_position=mammogram.view_position,
        spacing_mm=spacing_mm,
        shows_preannotation=assignment.shows_preannotation,
        submitted_at=annotation.submitted_at,
        digests={label: mask.sha256 for label, mask in drawn.items()},
        areas_px={label: mask.area_px for label, mask in drawn.items()},
    )


def matches(loaded: Iterable[CampaignReading]) -> Iterator[ReadingMatch]:
    """Pair readings of one image: two readers in the same round, or one reader in two rounds."""
    for of_image in _by_image(loaded):
        for first, second in combinations(of_image, 2):
            if (first.round == second.round) != (first.reader == second.reader):
                yield from (ReadingMatch(first, second, label) for label in first.digests)


def groups(loaded: Iterable[CampaignReading]) -> Iterator[ReadingGroup]:
    """Put together what two readers or more, up to 16, made of one image in one round."""
    for of_image in _by_image(loaded):
        for number in sorted({reading.round for reading in of_image}):
            together = tuple(reading for reading in of_image if reading.round == number)
            if 1 < len(together) <= MOST_READERS:
                yield from (ReadingGroup(together, label) for label in together[0].digests)


def _by_image(loaded: Iterable[CampaignReading]) -> Iterator[list[CampaignReading]]:
    """Give the readings of each image, by reader and round: who comes first in a pair is always the same."""
    by_image: dict[UUID, list[CampaignReading]] = defaultdict(list)
    for reading in loaded:
        by_image[reading.mammogram].append(reading)
    for of_image in by_image.values():
        yield sorted(of_image, key=lambda reading: (reading.reader, reading.round))


def current_pairs(campaign: Campaign) -> QuerySet[ReadingPair]:
    """Give the comparisons that count: the newest of each pair, of readings that still count themselves."""
    newer = ReadingPair.objects.filter(
        first=OuterRef("first"),
        second=OuterRef("second"),
        label=OuterRef("label"),
        created_at__gt=OuterRef("created_at"),
    )
    first, second = (readings(campaign).filter(pk=OuterRef(side)) for side in ("first", "second"))
    return ReadingPair.objects.filter(Exists(first), Exists(second), ~Exists(newer), campaign=campaign)
