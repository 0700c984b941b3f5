"""The size that a compressed image states itself, read from its first bytes and before any codec sees it.

A few bytes can claim a frame of gigabytes. The codec believes its own header, not the DICOM attributes beside
it, so that header is read here first: JPEG and JPEG-LS frame headers (ITU-T T.81 B.2.2, T.87 C.2.2) and the
JPEG 2000 SIZ segment (ITU-T T.800 A.5.1).
"""

import struct
from dataclasses import dataclass

from ml.errors import ImageRefusedError

JPEG_START = b"\xff\xd8"
JPEG2000_START = b"\xff\x4f\xff\x51"
# Start-of-frame markers: C0-CF without DHT (C4), JPG (C8) and DAC (CC), and JPEG-LS's F7.
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
START_OF_SCAN = 0xDA
STANDALONE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class CodestreamSize:
    """Rows, columns and components as a codestream's own header states them."""

    rows: int
    columns: int
    components: int


def read_codestream_size(start: bytes) -> CodestreamSize:
    """Read the size out of the beginning of a JPEG, JPEG-LS or JPEG 2000 codestream.

    Parameters
    ----------
    start : bytes
        The codestream, or enough of its beginning to hold the frame header.

    Returns
    -------
    CodestreamSize
        What the codec would allocate for.

    Raises
    ------
    ImageRefusedError
        Code ``codestream_unreadable`` if there is no such header, be the bytes empty, cut short or another
        format.
    """
    try:
        if start.startswith(JPEG2000_START):
            return _read_siz(start)
        if start.startswith(JPEG_START):
            return _read_frame_header(start)
    except (struct.error, IndexError):
        pass
    raise ImageRefusedError(
        "The compressed pixels do not begin with a JPEG, JPEG-LS or JPEG 2000 header. "
        "Export the image again, uncompressed if possible.",
        code="codestream_unreadable",
    )


def _read_siz(start: bytes) -> CodestreamSize:
    # After SOC (2), SIZ (2), length (2) and capabilities (2): Xsiz, Ysiz, XOsiz, YOsiz, four tile fields,
    # Csiz.
    columns_end, rows_end, first_column, first_row = struct.unpack_from(">4I", start, 8)
    (components,) = struct.unpack_from(">H", start, 40)
    return CodestreamSize(rows_end - first_row, columns_end - first_column, components)


def _read_frame_header(start: bytes) -> CodestreamSize:
    position = len(JPEG_START)
    while start[position] == 0xFF:
        marker = start[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
            continue
        if marker in FRAME_MARKERS:
            rows, columns, components = struct.unpack_from(">HHB", start, position + 5)
            return CodestreamSize(rows, columns, components)
        if marker == START_OF_SCAN:
            break
        position += 2
        if marker not in STANDALONE_MARKERS:
            position += struct.unpack_from(">H", start, position)[0]
    raise IndexError
