"""Decode the pixels of one DICOM image; runs in the child process only."""

from dataclasses import replace
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, dcmread
from pydicom.encaps import generate_frames
from pydicom.filereader import read_dataset
from pydicom.uid import UID

from ml.errors import ImageRefusedError
from ml.images.acquisition import read_acquisition
from ml.images.codestream import read_codestream_size
from ml.images.limits import check_size
from ml.types import Acquisition

# After the preamble and "DICM".
FILE_META_OFFSET = 132
NATIVE = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
# JPEG baseline, lossless (process 14, also SV1), JPEG-LS and JPEG 2000, each lossless and near-lossless.
CODESTREAMS = frozenset(
    f"1.2.840.10008.1.2.4.{last}" for last in (50, 57, 70, 80, 81, 90, 91)
)  # fmt: skip
PLUGIN_BY_SYNTAX = {RLE_LOSSLESS: "pydicom"} | dict.fromkeys(CODESTREAMS, "pylibjpeg")
LOSSY = frozenset(f"1.2.840.10008.1.2.4.{last}" for last in (50, 81, 91))


def decode_dicom(file: IO[bytes]) -> tuple[NDArray[np.uint16], Acquisition, bool]:
    """Read a DICOM image: stored values as pydicom decodes them, never windowed, rescaled or inverted.

    Parameters
    ----------
    file : binary file
        Open at its beginning and seekable.

    Returns
    -------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header.
    is_lossy : bool
        Whether the pixels were ever compressed with loss, by header or by transfer syntax.

    Raises
    ------
    ImageRefusedError
        The file is not DICOM, cut short, contradicts itself or is of a kind that is not read; see
        docs/ingest.md.
    """
    dataset, transfer_syntax = _read_dataset(file)
    _check_description(dataset)
    acquisition = read_acquisition(dataset)
    if transfer_syntax in NATIVE:
        _check_native_length(dataset)
    elif transfer_syntax != RLE_LOSSLESS:
        _check_codestream(dataset)
    pixels = _decode(dataset, transfer_syntax)
    is_lossy = acquisition.is_lossy or transfer_syntax in LOSSY
    return pixels, replace(acquisition, is_lossy=is_lossy), is_lossy


def _read_dataset(file: IO[bytes]) -> tuple[Dataset, str]:
    try:
        transfer_syntax = read_transfer_syntax(file)
    except Exception as error:
        raise _truncated("its file meta information cannot be read") from error
    if transfer_syntax == "":
        raise _truncated("it does not say how its pixels are stored")
    if transfer_syntax not in NATIVE | CODESTREAMS | {RLE_LOSSLESS}:
        raise ImageRefusedError(
            f"The pixels are stored as {UID(transfer_syntax).name[:80]}. Tramline reads uncompressed "
            "little endian, RLE, JPEG baseline and lossless, JPEG-LS and JPEG 2000. "
            "Export the image again in one of these.",
            code="transfer_syntax_refused",
        )
    file.seek(0)
    try:
        dataset = dcmread(file)
    except EOFError as error:
        raise _truncated("it ends inside an element") from error
    except Exception as error:
        raise ImageRefusedError(
            "The DICOM header cannot be read. Export the image again.", code="header_unreadable"
        ) from error
    if "PixelData" not in dataset:
        raise _truncated("it has no pixel data")
    return dataset, transfer_syntax


def read_transfer_syntax(file: IO[bytes]) -> str:
    """Read the transfer syntax alone: reading more of a deflated file would inflate all of it at once.

    Parameters
    ----------
    file : binary file
        A DICOM file with preamble.

    Returns
    -------
    str
        Transfer Syntax UID (0002,0010), "" where there is none.
    """
    file.seek(FILE_META_OFFSET)
    meta = read_dataset(file, False, True, stop_when=lambda tag, *_: tag.group != 2)  # type: ignore[arg-type]
    return str(meta.get("TransferSyntaxUID", ""))


def _check_description(dataset: Dataset) -> None:
    rows, columns = _whole(dataset, "Rows"), _whole(dataset, "Columns")
    check_size(rows, columns)
    if (frames := _whole(dataset, "NumberOfFrames", 1)) > 1:
        raise ImageRefusedError(
            f"The file holds {frames} frames. Tramline reads single images, no tomosynthesis. Send the 2-D "
            "image.",
            code="multi_frame",
        )
    interpretation = str(dataset.get("PhotometricInterpretation", "")).strip()
    if _whole(dataset, "SamplesPerPixel", 1) != 1 or interpretation not in {"MONOCHROME1", "MONOCHROME2"}:
        raise ImageRefusedError(
            f"The pixels are {interpretation[:16] or 'of unknown colour'}. Tramline reads MONOCHROME1 and "
            "MONOCHROME2. "
            "Send the original mammogram, not a capture in colour.",
            code="colour",
        )
    allocated, stored = _whole(dataset, "BitsAllocated"), _whole(dataset, "BitsStored")
    if (
        allocated not in {8, 16}
        or not 8 <= stored <= allocated
        or _whole(dataset, "HighBit", stored - 1) != stored - 1
    ):
        raise ImageRefusedError(
            f"The pixels have {stored} bits stored of {allocated}. Tramline reads 8 to 16 bits stored in 8 "
            "or 16, "
            "lowest bits first. Export the image again.",
            code="bits_unsupported",
        )
    if _whole(dataset, "PixelRepresentation", 0) != 0:
        raise ImageRefusedError(
            "The pixels are signed numbers. Mammograms are stored unsigned. Export the image again.",
            code="signed_pixels",
        )


def _check_native_length(dataset: Dataset) -> None:
    data = _pixel_bytes(dataset)
    expected = dataset.Rows * dataset.Columns * dataset.BitsAllocated // 8
    if len(data) != expected + expected % 2:
        raise _size_mismatch(dataset, f"the file holds {len(data)} bytes of pixels, not {expected}")


def _check_codestream(dataset: Dataset) -> None:
    data = _pixel_bytes(dataset)
    try:
        codestream = next(generate_frames(data, number_of_frames=1))
    except Exception:  # noqa: BLE001  damaged fragments raise several types; all mean: no codestream to read
        codestream = b""
    size = read_codestream_size(codestream)
    if (size.rows, size.columns) != (dataset.Rows, dataset.Columns):
        raise _size_mismatch(dataset, f"the compressed pixels say {size.rows} x {size.columns}")
    if size.components != 1:
        raise ImageRefusedError(
            f"The compressed pixels have {size.components} colour components. Tramline reads grey images.",
            code="colour",
        )


def _pixel_bytes(dataset: Dataset) -> bytes:
    raw = dataset.get_item("PixelData")
    declared = getattr(raw, "length", None)
    value: Any = raw.value if raw is not None else None
    if not value or (declared not in (None, 0xFFFFFFFF) and len(value) < declared):
        raise _truncated("it ends inside its pixel data")
    return bytes(value)


def _decode(dataset: Dataset, transfer_syntax: str) -> NDArray[np.uint16]:
    # Named plug-ins only, so that a codec installed by chance for something else is never handed a hostile
    # file.
    plugin = PLUGIN_BY_SYNTAX.get(transfer_syntax, "")
    stored_bits = dataset.BitsStored
    # pydicom clears what lies above BitsStored; decoded in full, a header that lies about it is found out.
    dataset.BitsStored, dataset.HighBit = dataset.BitsAllocated, dataset.BitsAllocated - 1
    try:
        dataset.pixel_array_options(decoding_plugin=plugin)
        pixels = dataset.pixel_array
    except Exception as error:
        raise ImageRefusedError(
            "The pixels cannot be decoded: the compressed data are damaged. Export the image again.",
            code="decode_failed",
        ) from error
    if pixels.shape != (dataset.Rows, dataset.Columns) or pixels.dtype.kind != "u":
        raise _size_mismatch(dataset, f"decoding gave an array of shape {pixels.shape}")
    if int(pixels.max()) >= 2**stored_bits:
        raise ImageRefusedError(
            f"A pixel is {int(pixels.max())}, more than the {stored_bits} bits stored can hold. "
            "Export the image again.",
            code="bits_unsupported",
        )
    return pixels.astype(np.uint16)


def _whole(dataset: Dataset, keyword: str, default: int | None = None) -> int:
    try:
        value = dataset.get(keyword)
        if value in (None, "") and default is not None:
            return default
        return int(value)
    except Exception as error:
        raise ImageRefusedError(
            f"{keyword} is missing or not a number. Export the image again with a complete header.",
            code="attribute_missing",
        ) from error


def _truncated(what: str) -> ImageRefusedError:
    return ImageRefusedError(
        f"The file is cut short: {what}. Copy it again from its source.", code="truncated"
    )


def _size_mismatch(dataset: Dataset, fact: str) -> ImageRefusedError:
    return ImageRefusedError(
        f"The header says {dataset.Rows} x {dataset.Columns} pixels, but {fact}. "
        "The file contradicts itself: export the image again.",
        code="size_mismatch",
    )
