"""Masks as bytes: the formats of docs/mask_format.md, shared with the browser.

Version 1 names a mask (its digest) and carries edits; version 2 is the compact form in which masks are kept.
"""

import hashlib
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from ml.compiled import compiled
from ml.errors import MaskCodecError
from ml.masks.compact_reader import read_compact
from ml.masks.compact_writer import write_compact
from ml.masks.runs import Runs, check_size

Octets = NDArray[np.uint8]

MAGIC = b"TLM"
PLAIN, COMPACT = 1, 2
HEADER_BYTES = len(MAGIC) + 1
NUMBERS_IN_HEAD = {PLAIN: 3, COMPACT: 4}
NUMBERS_PER_RUN = 3
MAXIMUM_NUMBER_BYTES = 5
MOST_BYTES_PER_RUN = 9  # no number of a run is above 16384, which takes three bytes

CUT_SHORT, PADDED, JOINED, OUTSIDE = -1, -2, -3, -4
REFUSALS = {
    CUT_SHORT: ("truncated", "The mask ends before its last run; it was cut short."),
    PADDED: (
        "not_canonical",
        "A number of the mask is not written in its shortest form, or takes more than five bytes.",
    ),
    JOINED: (
        "not_canonical",
        "A run is empty or touches the run before it; such runs must be left out or joined.",
    ),
    OUTSIDE: ("run_out_of_bounds", "A run of the mask lies outside the image."),
}


def encode(mask: Runs) -> bytes:
    """Write a mask as the bytes that name it; equal masks give equal bytes.

    Parameters
    ----------
    mask : Runs
        Any mask, the empty one included.

    Returns
    -------
    data : bytes
        Mask format version 1.
    """
    runs = np.ascontiguousarray(mask.runs)
    octets = np.empty(MOST_BYTES_PER_RUN * len(runs), dtype=np.uint8)
    written = _write_runs(runs, octets)
    return _head(PLAIN, mask.rows, mask.columns, len(runs)) + octets[:written].tobytes()


def encode_compact(mask: Runs) -> bytes:
    """Write a mask as few bytes, to be kept; equal masks give equal bytes.

    Parameters
    ----------
    mask : Runs
        Any mask, the empty one included.

    Returns
    -------
    data : bytes
        Mask format version 2: about an eighth of version 1 for labels as readers draw them.
    """
    births, bits = write_compact(mask)
    return _head(COMPACT, mask.rows, mask.columns, len(mask.runs), births) + bits


def decode(data: bytes, *, versions: Collection[int] = (PLAIN, COMPACT)) -> Runs:
    """Read a mask from bytes, refusing whatever `encode` or `encode_compact` would not have written.

    Parameters
    ----------
    data : bytes
        Mask format version 1 or 2. Memory use is bounded by its length, whatever it claims: 4 bytes for
        each of its own in version 1, about 150 in version 2.
    versions : collection of int
        Those that the caller takes.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        With code `not_a_mask`, `unknown_version`, `truncated`, `trailing_bytes`, `run_out_of_bounds`,
        `not_canonical` or `too_large`. Bytes that break several rules are refused with one of them.
    """
    version = _version(data, versions)
    octets = np.frombuffer(data, dtype=np.uint8)
    (rows, columns, *counts), at = _read_head(octets, NUMBERS_IN_HEAD[version])
    check_size(rows, columns)
    if version == COMPACT:
        return read_compact(data[at:], rows=rows, columns=columns, run_count=counts[0], birth_count=counts[1])
    return _decode_plain(octets, at, rows, columns, counts[0])


def digest(mask: Runs) -> str:
    """Name a mask by its content.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    sha256 : str
        SHA-256 of `encode(mask)`, 64 lower-case hexadecimal digits.
    """
    return hashlib.sha256(encode(mask)).hexdigest()


def _head(version: int, *numbers: int) -> bytes:
    head = bytearray(MAGIC) + bytes([version])
    for number in numbers:
        rest = number
        while rest >= 0x80:
            head.append((rest & 0x7F) | 0x80)
            rest >>= 7
        head.append(rest)
    return bytes(head)


def _version(data: bytes, versions: Collection[int]) -> int:
    if data[: len(MAGIC)] != MAGIC:
        raise MaskCodecError("The bytes do not begin with TLM; expected a Tramline mask.", code="not_a_mask")
    if len(data) < HEADER_BYTES:
        raise _refusal(CUT_SHORT)
    version = data[len(MAGIC)]
    if version not in versions:
        taken = " and ".join(str(number) for number in sorted(versions))
        raise MaskCodecError(
            f"The mask is written in format version {version}; version {taken} is taken here.",
            code="unknown_version",
        )
    return version


def _read_head(octets: Octets, count: int) -> tuple[list[int], int]:
    numbers, at = [], HEADER_BYTES
    for _ in range(count):
        number, at = _read_number(octets, at)
        if number < 0:
            raise _refusal(number)
        numbers.append(number)
    return numbers, at


def _decode_plain(octets: Octets, at: int, rows: int, columns: int, count: int) -> Runs:
    if NUMBERS_PER_RUN * count > len(octets) - at:
        raise _refusal(CUT_SHORT)
    runs = np.empty((count, 3), dtype=np.int32)
    past = _read_runs(octets, at, rows, columns, runs)
    if past < 0:
        raise _refusal(past)
    if past < len(octets):
        raise MaskCodecError("Bytes follow the last run of the mask; nothing may.", code="trailing_bytes")
    return Runs(rows, columns, runs)


def _refusal(status: int) -> MaskCodecError:
    code, message = REFUSALS[status]
    return MaskCodecError(message, code=code)


@compiled
def _write_runs(runs: NDArray[np.int32], octets: Octets) -> int:
    """Write (row step, gap, length) of each run; return how many bytes that took."""
    at, last_row, last_end = 0, 0, 0
    for run in range(len(runs)):
        row, start, end = runs[run, 0], runs[run, 1], runs[run, 2]
        if row != last_row:
            last_end = 0
        at = _write_number(octets, at, row - last_row)
        at = _write_number(octets, at, start - last_end)
        at = _write_number(octets, at, end - start)
        last_row, last_end = row, end
    return at


@compiled
def _write_number(octets: Octets, at: int, number: int) -> int:
    """Little groups of seven bits, low first; the high bit says that another byte follows."""
    while number >= 0x80:
        octets[at] = (number & 0x7F) | 0x80
        number >>= 7
        at += 1
    octets[at] = number
    return at + 1


@compiled
def _read_runs(octets: Octets, at: int, rows: int, columns: int, runs: NDArray[np.int32]) -> int:
    """Fill in the runs; return where they end in the bytes, or why they are refused."""
    row, end = 0, 0
    for run in range(len(runs)):
        row_step, at = _read_number(octets, at)
        gap, at = _read_number(octets, at)
        length, at = _read_number(octets, at)
        if min(row_step, gap, length) < 0:
            return min(row_step, gap, length)
        continues = run > 0 and row_step == 0
        if length == 0 or (continues and gap == 0):
            return JOINED
        row += row_step
        start = end + gap if continues else gap
        end = start + length
        if row >= rows or end > columns:
            return OUTSIDE
        runs[run, 0], runs[run, 1], runs[run, 2] = row, start, end
    return at


@compiled
def _read_number(octets: Octets, at: int) -> tuple[int, int]:
    """Return a number of up to 35 bits and the position after it, or why it is refused."""
    number = 0
    for place in range(MAXIMUM_NUMBER_BYTES):
        if at >= len(octets):
            return CUT_SHORT, at
        octet = octets[at]
        at += 1
        number |= (octet & 0x7F) << (7 * place)
        if octet < 0x80:
            is_padded = octet == 0 and place > 0
            return (PADDED if is_padded else number), at
    return PADDED, at
