"""Find the files in what a person hands over: single files, folders, zips, and the tables beside pictures."""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from annotations.domain.intake_archive import is_archive, is_ignored, unpack_archive
from annotations.errors import ArchiveRefusedError, ImageFileRefusedError, SidecarRefusedError, TramlineError
from annotations.validators.sidecar import SidecarRow, read_sidecar, validate_sidecar_row


@dataclass(frozen=True)
class IntakeFile:
    """A file as it lies (`path`), as people know it (`shown`), and its place among its neighbours."""

    path: Path
    shown: str
    place: PurePosixPath


class Sidecars:
    """The tables among the files of one source: what they say of each picture."""

    def __init__(self, tables: Sequence[IntakeFile]) -> None:
        self._rows: dict[PurePosixPath, Mapping[str, str]] = {}
        self.refusals: list[tuple[IntakeFile, SidecarRefusedError]] = []
        self._tables = tables
        for table in tables:
            try:
                rows = read_sidecar(table.path.read_bytes())
            except SidecarRefusedError as error:
                self.refusals.append((table, error))
            else:
                self._rows |= {table.place.parent / name: row for name, row in rows.items()}

    def refuse_alone(self) -> None:
        """Name the tables that nobody sent a picture with; a broken one has its own reason already."""
        broken = [table for table, _ in self.refusals]
        self.refusals += [
            (
                table,
                SidecarRefusedError(
                    "This table came without a picture. Send it together with the PNG and TIFF files it "
                    "speaks of.",
                    code="sidecar_without_pictures",
                ),
            )
            for table in self._tables
            if table not in broken
        ]

    def row_for(self, file: IntakeFile) -> SidecarRow:
        """Return the checked row of a picture; where none has one, a broken table is the reason given."""
        if file.place in self._rows:
            return validate_sidecar_row(self._rows[file.place])
        if self.refusals:
            raise self.refusals[0][1]
        raise SidecarRefusedError(
            f"No table beside it has a row for {file.place.name}. PNG and TIFF say nothing of patient, side "
            "and "
            "view: send a CSV together with them, with one row a file. A template is offered.",
            code="sidecar_row_missing",
        )


@dataclass(frozen=True)
class IntakeSource:
    images: list[IntakeFile]
    sidecars: Sidecars


@dataclass(frozen=True)
class IntakeRefusal:
    """Something that was handed over and that no file could be taken from."""

    shown: str
    error: TramlineError


@contextmanager
def open_sources(files: Sequence[tuple[Path, str]]) -> Iterator[Iterator[IntakeSource | IntakeRefusal]]:
    """Open every (path, name as people know it); unpacked zips are gone when the context ends.

    Single files stand together: a table among them speaks for the pictures among them. Each folder and each
    zip is a source of its own.
    """
    with tempfile.TemporaryDirectory(prefix="tramline-intake-") as workspace:
        yield _walk(files, Path(workspace))


def _walk(files: Sequence[tuple[Path, str]], workspace: Path) -> Iterator[IntakeSource | IntakeRefusal]:
    loose: list[IntakeFile] = []
    for number, (path, shown) in enumerate(files):
        try:
            if path.is_dir():
                yield _source_of(_files_of_folder(path, shown))
            elif is_archive(path):
                yield from _walk_archive(path, shown, workspace / str(number))
            else:
                loose.append(IntakeFile(path, shown, PurePosixPath(PurePosixPath(shown).name)))
        except OSError as error:
            yield IntakeRefusal(shown, _unreadable(error))
        except TramlineError as error:
            yield IntakeRefusal(shown, error)
    if loose:
        yield _source_of(loose)


def _walk_archive(path: Path, shown: str, folder: Path) -> Iterator[IntakeSource]:
    folder.mkdir()
    try:
        members = list(unpack_archive(path, folder))
        yield _source_of([IntakeFile(place, f"{shown}/{name}", name) for name, place in members])
    finally:
        for unpacked in folder.iterdir():
            unpacked.unlink()


def _files_of_folder(folder: Path, shown: str) -> list[IntakeFile]:
    files = []
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent) / name
            place = PurePosixPath(path.relative_to(folder).as_posix())
            if path.is_file() and not path.is_symlink() and not is_ignored(place):
                files.append(IntakeFile(path, str(PurePosixPath(shown) / place), place))
    if not files:
        raise ImageFileRefusedError("The folder holds no files.", code="folder_empty")
    return files


def _source_of(files: Sequence[IntakeFile]) -> IntakeSource:
    tables = [file for file in files if file.place.suffix.lower() == ".csv"]
    images = [file for file in files if file.place.suffix.lower() != ".csv"]
    sidecars = Sidecars(tables)
    if not images:
        sidecars.refuse_alone()
    return IntakeSource(images, sidecars)


def _unreadable(error: OSError) -> ArchiveRefusedError | ImageFileRefusedError:
    reason = error.strerror or type(error).__name__
    return ImageFileRefusedError(f"It cannot be opened: {reason}.", code="unreadable_file")
