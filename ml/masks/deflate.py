"""A mask as a compressed picture of one bit per pixel, written from its runs without a picture.

The lines of such a picture are spans of equal bytes: black, white, and single bytes where a run begins or
ends. Deflate [1]_ writes a span as its first byte and "repeat it n times". The Huffman codes are the same for
every mask, so that nothing has to be counted first, and the bytes do not depend on a version of zlib.

.. [1] P. Deutsch, DEFLATE Compressed Data Format Specification version 1.3, RFC 1951 (1996),
   doi:10.17487/RFC1951; the frame around it is that of RFC 1950.
"""

from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.masks.runs import Runs

ZLIB_FRAME = b"\x78\x01"
END_OF_BLOCK = 256
FIRST_LENGTH_SYMBOL = 257
SHORTEST_REPEAT, LONGEST_REPEAT = 3, 258
ADLER_MODULUS = 65521
# RFC 1951, 3.2.5: how many bits tell the length within each length symbol, and the least length of each.
EXTRA_BITS = (*(0,) * 8, *(1,) * 4, *(2,) * 4, *(3,) * 4, *(4,) * 4, *(5,) * 4, 0)
LEAST_LENGTHS = (*accumulate((2**bits for bits in EXTRA_BITS[:-2]), initial=SHORTEST_REPEAT), LONGEST_REPEAT)
ORDER_OF_CODE_LENGTHS = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)


class Code(NamedTuple):
    """What is written, as (bits, first bit lowest; how many bits)."""

    header: bytes
    header_bits: int
    literals: NDArray[np.int64]
    repeats: NDArray[np.int64]


def deflate_lines(mask: Runs) -> bytes:
    """Compress the lines of a picture of the mask: per line a byte 0 (no PNG filter), then a bit per pixel.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    data : bytes
        A zlib stream of rows * (1 + ceil(columns / 8)) bytes, 1 inside the mask, the highest bit to the left.
        Equal masks give equal bytes.
    """
    line_bytes = 1 + (mask.columns + 7) // 8
    spans = _byte_spans(mask.runs, line_bytes, mask.rows * line_bytes)
    code = _code()
    octets = np.zeros(
        len(code.header) + 5 * len(spans) + mask.rows * line_bytes // LONGEST_REPEAT + 8, np.uint8
    )
    octets[: len(code.header)] = np.frombuffer(code.header, np.uint8)
    length = _write_spans(octets, code.header_bits, spans, code.literals, code.repeats)
    return ZLIB_FRAME + octets[:length].tobytes() + int(_adler(spans)).to_bytes(4, "big")


@cache
def _code() -> Code:
    lengths = _code_lengths()
    symbols = _canonical_codes(lengths)
    repeats = np.zeros((LONGEST_REPEAT + 1, 2), np.int64)
    for symbol, (least, extra_bits) in enumerate(zip(LEAST_LENGTHS, EXTRA_BITS, strict=True)):
        code, bits = symbols[FIRST_LENGTH_SYMBOL + symbol].tolist()
        for more in range(min(2**extra_bits, LONGEST_REPEAT + 1 - least)):
            # One bit 0 at the end: the distance, of which there is only one, the byte before.
            repeats[least + more] = code | more << bits, bits + extra_bits + 1
    return Code(*_block_header(lengths.tolist()), symbols[:FIRST_LENGTH_SYMBOL].copy(), repeats)


def _canonical_codes(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the codes in the order of RFC 1951, 3.2.2; they are stored with the first bit lowest."""
    symbols = np.stack([np.zeros_like(lengths), lengths], axis=1)
    code = 0
    for length in range(1, int(lengths.max()) + 1):
        for symbol in np.flatnonzero(lengths == length):
            symbols[symbol, 0] = int(format(code, f"0{length}b")[::-1], 2)
            code += 1
        code <<= 1
    return symbols


def _code_lengths() -> NDArray[np.int64]:
    """Give short codes to what labels are made of; together they use every code exactly once."""
    bits = np.full(FIRST_LENGTH_SYMBOL + len(LEAST_LENGTHS), 12)
    bits[FIRST_LENGTH_SYMBOL:] = 8
    bits[FIRST_LENGTH_SYMBOL + 24] = 7  # repeat 131 to 162 times: from a run to that of the next line
    bits[-1] = 4  # repeat 258 times
    for width in range(1, 8):
        for shift in range(9 - width):
            bits[(2**width - 1) << shift] = 10
        bits[2**width - 1] = bits[0xFF & ~(0xFF >> width)] = 5 if width < 6 else 6
    bits[0x00], bits[0xFF] = 2, 3
    return bits


def _block_header(lengths: list[int]) -> tuple[bytes, int]:
    """Write the lengths of the codes as RFC 1951, 3.2.7 has it: every length in four plain bits."""
    plain = [0 if symbol > 15 else 4 for symbol in ORDER_OF_CODE_LENGTHS]
    reversed_nibble = [int(format(length, "04b")[::-1], 2) for length in range(16)]
    fields = [(1, 1), (2, 2), (len(lengths) - 257, 5), (0, 5), (len(plain) - 4, 4)]
    fields += [(length, 3) for length in plain]
    fields += [(reversed_nibble[length], 4) for length in [*lengths, 1]]  # 1: the only distance
    value = position = 0
    for field, bits in fields:
        value |= field << position
        position += bits
    return value.to_bytes((position + 7) // 8, "little"), position


@compiled
def _byte_spans(runs: NDArray[np.int32], line_bytes: int, total: int) -> NDArray[np.int64]:
    """List the picture's bytes as (value, how many), no two neighbours alike."""
    spans, count = np.empty((4 * len(runs) + 2, 2), np.int64), 0
    byte, value = 0, 0  # the byte that is being put together
    for i in range(len(runs)):
        line = runs[i, 0] * line_bytes + 1
        first, last = line + (runs[i, 1] >> 3), line + (runs[i, 2] - 1 >> 3)
        head, tail = 0xFF >> (runs[i, 1] & 7), 0xFF & ~(0x7F >> (runs[i, 2] - 1 & 7))
        if first > byte:
            count = _append(spans, count, value, 1)
            count = _append(spans, count, 0, first - byte - 1)
            byte, value = first, 0
        if first == last:
            value |= head & tail
        else:
            count = _append(spans, count, value | head, 1)
            count = _append(spans, count, 0xFF, last - first - 1)
            byte, value = last, tail
    count = _append(spans, count, value, 1)
    count = _append(spans, count, 0, total - byte - 1)
    return spans[:count]


@compiled
def _append(spans: NDArray[np.int64], count: int, value: int, times: int) -> int:
    if times == 0:
        return count
    if count > 0 and spans[count - 1, 0] == value:
        spans[count - 1, 1] += times
        return count
    spans[count, 0], spans[count, 1] = value, times
    return count + 1


@compiled
def _write_spans(
    octets: NDArray[np.uint8],
    at: int,
    spans: NDArray[np.int64],
    literals: NDArray[np.int64],
    repeats: NDArray[np.int64],
) -> int:
    """Write every span from bit `at` on, then the end of the block; return the length in bytes."""
    for i in range(len(spans)):
        code, bits = literals[spans[i, 0], 0], literals[spans[i, 0], 1]
        at = _put(octets, at, code, bits)
        left = spans[i, 1] - 1
        while left >= SHORTEST_REPEAT:
            repeat = min(left, LONGEST_REPEAT)
            at = _put(octets, at, repeats[repeat, 0], repeats[repeat, 1])
            left -= repeat
        for _ in range(left):
            at = _put(octets, at, code, bits)
    at = _put(octets, at, literals[END_OF_BLOCK, 0], literals[END_OF_BLOCK, 1])
    return (at + 7) >> 3


@compiled
def _put(octets: NDArray[np.uint8], at: int, value: int, bits: int) -> int:
    value <<= at & 7
    place = at >> 3
    while value > 0:
        octets[place] |= value & 0xFF
        value >>= 8
        place += 1
    return at + bits


@compiled
def _adler(spans: NDArray[np.int64]) -> int:
    """Return the checksum of RFC 1950 of all bytes, a span at a time."""
    low, high = 1, 0
    for i in range(len(spans)):
        value, times = spans[i, 0], spans[i, 1]
        high = (high + times * low + value * (times * (times + 1) // 2)) % ADLER_MODULUS
        low = (low + value * times) % ADLER_MODULUS
    return high << 16 | low
