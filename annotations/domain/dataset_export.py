"""A frozen dataset version as files: into a folder, or as one zip. The same version gives the same bytes."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from annotations.domain.annotation import annotation_masks
from annotations.domain.audit import record_act
from annotations.domain.content import has_content, read_content
from annotations.domain.dataset import item_records
from annotations.domain.dataset_export_texts import manifest_head, readme_text
from annotations.domain.dataset_record import ItemRecord
from annotations.enums import DatasetVersionState, Label
from annotations.errors import ConflictError
from annotations.ml_gateway.exports import mask_to_coco
from annotations.ml_gateway.masks import mask_to_png
from annotations.models import DatasetItem, DatasetVersion, Reader

ITEMS_PER_FETCH = 200


@dataclass(frozen=True)
class ExportFile:
    """One file of an export; `path` is relative to its folder, with forward slashes."""

    path: str
    content: bytes


def export_dataset_version(
    *,
    version: DatasetVersion,
    folder: Path,
    reader: Reader | None = None,
    on_file: Callable[[ExportFile], None] | None = None,
) -> None:
    """Write a frozen version into a new folder, which appears whole or not at all, and an audit record.

    Raises ConflictError with `dataset_version_not_frozen`, `export_target_exists` or `content_damaged`.
    """
    check_exportable(version)
    _check_target(folder)
    unfinished = folder.with_name(f".{folder.name}.writing-{secrets.token_hex(4)}")
    try:
        for file in export_files(version):
            path = unfinished / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            if on_file is not None:
                on_file(file)
        os.sync()  # or a power cut could leave the folder with files that are not written yet
        _check_target(folder)
        with transaction.atomic():
            record_act("export_dataset_version", actor=reader, subject=version, name=str(version))
            unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def check_exportable(version: DatasetVersion) -> None:
    """Refuse a draft, and a version of which an image is gone from the content store."""
    if version.state != DatasetVersionState.FROZEN:
        raise ConflictError(
            f"{version} is a draft; only a frozen version is exported. Freeze it first.",
            code="dataset_version_not_frozen",
        )
    for sha256 in _image_digests(item_records(version)):
        if not has_content(sha256):
            raise _damaged(sha256, "is missing from the content store")


def export_files(version: DatasetVersion) -> Iterator[ExportFile]:
    """Give the files of a frozen version one by one, SHA256SUMS last; one image is in memory at a time."""
    records = item_records(version)
    listing = _Listing()
    for sha256 in _image_digests(records):
        yield listing.add(f"images/{sha256[:16]}.png", _read_image(sha256))
    coco = _CocoFile(records)
    for item in _items(version):
        for label, mask in _checked_masks(item).items():
            yield listing.add(item.record["masks"][label]["file"], mask_to_png(mask))
            coco.add(item.record, label, mask)
    yield listing.add("annotations/coco.json", _json_bytes(coco.content(version)))
    yield listing.add("README.txt", readme_text(version, records).encode())
    manifest = {**manifest_head(version), "files": list(listing.files), "items": records}
    yield listing.add("manifest.json", _json_bytes(manifest))
    yield ExportFile("SHA256SUMS", listing.sums().encode())


@dataclass
class _Listing:
    """The files given so far, with their digests."""

    files: list[dict[str, object]] = field(default_factory=list)

    def add(self, path: str, content: bytes) -> ExportFile:
        digest = hashlib.sha256(content).hexdigest()
        self.files.append({"path": path, "sha256": digest, "bytes": len(content)})
        return ExportFile(path, content)

    def sums(self) -> str:
        """Write what `sha256sum -c` reads."""
        return "".join(f"{file['sha256']}  {file['path']}\n" for file in self.files)


class _CocoFile:
    """annotations/coco.json: every image once, and one annotation for each mask that is not empty."""

    def __init__(self, records: Sequence[ItemRecord]) -> None:
        self._images: dict[str, dict[str, object]] = {}
        self._annotations: list[dict[str, object]] = []
        self._categories = {label: number for number, label in enumerate(Label.values, start=1)}
        for record in records:
            image = record["image"]
            self._images.setdefault(
                image["pixels_sha256"],
                {
                    "id": len(self._images) + 1,
                    "file_name": image["file"],
                    "height": image["rows"],
                    "width": image["columns"],
                },
            )

    def add(self, record: ItemRecord, label: str, mask: bytes) -> None:
        if record["masks"][label]["area_px"] == 0:
            return
        self._annotations.append(
            {
                "id": len(self._annotations) + 1,
                "image_id": self._images[record["image"]["pixels_sha256"]]["id"],
                "category_id": self._categories[label],
                "iscrowd": 0,
                "annotation": record["annotation"]["annotation"],
                **mask_to_coco(mask),
            }
        )

    def content(self, version: DatasetVersion) -> dict[str, Any]:
        return {
            "info": {"description": f"Tramline dataset {version}. Research use only."},
            "images": list(self._images.values()),
            "annotations": self._annotations,
            "categories": [
                {"id": number, "name": label, "supercategory": "calcification"}
                for label, number in self._categories.items()
            ],
        }


def _items(version: DatasetVersion) -> Iterator[DatasetItem]:
    items = version.items.order_by("number").select_related("annotation__mammogram")
    return items.iterator(chunk_size=ITEMS_PER_FETCH)


def _checked_masks(item: DatasetItem) -> dict[str, bytes]:
    """Return the masks of an item, each held to the digest of the day it was frozen."""
    masks = annotation_masks(item.annotation, at_version=item.annotation_version)
    for label, facts in item.record["masks"].items():
        if masks[label].sha256 != facts["runs_sha256"]:
            raise _damaged(str(item.annotation_id), f"no longer has the {label} mask that was frozen")
    return {label: masks[label].data for label in item.record["masks"]}


def _image_digests(records: Sequence[ItemRecord]) -> list[str]:
    """Return the digest of every image once, in the order of the items."""
    return list(dict.fromkeys(record["image"]["pixels_sha256"] for record in records))


def _read_image(sha256: str) -> bytes:
    content = read_content(sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _damaged(sha256, "has changed on disk")
    return content


def _check_target(folder: Path) -> None:
    if folder.exists() or folder.is_symlink():
        raise ConflictError(
            f"{folder} exists already, and nothing is ever written over. Name a folder that does not exist.",
            code="export_target_exists",
        )


def _damaged(name: str, fault: str) -> ConflictError:
    return ConflictError(
        f"{name} {fault}. Nothing was exported; restore it from a backup.", code="content_damaged"
    )


def _json_bytes(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
