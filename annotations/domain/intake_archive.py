"""Unpack a zip without believing anything it says about itself."""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from annotations.errors import ArchiveRefusedError

FILE_LIMIT = 2000
INFLATED_LIMIT_BYTES = 4 * 1024**3
RATIO_LIMIT = 200
# A small zip may inflate this far whatever its ratio: an empty film border compresses a thousandfold.
RATIO_FREE_BYTES = 64 * 1024**2
NAME_LIMIT_CHARACTERS = 1024
# Directory of 2,000 files with the longest names; what is longer is not even parsed.
DIRECTORY_LIMIT_BYTES = FILE_LIMIT * (NAME_LIMIT_CHARACTERS + 200)
COPY_BYTES = 1024 * 1024
# The others (LZMA, bzip2) let the zip itself name how much memory its reader takes.
COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# Bit 0: encrypted; bit 6: strongly; bit 13: the directory too.
ENCRYPTED_FLAGS = 1 << 0 | 1 << 6 | 1 << 13

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06")
END_RECORD = b"PK\x05\x06"
END_RECORD_BYTES = 22
LONGEST_COMMENT_BYTES = 65535
ZIP64_LOCATOR = b"PK\x06\x07"
ZIP64_LOCATOR_BYTES = 20


def is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in ZIP_STARTS


def unpack_archive(path: Path, folder: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    """Write the files of a zip into `folder` under numbers, and give (name inside the zip, place) of each.

    All or nothing: the caller gets the first file after the whole zip has been found harmless. Raises
    ArchiveRefusedError.
    """
    try:
        with path.open("rb") as file:
            _check_directory_size(file)
            with zipfile.ZipFile(file) as archive:
                members = _checked_members(archive)
                _inflate(archive, members, folder, allowed_bytes=_allowed_bytes(path))
    except (ArchiveRefusedError, OSError):
        raise
    except Exception as error:
        # Python's reader promises no closed list of what it raises on a damaged zip.
        raise ArchiveRefusedError(
            "The zip is damaged or packed in an unusual way. Pack it again as a plain zip.",
            code="archive_unreadable",
        ) from error
    for number, member in enumerate(members):
        yield PurePosixPath(member.filename), folder / str(number)


def _allowed_bytes(path: Path) -> int:
    return min(INFLATED_LIMIT_BYTES, max(RATIO_FREE_BYTES, RATIO_LIMIT * path.stat().st_size))


def _check_directory_size(file: BinaryIO) -> None:
    """Read the size of the directory from the end record, before Python's reader loads all of it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - END_RECORD_BYTES - LONGEST_COMMENT_BYTES - ZIP64_LOCATOR_BYTES))
    tail = file.read()
    end = tail.rfind(END_RECORD)
    if end < 0 or len(tail) < end + END_RECORD_BYTES:
        raise zipfile.BadZipFile
    is_zip64 = tail[:end][-ZIP64_LOCATOR_BYTES:].startswith(ZIP64_LOCATOR)
    if is_zip64 or int.from_bytes(tail[end + 12 : end + 16], "little") > DIRECTORY_LIMIT_BYTES:
        raise _too_many_files()
    file.seek(0)


def _checked_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > FILE_LIMIT:
        raise _too_many_files()
    for entry in entries:
        _check_entry(entry)
    members = [
        entry for entry in entries if not entry.is_dir() and not is_ignored(PurePosixPath(entry.filename))
    ]
    if not members:
        raise ArchiveRefusedError("The zip holds no files. Pack the images again.", code="archive_empty")
    return members


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":" or "\0" in name:
        raise ArchiveRefusedError(
            "The zip holds a file whose name points outside it (zip slip). Nothing of it is unpacked.",
            code="zip_slip",
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefusedError("The zip holds a link. Pack the files themselves.", code="archive_link")
    if entry.flag_bits & ENCRYPTED_FLAGS:
        raise ArchiveRefusedError(
            "The zip is encrypted. Pack it again without a password.", code="archive_encrypted"
        )
    if entry.compress_type not in COMPRESSIONS:
        raise ArchiveRefusedError(
            "The zip is compressed in a way other than deflate. Pack it again as a plain zip.",
            code="archive_compression_refused",
        )
    if len(name) > NAME_LIMIT_CHARACTERS:
        raise ArchiveRefusedError("The zip holds an endless file name.", code="archive_unreadable")


def is_ignored(name: PurePosixPath) -> bool:
    """Tell what operating systems leave lying about: hidden files and resource forks."""
    return any(part.startswith(".") or part in {"__MACOSX", "Thumbs.db"} for part in name.parts)


def _inflate(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], folder: Path, *, allowed_bytes: int
) -> None:
    for number, member in enumerate(members):
        with archive.open(member) as source, (folder / str(number)).open("wb") as target:
            while chunk := source.read(COPY_BYTES):
                allowed_bytes -= len(chunk)
                if allowed_bytes < 0:
                    raise ArchiveRefusedError(
                        f"The zip inflates to more than {RATIO_LIMIT} times its size or more than "
                        f"{INFLATED_LIMIT_BYTES // 1024**3} GB. Send fewer images at once.",
                        code="archive_too_large",
                    )
                target.write(chunk)
        if is_archive(folder / str(number)):
            raise ArchiveRefusedError(
                "The zip holds another zip. Unpack the inner one and pack its images.", code="archive_nested"
            )


def _too_many_files() -> ArchiveRefusedError:
    return ArchiveRefusedError(
        f"The zip holds more than {FILE_LIMIT} files. Send it in parts.", code="archive_too_many_files"
    )
