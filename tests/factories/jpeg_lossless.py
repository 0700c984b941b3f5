"""A small JPEG lossless encoder (ITU-T T.81 Annex H, predictor 1): no installed package has one."""

import struct

import numpy as np
from numpy.typing import NDArray

JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
# One Huffman code of five bits for each of the 17 difference categories: simple, valid, not small.
CODE_BITS = 5
CATEGORIES = 17


def encode_jpeg_lossless(pixels: NDArray[np.uint16], *, precision: int) -> bytes:
    rows, columns = pixels.shape
    counts = [0] * 16
    counts[CODE_BITS - 1] = CATEGORIES
    table = bytes([0x00, *counts, *range(CATEGORIES)])
    return b"".join(
        [
            b"\xff\xd8",
            b"\xff\xc3" + struct.pack(">HBHHB", 11, precision, rows, columns, 1) + bytes([1, 0x11, 0]),
            b"\xff\xc4" + struct.pack(">H", 2 + len(table)) + table,
            b"\xff\xda" + struct.pack(">HB", 8, 1) + bytes([1, 0, 1, 0, 0]),
            _encode_scan(_differences(pixels.astype(np.int64), precision)),
            b"\xff\xd9",
        ]
    )


def _differences(pixels: NDArray[np.int64], precision: int) -> NDArray[np.int64]:
    predicted = np.empty_like(pixels)
    predicted[:, 1:] = pixels[:, :-1]
    predicted[1:, 0] = pixels[:-1, 0]
    predicted[0, 0] = 1 << (precision - 1)
    # Differences are taken modulo 2^16, and -32768 is written as 32768.
    wrapped = (pixels - predicted + 32767) % 65536 - 32767
    return wrapped.ravel()


def _encode_scan(differences: NDArray[np.int64]) -> bytes:
    bits = []
    for difference in differences.tolist():
        category = abs(difference).bit_length()
        bits.append(format(category, f"0{CODE_BITS}b"))
        if 0 < category < 16:
            extra = difference if difference > 0 else difference + (1 << category) - 1
            bits.append(format(extra, f"0{category}b"))
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    packed = int(text, 2).to_bytes(len(text) // 8, "big")
    return packed.replace(b"\xff", b"\xff\x00")
