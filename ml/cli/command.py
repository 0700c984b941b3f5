"""What the commands share: errors, files in and out, and progress."""

import os
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from ml.errors import MlError
from ml.images import checked_spacing
from ml.masks import Runs, from_png
from ml.types import Acquisition

QUIET_S = 2.0


class BadArgumentsError(MlError):
    """The command was called with arguments it does not know."""

    code = "bad_arguments"


class MissingFileError(MlError):
    """A file that the command was given is not there."""

    code = "missing_file"


class OutputNotWritableError(MlError):
    """The result cannot be written where it was asked for."""

    code = "output_not_writable"


class Progress:
    """Say on standard error how far a piece of work is, once a second, and only if it takes longer.

    Parameters
    ----------
    what : str
        What is counted, in the plural: "tiles".
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._next_s = time.monotonic() + QUIET_S

    def __call__(self, done: int, total: int) -> None:
        """Say it if it is time to."""
        if time.monotonic() >= self._next_s:
            print(f"{done} of {total} {self._what}", file=sys.stderr, flush=True)
            self._next_s = time.monotonic() + 1


def check_can_write(path: Path) -> None:
    """Refuse, before any work, an output file whose folder is not there.

    Parameters
    ----------
    path : Path
        The file to write.

    Raises
    ------
    OutputNotWritableError
        If its folder does not exist or it is a folder itself.
    """
    if not path.parent.is_dir():
        raise OutputNotWritableError(f"The folder {path.parent} does not exist; make it first.")
    if path.is_dir():
        raise OutputNotWritableError(f"{path} is a folder; name a file to write.")


def check_other_file(out: Path, image: Path) -> None:
    """Refuse to write a result over the image that it comes from.

    Parameters
    ----------
    out, image : Path
        What is to be written, and what is read.

    Raises
    ------
    BadArgumentsError
        If both are the same file.
    """
    if out.resolve() == image.resolve():
        raise BadArgumentsError("--out is the image itself, which is never overwritten; name another file.")


def with_spacing(acquisition: Acquisition, pixel_spacing_mm: float | None) -> Acquisition:
    """Put a pixel spacing from the command line in the place of the header's.

    Parameters
    ----------
    acquisition : Acquisition
        From the image.
    pixel_spacing_mm : float or None
        Side of a square pixel; None keeps the header's.

    Returns
    -------
    acquisition : Acquisition

    Raises
    ------
    ImageRefusedError
        Code ``pixel_spacing_invalid`` if it is not that of a mammogram.
    """
    if pixel_spacing_mm is None:
        return acquisition
    spacing_mm = checked_spacing(pixel_spacing_mm, pixel_spacing_mm, "--pixel-spacing-mm")
    return replace(acquisition, pixel_spacing_mm=spacing_mm, pixel_spacing_source="given")


def write_file(path: Path, content: bytes) -> None:
    """Write a result.

    Parameters
    ----------
    path : Path
        The file to write.
    content : bytes
        All of it.

    Raises
    ------
    OutputNotWritableError
        If the file cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise OutputNotWritableError(f"{path} cannot be written: {error.strerror}.") from None


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write several results, all or none.

    Parameters
    ----------
    contents : mapping of Path to bytes
        What to write where. Each file is complete before any takes its place.

    Raises
    ------
    OutputNotWritableError
        If a file cannot be written; files that were there before are as they were.
    """
    waiting = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    try:
        for path, part in waiting.items():
            write_file(part, contents[path])
        for path, part in waiting.items():
            part.replace(path)
    except OSError as error:
        raise OutputNotWritableError(f"{error.filename} cannot be written: {error.strerror}.") from None
    finally:
        for part in waiting.values():
            with suppress(OSError):
                part.unlink()


def read_mask(path: Path) -> Runs:
    """Read a mask from a PNG file.

    Parameters
    ----------
    path : Path
        A grey PNG; every value above 0 is inside.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MissingFileError
        If there is no such file.
    MaskCodecError
        If it is not a picture of a mask.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingFileError(f"{path} cannot be read: {error.strerror}.") from None
    return from_png(content)
