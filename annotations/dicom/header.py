"""Read the header of a DICOM file without its pixels, and of the header only what the policy may look at."""

import io
from pathlib import Path

from pydicom import Dataset, config, dcmread
from pydicom.filereader import read_dataset

from annotations.errors import DicomRefusedError

from .kept import KEPT_KEYWORDS
from .policy import MAMMOGRAPHY_CLASSES, POLICY_KEYWORDS
from .values import read_text

PREAMBLE_BYTES = 128
MARK = b"DICM"
# Headers with private blobs and lookup tables stay far below; what is longer is read by nobody.
HEADER_LIMIT_BYTES = 4 * 1024 * 1024
PIXEL_DATA_TAG = b"\xe0\x7f\x10\x00"
# pydicom inflates a deflated file as a whole and without a limit, so it is refused before pydicom sees its
# body; big endian and the rest of the unknown are left to the decoder, which names what it reads.
DEFLATED = frozenset({"1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"})
BIG_ENDIAN = "1.2.840.10008.1.2.2"

# Values are checked by the allow-list, one by one; pydicom's own warnings would only fill the log with them.
config.settings.reading_validation_mode = config.IGNORE


def read_header(path: Path) -> Dataset:
    """Read the attributes that policy and allow-list name; names of people are never even loaded."""
    with path.open("rb") as file:
        start = io.BytesIO(file.read(HEADER_LIMIT_BYTES))
        is_longer = bool(file.read(1))
    if not start.getvalue()[PREAMBLE_BYTES:].startswith(MARK):
        raise DicomRefusedError(
            "This is no DICOM, PNG or TIFF file. Tramline reads mammograms in these three formats.",
            code="not_dicom",
        )
    _check_transfer_syntax(start)
    dataset = _read_attributes(start)
    if start.read(len(PIXEL_DATA_TAG)) != PIXEL_DATA_TAG and _may_be_a_mammogram(dataset):
        raise _header_too_long() if is_longer else _truncated()
    return dataset


def _check_transfer_syntax(start: io.BytesIO) -> None:
    start.seek(PREAMBLE_BYTES + len(MARK))
    try:
        meta = read_dataset(start, False, True, stop_when=lambda tag, *_: tag.group != 2)
        transfer_syntax = str(meta.get("TransferSyntaxUID", ""))
    except Exception as error:
        raise _truncated() from error
    if not transfer_syntax:
        raise _truncated()
    if transfer_syntax in DEFLATED | {BIG_ENDIAN}:
        raise DicomRefusedError(
            "The file is stored deflated or big endian. Export it again as little endian, uncompressed, or "
            "with "
            "lossless JPEG, JPEG-LS, JPEG 2000 or RLE.",
            code="transfer_syntax_refused",
        )


def _read_attributes(start: io.BytesIO) -> Dataset:
    start.seek(0)
    try:
        return dcmread(start, stop_before_pixels=True, specific_tags=[*KEPT_KEYWORDS, *POLICY_KEYWORDS])
    except EOFError as error:
        raise _truncated() from error
    except Exception as error:
        raise DicomRefusedError(
            "The DICOM header cannot be read. Export the image again.", code="header_unreadable"
        ) from error


def _may_be_a_mammogram(dataset: Dataset) -> bool:
    """Reports and directories rightly have no pixels; the policy then names what they are."""
    stated = read_text(dataset, "SOPClassUID") or read_text(dataset.file_meta, "MediaStorageSOPClassUID")
    return stated in {"", *MAMMOGRAPHY_CLASSES}


def _truncated() -> DicomRefusedError:
    return DicomRefusedError(
        "The file is cut short or damaged: its pixels are not reached. Copy it again from its source.",
        code="truncated",
    )


def _header_too_long() -> DicomRefusedError:
    return DicomRefusedError(
        f"The header is longer than {HEADER_LIMIT_BYTES // 1024**2} MB. Export the image without private "
        "data.",
        code="header_too_long",
    )
