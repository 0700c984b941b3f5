import hashlib
import json
import subprocess
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from annotations.domain.content import content_path, read_content
from annotations.domain.dataset import content_digest
from annotations.domain.dataset_archive import stream_archive
from annotations.domain.dataset_export import export_dataset_version, export_files
from annotations.domain.dataset_record import build_items
from annotations.errors import TramlineError
from annotations.models import DatasetItem, DatasetVersion, Mammogram
from ml.training.source import DatasetSource
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.dataset import make_dataset_version
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _noise(seed: int) -> NDArray[np.bool_]:
    return np.random.default_rng(seed).random((64, 48)) < 0.2


def _frozen_version() -> tuple[DatasetVersion, Mammogram]:
    """Two images; the first was read twice, the second has an empty BAC mask."""
    first, second = make_mammogram(), make_mammogram()
    make_annotation(first, labels={"bac": _noise(1), "microcalcification": _noise(2)}, submitted=True)
    make_annotation(first, labels={"bac": _noise(3)}, submitted=True)
    make_annotation(second, answer="no", submitted=True)
    return make_dataset_version(frozen=True, which="all"), first


def _read_mask(path: Path) -> NDArray[np.bool_]:
    with Image.open(path) as image:
        assert image.mode == "L"
        pixels = np.asarray(image)
    assert set(np.unique(pixels)) <= {0, 255}
    return pixels == 255


def _archive(version: DatasetVersion) -> Iterator[bytes]:
    return stream_archive(version=version, reader=make_reader("data_scientist"))


def _check_sums(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_export_passes_the_checksum_program(tmp_path: Path) -> None:
    version, _ = _frozen_version()

    export_dataset_version(version=version, folder=tmp_path / "out")

    result = _check_sums(tmp_path / "out")
    assert result.returncode == 0
    checked = {line.split(":")[0] for line in result.stdout.splitlines()}
    assert checked == set(_tree(tmp_path / "out")) - {"SHA256SUMS"}


def test_one_flipped_bit_is_found_by_the_checksum_program(tmp_path: Path) -> None:
    version, _ = _frozen_version()
    export_dataset_version(version=version, folder=tmp_path / "out")
    image = next((tmp_path / "out" / "images").iterdir())
    content = bytearray(image.read_bytes())
    content[40] ^= 1
    image.write_bytes(content)

    result = _check_sums(tmp_path / "out")

    assert result.returncode == 1
    assert f"images/{image.name}: FAILED" in result.stdout


def test_export_holds_the_stored_images_byte_for_byte(tmp_path: Path) -> None:
    version, first = _frozen_version()

    export_dataset_version(version=version, folder=tmp_path / "out")

    exported = (tmp_path / "out" / "images" / f"{first.pixels_sha256[:16]}.png").read_bytes()
    assert exported == read_content(first.pixels_sha256)
    assert len(list((tmp_path / "out" / "images").iterdir())) == 2


def test_export_has_a_mask_for_every_reading_and_label(tmp_path: Path) -> None:
    version, _ = _frozen_version()

    export_dataset_version(version=version, folder=tmp_path / "out")

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    exported = {
        (item["annotation"]["annotation"], label): _read_mask(tmp_path / "out" / facts["file"])
        for item in manifest["items"]
        for label, facts in item["masks"].items()
    }
    assert len(exported) == 6
    by_area = sorted(exported.values(), key=np.sum)
    assert [int(mask.sum()) for mask in by_area[:3]] == [0, 0, 0]
    wanted = sorted((_noise(seed) for seed in (1, 2, 3)), key=np.sum)
    assert all(np.array_equal(mask, noise) for mask, noise in zip(by_area[3:], wanted, strict=True))


def test_coco_annotations_equal_the_mask_files(tmp_path: Path) -> None:
    version, _ = _frozen_version()
    export_dataset_version(version=version, folder=tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    files = {
        (item["annotation"]["annotation"], label): facts["file"]
        for item in manifest["items"]
        for label, facts in item["masks"].items()
    }

    coco = COCO(tmp_path / "out" / "annotations" / "coco.json")

    assert len(coco.anns) == 3
    for annotation in coco.anns.values():
        label = coco.cats[annotation["category_id"]]["name"]
        mask = _read_mask(tmp_path / "out" / files[annotation["annotation"], label])
        assert np.array_equal(coco.annToMask(annotation) == 1, mask)
        assert annotation["area"] == mask.sum()
        assert annotation["bbox"] == coco_mask.toBbox(annotation["segmentation"]).tolist()
    assert {image["file_name"] for image in coco.imgs.values()} == {
        item["image"]["file"] for item in manifest["items"]
    }


def test_manifest_lets_its_reader_check_items_and_files(tmp_path: Path) -> None:
    version, _ = _frozen_version()
    export_dataset_version(version=version, folder=tmp_path / "out")

    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())

    assert manifest["dataset"] == str(version)
    assert manifest["format_version"] == 1
    assert manifest["content_sha256"] == content_digest(manifest["items"]) == version.content_sha256
    assert manifest["filter"]["which"] == "all"
    assert "Research use only" in manifest["use"]
    tree = _tree(tmp_path / "out")
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        path: hashlib.sha256(content).hexdigest()
        for path, content in tree.items()
        if path not in ("manifest.json", "SHA256SUMS")
    }


def test_same_version_exports_the_same_bytes_twice(tmp_path: Path) -> None:
    version, _ = _frozen_version()

    export_dataset_version(version=version, folder=tmp_path / "one")
    make_annotation(submitted=True)
    export_dataset_version(version=version, folder=tmp_path / "two")

    assert _tree(tmp_path / "one") == _tree(tmp_path / "two")


def test_archive_holds_the_same_files_and_the_same_bytes_twice(tmp_path: Path) -> None:
    version, _ = _frozen_version()
    export_dataset_version(version=version, folder=tmp_path / "out")

    once, twice = (b"".join(_archive(version)) for _ in range(2))

    assert once == twice
    with zipfile.ZipFile(BytesIO(once)) as archive:
        assert archive.testzip() is None
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.flag_bits for entry in archive.infolist()} == {0}
        content = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    stem = f"{version.dataset.name}-1/"
    assert content == {stem + path: content for path, content in _tree(tmp_path / "out").items()}


def test_archive_is_handed_on_file_by_file() -> None:
    version, first = _frozen_version()

    part = next(iter(_archive(version)))

    assert read_content(first.pixels_sha256) in part or part.startswith(b"PK")
    assert len(part) < 10_000


def test_export_names_no_account_and_no_source_of_an_image(tmp_path: Path) -> None:
    reader = make_reader(username="dr-canary")
    image = make_mammogram()
    make_annotation(image, assignment=make_assignment(reader=reader, study=image.study), submitted=True)
    version = make_dataset_version(reader=make_reader("data_scientist", username="ds-canary"), frozen=True)

    export_dataset_version(version=version, folder=tmp_path / "out")

    everything = b"".join(_tree(tmp_path / "out").values()) + b"".join(_archive(version))
    assert reader.pseudonym.encode() in everything
    for secret in (
        b"canary",
        image.source_sha256.encode(),
        image.sop_instance_uid.encode(),
        str(reader.id).encode(),
    ):
        assert secret not in everything


def test_export_refuses_a_draft(tmp_path: Path) -> None:
    make_annotation(submitted=True)

    with pytest.raises(TramlineError) as caught:
        export_dataset_version(version=make_dataset_version(), folder=tmp_path / "out")

    assert caught.value.code == "dataset_version_not_frozen"


@pytest.mark.parametrize("kind", ["folder", "file", "broken link"])
def test_export_never_writes_over_what_is_there(tmp_path: Path, kind: str) -> None:
    version, _ = _frozen_version()
    target = tmp_path / "out"
    if kind == "folder":
        target.mkdir()
    elif kind == "file":
        target.write_text("mine")
    else:
        target.symlink_to(tmp_path / "nowhere")

    with pytest.raises(TramlineError) as caught:
        export_dataset_version(version=version, folder=target)

    assert caught.value.code == "export_target_exists"


def test_failed_export_leaves_nothing_behind(tmp_path: Path) -> None:
    version, first = _frozen_version()
    path = content_path(first.pixels_sha256)
    path.chmod(0o600)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    before = set(tmp_path.iterdir())

    with pytest.raises(TramlineError) as caught:
        export_dataset_version(version=version, folder=tmp_path / "out")

    assert caught.value.code == "content_damaged"
    assert set(tmp_path.iterdir()) == before


def test_export_interrupted_midway_shows_no_folder(tmp_path: Path) -> None:
    version, _ = _frozen_version()
    before = set(tmp_path.iterdir())
    seen = []

    def stop(file: object) -> None:
        seen.append((file, (tmp_path / "out").exists()))
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_dataset_version(version=version, folder=tmp_path / "out", on_file=stop)

    assert [was_visible for _, was_visible in seen] == [False, False, False]
    assert set(tmp_path.iterdir()) == before


def test_export_and_archive_refuse_a_version_whose_image_is_gone(tmp_path: Path) -> None:
    version, first = _frozen_version()
    content_path(first.pixels_sha256).unlink()

    with pytest.raises(TramlineError) as in_export:
        export_dataset_version(version=version, folder=tmp_path / "out")
    with pytest.raises(TramlineError) as in_archive:
        _archive(version)

    assert (in_export.value.code, in_archive.value.code) == ("content_damaged", "content_damaged")


def test_export_refuses_a_mask_that_is_not_the_frozen_one() -> None:
    make_annotation(labels={"bac": _noise(1)}, submitted=True)
    version = make_dataset_version()
    (item,) = build_items(version.filter)
    item.record["masks"]["bac"]["runs_sha256"] = "0" * 64
    DatasetItem.objects.create(
        version=version, annotation=item.annotation, annotation_version=2, number=1, record=item.record
    )

    with pytest.raises(TramlineError) as caught:
        list(export_files(version))

    assert caught.value.code == "content_damaged"


def test_readme_says_how_to_check_and_what_to_know(tmp_path: Path) -> None:
    version, _ = _frozen_version()

    export_dataset_version(version=version, folder=tmp_path / "out")

    text = (tmp_path / "out" / "README.txt").read_text()
    assert "sha256sum -c SHA256SUMS" in text
    assert "Research use only" in text
    assert "2 images without pixel spacing" in text
    assert max(map(len, text.splitlines())) <= 130


def test_training_reads_what_the_export_writes(tmp_path: Path) -> None:
    version, first = _frozen_version()
    export_dataset_version(version=version, folder=tmp_path / "out")

    source = DatasetSource(tmp_path / "out")
    examples = [source.read(listing) for listing in source.listings]

    assert len(examples) == 3
    assert {example.patient_id for example in examples} == {
        item["patient"] for item in _manifest_items(tmp_path)
    }
    assert sorted(listing.present["bac"] for listing in source.listings) == [False, True, True]
    areas = sorted(int(example.masks["bac"].sum()) for example in examples)
    assert areas == sorted([0, int(_noise(1).sum()), int(_noise(3).sum())])
    assert all(example.acquisition.bits_stored == first.bits_stored for example in examples)


def _manifest_items(tmp_path: Path) -> list[dict]:
    return json.loads((tmp_path / "out" / "manifest.json").read_text())["items"]
