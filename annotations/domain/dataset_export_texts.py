"""The words of an export: the head of its manifest and the README for whoever unpacks it."""

from collections.abc import Sequence
from textwrap import fill, indent

from annotations.domain.dataset_record import ItemRecord
from annotations.domain.dataset_selection import TRAIN_SHARE, VALIDATION_SHARE
from annotations.domain.dataset_summary import DatasetSummary, summarise_records
from annotations.models import DatasetVersion

FORMAT_VERSION = 1
SPLIT_RULE = (
    "By patient: the first 8 bytes of SHA-256('tramline-split-1:' + patient), as a big-endian number modulo "
    f"100; below {TRAIN_SHARE} is train, below {TRAIN_SHARE + VALIDATION_SHARE} is validation, the rest is "
    "test. A patient is in one split only, and in the same one in every version."
)
USE = (
    "Research use only. Not for diagnosis. The images keep the licence and the conditions under which they "
    "were given to this installation."
)
WIDTH = 100
WHAT_IS_HERE = """\
Is it whole? In this folder:
    sha256sum -c SHA256SUMS          (on macOS: shasum -a 256 -c SHA256SUMS)
Every line must say OK.

What is here
    images/        one 16-bit grey PNG for each image: the stored values as they came, never windowed or
                   inverted. MONOCHROME1 in the manifest means that low values are bright.
    masks/         one 8-bit PNG for each annotation and label, as large as its image: 255 is inside. An
                   all-black mask is an answer too: the reader marked nothing. The name says image,
                   annotation and label, so that several readings of one image lie side by side.
    annotations/   coco.json: the masks that are not empty as COCO annotations (compressed RLE).
    manifest.json  what each item is, who made it (a pseudonym), from what, and in which split.
    SHA256SUMS     the SHA-256 of every other file.
"""


def manifest_head(version: DatasetVersion) -> dict[str, object]:
    """Return the manifest without files and items; nothing in it says when or where it was exported."""
    return {
        "format": "tramline-dataset",
        "format_version": FORMAT_VERSION,
        "dataset": str(version),
        "content_sha256": version.content_sha256,
        "frozen_at": version.frozen_at.isoformat() if version.frozen_at else None,
        "filter": version.filter,
        "notes": version.notes,
        "use": USE,
        "splits": SPLIT_RULE,
    }


def readme_text(version: DatasetVersion, records: Sequence[ItemRecord]) -> str:
    """Tell whoever unpacks an export what is in it and how to check that it is whole."""
    summary = summarise_records(records)
    return "\n".join(
        [
            f"Tramline dataset {version}, frozen {version.frozen_at:%Y-%m-%d %H:%M} UTC",
            "",
            fill(USE, WIDTH),
            "",
            WHAT_IS_HERE,
            "Splits",
            indent(fill(SPLIT_RULE, WIDTH - 4), "    "),
            "",
            *_counts(summary),
            *_known_limits(summary),
            "",
            f"Digest of the items: {version.content_sha256}",
            f"docs/dataset_format.md of Tramline describes this format, version {FORMAT_VERSION}.",
            "",
        ]
    )


def _counts(summary: DatasetSummary) -> list[str]:
    rows = [
        (row.split, row.patients, row.images, row.annotations) for row in [*summary.splits, summary.total]
    ]
    return [f"    {'split':<12}  patients    images  annotations"] + [
        f"    {split:<12}{patients:>10}{images:>10}{annotations:>13}"
        for split, patients, images, annotations in rows
    ]


def _known_limits(summary: DatasetSummary) -> list[str]:
    if not summary.warnings:
        return []
    return ["", "To know before use", *(f"    {warning}" for warning in summary.warnings)]
