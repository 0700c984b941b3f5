"""What the commands share: errors, files in and out, and progress."""

import argparse
import os
import shutil
import stat
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
ANYONE_MAY_WRITE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


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
            with suppress(OSError):  # the work goes on, whether or not anyone reads this
                print(f"{done} of {total} {self._what}", file=sys.stderr, flush=True)
            self._next_s = time.monotonic() + 1


def check_can_write(path: Path) -> None:
    """Refuse, before any work, an output file that cannot be written.

    Parameters
    ----------
    path : Path
        The file to write: none yet, or a plain file that will be replaced.

    Raises
    ------
    OutputNotWritableError
        If its folder does not exist, or something is there that is no plain file (a folder, a link, a device)
        or is protected against writing, for root too.
    """
    if not path.parent.is_dir():
        raise OutputNotWritableError(f"The folder {path.parent} does not exist; make it first.")
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputNotWritableError(f"{path} cannot be written: {error.strerror}.") from None
    if stat.S_ISDIR(mode):
        raise OutputNotWritableError(f"{path} is a folder; name a file to write.")
    if not stat.S_ISREG(mode):
        raise OutputNotWritableError(f"{path} is a link or a device, not a plain file; name another file.")
    if not mode & ANYONE_MAY_WRITE or not os.access(path, os.W_OK):
        raise OutputNotWritableError(f"{path} is protected against writing; name another file.")


def check_other_file(out: Path, *inputs: Path) -> None:
    """Refuse to write a result over a file that it comes from.

    Parameters
    ----------
    out : Path
        What is to be written.
    *inputs : Path
        What is read.

    Raises
    ------
    BadArgumentsError
        If it is one of them, under whatever name.
    """
    for path in inputs:
        if out.resolve() == path.resolve() or (out.exists() and path.exists() and out.samefile(path)):
            raise BadArgumentsError(
                f"{out} is what the command reads ({path}), which is never overwritten; name another file."
            )


def pixel_spacing(text: str) -> tuple[float, float]:
    """Read the size of a pixel from the command line.

    Parameters
    ----------
    text : str
        One number, or height and width joined by a comma.

    Returns
    -------
    spacing_mm : tuple of float
        (row, column) spacing; whether it is that of a mammogram is for `with_spacing` to say.

    Raises
    ------
    BadArgumentsError
        If it is anything else.
    """
    try:
        sides = [float(side) for side in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) not in (1, 2):
        raise BadArgumentsError(
            f"The pixel spacing {text!r} is not one number in mm, or two joined by a comma: height,width."
        )
    return sides[0], sides[-1]


def add_pixel_spacing(parser: argparse.ArgumentParser) -> None:
    """Let a command take the size of a pixel.

    Parameters
    ----------
    parser : argparse.ArgumentParser
        Of the command.
    """
    parser.add_argument(
        "--pixel-spacing-mm",
        type=pixel_spacing,
        metavar="S[,S2]",
        help="height and width of a pixel at the detector, or one number for both, instead of the header's",
    )


def with_spacing(acquisition: Acquisition, spacing_mm: tuple[float, float] | None) -> Acquisition:
    """Put a pixel spacing from the command line in the place of the header's.

    Parameters
    ----------
    acquisition : Acquisition
        From the image.
    spacing_mm : tuple of float or None
        (row, column) spacing, which may differ; None keeps the header's.

    Returns
    -------
    acquisition : Acquisition

    Raises
    ------
    ImageRefusedError
        Code ``pixel_spacing_invalid`` if a side is not that of a mammogram's pixel.
    """
    if spacing_mm is None:
        return acquisition
    for side_mm in spacing_mm:
        checked_spacing(side_mm, side_mm, "--pixel-spacing-mm")
    return replace(acquisition, pixel_spacing_mm=spacing_mm, pixel_spacing_source="given")


def write_file(path: Path, content: bytes) -> None:
    """Write a result, complete or not at all.

    Parameters
    ----------
    path : Path
        The file to write.
    content : bytes
        All of it.

    Raises
    ------
    OutputNotWritableError
        See `write_files`.
    """
    write_files({path: content})


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write several results, all or none.

    Parameters
    ----------
    contents : mapping of Path to bytes
        What to write where. Each file is complete on the disk before any takes its place.

    Raises
    ------
    OutputNotWritableError
        If a file cannot be written, or what is there may not be replaced (see `check_can_write`); files that
        were there before are as they were.
    """
    waiting = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in contents}
    for path in waiting:
        check_can_write(path)
    try:
        for path, part in waiting.items():
            _write_through(part, contents[path])
            if path.exists():
                shutil.copymode(path, part)
        for path, part in waiting.items():
            part.replace(path)
    except OSError as error:
        names = ", ".join(str(path) for path in contents)
        raise OutputNotWritableError(f"{names} cannot be written: {error.strerror}.") from None
    finally:
        for part in waiting.values():
            with suppress(OSError):
                part.unlink()


def _write_through(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read_bytes(path: Path) -> bytes:
    """Read a file that a command was given.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    content : bytes

    Raises
    ------
    MissingFileError
        If it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingFileError(f"{path} cannot be read: {error.strerror}.") from None


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
    return from_png(read_bytes(path))
