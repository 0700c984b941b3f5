"""Masks as PNG files that anyone can open."""

import struct
import zlib

import numpy as np

from ml.masks.dense import to_dense
from ml.masks.runs import Runs

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COMPRESSION_LEVEL = 6


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


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
