"""A frozen dataset version as exported (docs/dataset_format.md), checked against its own digests."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import MlError, TrainingDataRefusedError
from ml.images import read_clean_png
from ml.masks import from_png, to_dense
from ml.training.source.example import Example, Finding, Listing
from ml.types import Acquisition

_AGE = re.compile(r"(\d{3})Y")


class DatasetSource:
    """The folder of a dataset version; each reading of an image is an example.

    Parameters
    ----------
    folder : Path
        What the export wrote, unpacked. The list is checked at once, each file as it is read.

    Raises
    ------
    TrainingDataRefusedError
        Codes: dataset_missing, dataset_format, dataset_damaged.
    """

    is_synthetic = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        manifest = _read_manifest(folder)
        self.version = f"{manifest['dataset']} ({manifest['content_sha256']})"
        self._digests = {file["path"]: file["sha256"] for file in manifest["files"]}
        self._items = {_example_id(item): item for item in manifest["items"]}
        self.listings = tuple(_listing(image_id, item) for image_id, item in self._items.items())

    def read(self, listing: Listing) -> Example:
        """Read one image and its masks.

        Raises
        ------
        TrainingDataRefusedError
            With code `dataset_damaged` where a file is missing or not the one that was exported.
        """
        item = self._items[listing.image_id]
        name = item["image"]["file"]
        try:
            pixels = read_clean_png(self._content(name))
            masks = {label: self._mask(mask["file"]) for label, mask in item["masks"].items()}
        except TrainingDataRefusedError:
            raise
        except MlError as error:
            raise _damaged(self._folder, f"{name} or a mask of it cannot be read: {error.message}") from None
        if any(mask.shape != pixels.shape for mask in masks.values()):
            raise _damaged(self._folder, f"a mask of {name} is not as large as the image")
        return Example(
            image_id=listing.image_id,
            patient_id=listing.patient_id,
            age_years=listing.age_years,
            pixels=pixels,
            acquisition=_acquisition(item["image"]),
            masks=masks,
            questions=item["annotation"]["answers"],
        )

    def _mask(self, name: str) -> NDArray[np.bool_]:
        return to_dense(from_png(self._content(name)))

    def _content(self, name: str) -> bytes:
        if name not in self._digests:
            raise _damaged(self._folder, f"{name} is not in its list of files")
        try:
            content = (self._folder / name).read_bytes()
        except OSError as error:
            raise _damaged(self._folder, f"{name} cannot be read ({error.strerror})") from None
        if hashlib.sha256(content).hexdigest() != self._digests[name]:
            raise _damaged(self._folder, f"{name} is not the file that was exported")
        return content


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_bytes())
    except OSError:
        raise TrainingDataRefusedError(
            f"{path} is not there. Give the folder of an exported dataset version, unpacked.",
            code="dataset_missing",
        ) from None
    except ValueError:
        raise _damaged(folder, "manifest.json is no JSON") from None
    is_known = isinstance(manifest, dict) and manifest.get("format") == "tramline-dataset"
    if not is_known or manifest.get("format_version") != 1:
        raise TrainingDataRefusedError(
            f"{path} is not the list of a Tramline dataset of format version 1. Export the version again.",
            code="dataset_format",
        )
    text = json.dumps(manifest["items"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != manifest["content_sha256"]:
        raise _damaged(folder, "its list of items does not have the digest that it names")
    return manifest


def _example_id(item: dict[str, Any]) -> str:
    return f"{Path(item['image']['file']).stem}_{item['annotation']['annotation'].replace('-', '')[:12]}"


def _listing(image_id: str, item: dict[str, Any]) -> Listing:
    present = {label: mask["area_px"] > 0 for label, mask in item["masks"].items()}
    return Listing(
        image_id=image_id,
        patient_id=item["patient"],
        age_years=_age_years(item["image"]["attributes"].get("PatientAge")),
        split=item["split"],
        present=present,
        answers=item["annotation"]["answers"],
        findings=tuple(map(_finding, item["findings"])),
    )


def _finding(told: dict[str, Any]) -> Finding:
    x, y = np.mean(told["points"], axis=0)
    return Finding(centre=(float(y), float(x)), histology=told["histology"])


def _age_years(text: object) -> int | None:
    match = _AGE.fullmatch(text) if isinstance(text, str) else None
    return int(match[1]) if match else None


def _acquisition(image: dict[str, Any]) -> Acquisition:
    spacing = image["pixel_spacing_mm"]
    return Acquisition.from_attributes(
        image["attributes"],
        bits_stored=image["bits_stored"],
        photometric_interpretation=image["photometric_interpretation"],
        presentation_intent=image["presentation_intent"],
        pixel_spacing_mm=(spacing[0], spacing[1]) if spacing else None,
        pixel_spacing_source=image["pixel_spacing_source"],
        image_laterality=image["image_laterality"],
        view_position=image["view_position"],
    )


def _damaged(folder: Path, fault: str) -> TrainingDataRefusedError:
    return TrainingDataRefusedError(
        f"The dataset in {folder} is not as it was exported: {fault}. Export it again.",
        code="dataset_damaged",
    )
