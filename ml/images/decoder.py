"""The decoding child process: `python -m ml.images.decoder`, an image on standard input, the answer on
output.

Codecs are the part of the program most likely to crash on a hostile file, so they run here: limited memory
and time, no core dump, no database, no secrets in the environment, and not even a path, only the open file.
The answer is one line of JSON (the facts, or why the image is refused), then the pixels as little-endian
16-bit numbers, row by row.
"""

import json
import resource
import sys
import warnings
from dataclasses import asdict
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ml.errors import ImageRefusedError
from ml.images.dicom_pixels import decode_dicom
from ml.images.limits import CHILD_ANSWER_BYTES, CHILD_MEMORY_BYTES, CHILD_PROCESSOR_S
from ml.images.picture_pixels import PNG_START, TIFF_STARTS, decode_picture
from ml.types import Acquisition

DICOM_MARK = b"DICM"
DICOM_MARK_OFFSET = 128


def main() -> None:
    _limit_self()
    # Every oddity of a header is a warning in pydicom; what matters is checked and refused by name.
    warnings.simplefilter("ignore")
    try:
        file_format = _recognise(sys.stdin.buffer)
        pixels, acquisition, is_lossy = _decode(sys.stdin.buffer, file_format)
    except ImageRefusedError as error:
        _answer({"code": error.code, "message": error.message})
        return
    rows, columns = pixels.shape
    facts = {"rows": rows, "columns": columns, "is_lossy": is_lossy, "file_format": file_format}
    _answer({**facts, "acquisition": asdict(acquisition)}, pixels)


def _limit_self() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CHILD_PROCESSOR_S, CHILD_PROCESSOR_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (CHILD_ANSWER_BYTES, CHILD_ANSWER_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _recognise(file: IO[bytes]) -> str:
    start = file.read(DICOM_MARK_OFFSET + len(DICOM_MARK))
    file.seek(0)
    if start[DICOM_MARK_OFFSET:] == DICOM_MARK:
        return "DICOM"
    if start.startswith(PNG_START):
        return "PNG"
    if start.startswith(TIFF_STARTS):
        return "TIFF"
    raise ImageRefusedError(
        "This is no DICOM, PNG or TIFF file. Tramline reads mammograms in these three formats.",
        code="not_an_image",
    )


def _decode(file: IO[bytes], file_format: str) -> tuple[NDArray[np.uint16], Acquisition, bool]:
    decoded = decode_dicom(file) if file_format == "DICOM" else decode_picture(file, file_format)
    if decoded[0].min() == decoded[0].max():
        raise ImageRefusedError(
            "Every pixel has the same value: there is no image to see. Check the export.", code="blank_image"
        )
    return decoded


def _answer(facts: dict[str, object], pixels: NDArray[np.uint16] | None = None) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    if pixels is not None:
        sys.stdout.buffer.write(np.ascontiguousarray(pixels, dtype="<u2").tobytes())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
