import json
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.domain.content import content_path
from tests.factories.annotation import make_annotation
from tests.factories.dataset import make_dataset, make_dataset_version

pytestmark = pytest.mark.django_db


def _export(reference: str, folder: Path) -> str:
    output = StringIO()
    call_command("export_dataset", reference, str(folder), stdout=output)
    return output.getvalue()


def test_export_dataset_writes_a_folder_that_checks_out(tmp_path: Path) -> None:
    make_annotation(submitted=True)
    version = make_dataset_version(make_dataset("kept"), frozen=True)

    output = _export("kept@1", tmp_path / "out")

    assert "Exporting kept@1 (1 items)" in output
    assert "Done: 7 files" in output
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["content_sha256"] == version.content_sha256
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tmp_path / "out", check=True)


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("kept", "Write NAME@VERSION"),
        ("kept@", "Write NAME@VERSION"),
        ("@1", "Write NAME@VERSION"),
        ("kept@one", "Write NAME@VERSION"),
        ("kept@1234567890", "Write NAME@VERSION"),
        ("none@1", "There is no dataset none"),
        ("kept@2", "There is no version 2 of kept; it has 1"),
        ("kept@1", "only a frozen version is exported"),
    ],
)
def test_export_dataset_says_plainly_what_cannot_be(tmp_path: Path, reference: str, message: str) -> None:
    make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"))

    with pytest.raises(CommandError, match=message) as caught:
        _export(reference, tmp_path / "out")

    assert caught.value.returncode == 1
    assert not (tmp_path / "out").exists()


def test_export_dataset_refuses_a_folder_that_exists(tmp_path: Path) -> None:
    make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"), frozen=True)

    with pytest.raises(CommandError, match="exists already"):
        _export("kept@1", tmp_path)


def test_export_dataset_says_where_it_cannot_write(tmp_path: Path) -> None:
    make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"), frozen=True)
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="cannot be written"):
        _export("kept@1", tmp_path / "file" / "out")


def test_export_dataset_refuses_damaged_content(tmp_path: Path) -> None:
    annotation = make_annotation(submitted=True)
    make_dataset_version(make_dataset("kept"), frozen=True)
    content_path(annotation.mammogram.pixels_sha256).unlink()

    with pytest.raises(CommandError, match="missing from the content store"):
        _export("kept@1", tmp_path / "out")
