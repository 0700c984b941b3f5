"""A dataset version in numbers, and what its user should know before training on it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from annotations.domain.dataset_record import ItemRecord
from annotations.domain.dataset_selection import SPLITS
from annotations.enums import Label


@dataclass(frozen=True)
class Count:
    """What one split, or all of them, holds. `marked` counts annotations with a non-empty mask of a label."""

    split: str
    patients: int
    images: int
    annotations: int
    marked: dict[str, int]


@dataclass(frozen=True)
class DatasetSummary:
    total: Count
    splits: list[Count]
    labels: list[str]
    readers: list[str]
    warnings: list[str]


def summarise_records(records: Sequence[ItemRecord]) -> DatasetSummary:
    """Count the items of a version, draft or frozen."""
    labels = sorted({label for record in records for label in record["masks"]})
    splits = [
        _count(split, [record for record in records if record["split"] == split], labels) for split in SPLITS
    ]
    return DatasetSummary(
        total=_count("all", records, labels),
        splits=splits,
        labels=[str(Label(label).label) for label in labels],
        readers=sorted({record["annotation"]["reader"] for record in records}),
        warnings=_warnings(records, splits) if records else [],
    )


def _count(split: str, records: Sequence[ItemRecord], labels: Sequence[str]) -> Count:
    return Count(
        split=split,
        patients=len({record["patient"] for record in records}),
        images=len({record["image"]["pixels_sha256"] for record in records}),
        annotations=len(records),
        marked={label: sum(record["masks"][label]["area_px"] > 0 for record in records) for label in labels},
    )


def _warnings(records: Sequence[ItemRecord], splits: Sequence[Count]) -> list[str]:
    images = {record["image"]["pixels_sha256"]: record["image"] for record in records}
    no_spacing = sum(image["pixel_spacing_mm"] is None for image in images.values())
    readings = Counter(record["image"]["pixels_sha256"] for record in records)
    several = sum(count > 1 for count in readings.values())
    shown = sum(record["annotation"]["preannotation_shown"] for record in records)
    synthetic = sum(any(fact["synthetic_only"] for fact in record["predictions"]) for record in records)
    unanswered = sum(not record["annotation"]["answers"] for record in records)
    sentences = [
        (no_spacing, "{} without pixel spacing: no length in mm can be measured there.", "image"),
        (several, "{} read more than once: every reading is an item of its own.", "image"),
        (shown, "{} made with a model's proposal on screen: not an independent reading.", "annotation"),
        (synthetic, "{} began from a model that was trained on phantoms alone.", "annotation"),
        (unanswered, "{} without an answer to the question whether BAC is present.", "annotation"),
    ]
    warnings = [text.format(_counted(count, noun)) for count, text, noun in sentences if count]
    empty = [split.split for split in splits if split.patients == 0]
    if empty:
        warnings.append(f"No patient in {' and '.join(empty)}: the split is by patient, and these are few.")
    return warnings


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
