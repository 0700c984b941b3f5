"""A dataset version as one zip, made while it is sent: nothing is written to disk, one file is in memory."""

import io
import zipfile
from collections.abc import Iterator

from annotations.domain.audit import record_act
from annotations.domain.dataset_blinding import check_version_open
from annotations.domain.dataset_export import check_exportable, export_files
from annotations.models import DatasetVersion, Reader

# The oldest time that a zip can hold: the same version gives the same bytes whenever it is packed.
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
ORDINARY_FILE = 0o100644 << 16
MADE_ON_UNIX = 3


def stream_archive(*, version: DatasetVersion, reader: Reader) -> Iterator[bytes]:
    """Give the bytes of a zip with one folder, NAME-NUMBER; who fetched it is written down first.

    What forbids an export is raised at once. Damage that shows only on the way raises from the iterator; the
    zip then has no directory at its end, and no program opens it.
    """
    check_version_open(version, reader=reader)
    check_exportable(version)
    record_act("download_dataset_version", actor=reader, subject=version, name=str(version))
    return _pack(version, folder=archive_stem(version))


def archive_stem(version: DatasetVersion) -> str:
    return f"{version.dataset.name}-{version.number}"


def _pack(version: DatasetVersion, *, folder: str) -> Iterator[bytes]:
    window = _Window()
    # Stored, not deflated: PNG is compressed already, and deflate differs between versions of zlib.
    with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as archive:
        for file in export_files(version):
            entry = zipfile.ZipInfo(f"{folder}/{file.path}", FIXED_TIME)
            entry.create_system = MADE_ON_UNIX
            entry.external_attr = ORDINARY_FILE
            archive.writestr(entry, file.content)
            yield window.take()
    yield window.take()


class _Window:
    """The part of the zip that was not handed on yet; zipfile goes back in it to fill in an entry's head."""

    def __init__(self) -> None:
        self._handed_on = 0
        self._buffer = io.BytesIO()

    def write(self, data: bytes) -> int:
        return self._buffer.write(data)

    def tell(self) -> int:
        return self._handed_on + self._buffer.tell()

    def seek(self, position: int) -> int:
        return self._buffer.seek(position - self._handed_on)

    def flush(self) -> None:
        """Nothing lies behind this window."""

    def close(self) -> None:
        """Nothing to close."""

    def take(self) -> bytes:
        part = self._buffer.getvalue()
        self._handed_on += len(part)
        self._buffer = io.BytesIO()
        return part
