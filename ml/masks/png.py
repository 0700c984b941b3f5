"""Masks as PNG files that anyone can open."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, UnidentifiedImageError

from ml.errors import MaskCodecError
from ml.masks.dense import from_dense, to_dense
from ml.masks.runs import Runs, check_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COMPRESSION_LEVEL = 6
GREY_MODES = ("1", "L", "I", "I;16")


def to_png(mask: Runs) -> bytes:
    """Write a mask as an 8-bit grey PNG.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    data : bytes
        255 inside the mask, 0 outside; no time stamp and no text, so equal masks give equal files under one
        version of zlib.
    """
    header = struct.pack(">IIBBBBB", mask.columns, mask.rows, 8, 0, 0, 0, 0)
    lines = np.zeros((mask.rows, mask.columns + 1), dtype=np.uint8)  # each line begins with filter type 0
    lines[:, 1:] = to_dense(mask) * np.uint8(255)
    body = zlib.compress(lines.tobytes(), COMPRESSION_LEVEL)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def from_png(data: bytes) -> Runs:
    """Read a mask from a grey PNG of 1, 8 or 16 bits.

    Parameters
    ----------
    data : bytes
        A PNG file; every value above 0 is inside.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        With code `not_a_mask` if the bytes are no PNG or the picture has colours, `too_large` above 16384
        pixels a side.
    """
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            if picture.mode not in GREY_MODES:
                raise MaskCodecError(
                    f"The picture has the mode {picture.mode}; a mask is a grey PNG, 0 outside.",
                    code="not_a_mask",
                )
            check_size(picture.height, picture.width)
            return from_dense(np.asarray(picture) != 0)
    except (UnidentifiedImageError, OSError, SyntaxError) as error:
        raise MaskCodecError(
            f"The bytes are not a PNG that can be read: {error}.", code="not_a_mask"
        ) from None


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
