"""Read an image file through the decoding child process."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ImageRefusedError
from ml.images.limits import CHILD_WALL_S, MAXIMUM_FILE_BYTES
from ml.types import Acquisition

IMPORT_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class DecodedImage:
    """An image as its file stores it.

    Attributes
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values: never windowed, rescaled or inverted; 8-bit sources are 0 to 255.
    acquisition : Acquisition
        Facts from the header; of a picture only `bits_stored` is known.
    is_lossy : bool
        Whether the pixels were ever compressed with loss: thickness in mm is then not to be trusted.
    file_format : str
        "DICOM", "PNG" or "TIFF".
    """

    pixels: NDArray[np.uint16]
    acquisition: Acquisition
    is_lossy: bool
    file_format: str


def read_image(path: Path | str) -> DecodedImage:
    """Read a DICOM, PNG or TIFF file; the format is told by content, not by name.

    Decoding happens in a child process of its own with limits on memory and time, so that no file can crash,
    exhaust or block the caller for longer than `limits.CHILD_WALL_S`.

    Parameters
    ----------
    path : Path or str
        The file.

    Returns
    -------
    DecodedImage
        Pixels equal, to the grey level, to what pydicom or Pillow decode.

    Raises
    ------
    ImageRefusedError
        With one of the codes of docs/ingest.md, for example ``not_an_image``, ``size_mismatch``,
        ``decode_failed`` or ``decode_timeout``.
    """
    try:
        with Path(path).open("rb") as file, tempfile.TemporaryFile() as answer:
            _check_file_size(file)
            _run_child(file, answer)
            answer.seek(0)
            return _read_answer(answer)
    except OSError as error:
        raise ImageRefusedError(
            f"The file cannot be opened: {error.strerror or type(error).__name__}.", code="unreadable_file"
        ) from error


def _check_file_size(file: IO[bytes]) -> None:
    size = os.fstat(file.fileno()).st_size
    if size > MAXIMUM_FILE_BYTES:
        raise ImageRefusedError(
            f"The file has {size // 1024**2} MB. Tramline reads files of at most "
            f"{MAXIMUM_FILE_BYTES // 1024**2} MB.",
            code="file_too_large",
        )


def _run_child(file: IO[bytes], answer: IO[bytes]) -> None:
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "ml.images.decoder"],
            stdin=file,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            cwd=IMPORT_ROOT,
            # Nothing of the caller's environment: it may hold passwords. One thread keeps the address space
            # small.
            env={"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            timeout=CHILD_WALL_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ImageRefusedError(
            f"Decoding took longer than {CHILD_WALL_S} s and was stopped. Export the image again, "
            "uncompressed.",
            code="decode_timeout",
        ) from error
    if finished.returncode != 0:
        raise ImageRefusedError(
            "The decoder stopped on this file: its data are damaged or ask for too much memory or time. "
            "Export the image again, uncompressed if possible.",
            code="decode_failed",
        )


def _read_answer(answer: IO[bytes]) -> DecodedImage:
    facts: dict[str, Any] = json.loads(answer.readline())
    if "code" in facts:
        raise ImageRefusedError(facts["message"], code=facts["code"])
    pixels = np.frombuffer(answer.read(), dtype="<u2").reshape(facts["rows"], facts["columns"])
    return DecodedImage(
        pixels=pixels.astype(np.uint16, copy=False),
        acquisition=_read_facts(facts["acquisition"]),
        is_lossy=facts["is_lossy"],
        file_format=facts["file_format"],
    )


def _read_facts(facts: dict[str, Any]) -> Acquisition:
    spacing = facts.pop("pixel_spacing_mm")
    return Acquisition(pixel_spacing_mm=None if spacing is None else (spacing[0], spacing[1]), **facts)
