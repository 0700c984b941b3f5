"""Masks as bytes, version 1: the format of docs/mask_format.md, shared with the browser."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskCodecError
from ml.masks.runs import Runs, check_size

MAGIC = b"TLM"
VERSION = 1
HEADER_BYTES = len(MAGIC) + 1
MAXIMUM_VARINT_BYTES = 5
NUMBERS_BEFORE_RUNS = 3
NUMBERS_PER_RUN = 3


def encode(mask: Runs) -> bytes:
    """Write a mask as bytes; equal masks give equal bytes.

    Parameters
    ----------
    mask : Runs
        Any mask, the empty one included.

    Returns
    -------
    data : bytes
        Mask format version 1.
    """
    row, start, end = mask.runs.astype(np.int64).T
    row_step = np.diff(row, prepend=0)
    continues = _continues_row(row_step)
    previous_end = np.concatenate(([0], end[:-1]))[: len(end)]
    gap = start - np.where(continues, previous_end, 0)
    numbers = np.stack([row_step, gap, end - start], axis=1).ravel()
    head = np.array([mask.rows, mask.columns, len(mask.runs)], dtype=np.int64)
    return MAGIC + bytes([VERSION]) + _write_varints(np.concatenate([head, numbers]))


def decode(data: bytes) -> Runs:
    """Read a mask from bytes, refusing whatever `encode` would not have written.

    Parameters
    ----------
    data : bytes
        Mask format version 1. Memory use is bounded by its length, whatever it claims.

    Returns
    -------
    mask : Runs

    Raises
    ------
    MaskCodecError
        With code `not_a_mask`, `unknown_version`, `truncated`, `trailing_bytes`, `run_out_of_bounds`,
        `not_canonical` or `too_large`. Bytes that break several rules are refused with one of them.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise MaskCodecError("The bytes do not begin with TLM; expected a Tramline mask.", code="not_a_mask")
    if len(data) < HEADER_BYTES:
        raise _truncated()
    if data[len(MAGIC)] != VERSION:
        raise MaskCodecError(
            f"Mask format version {data[len(MAGIC)]} is not known; this program reads version {VERSION}.",
            code="unknown_version",
        )
    numbers = _read_varints(data[HEADER_BYTES:])
    rows, columns = int(numbers[0]), int(numbers[1])
    check_size(rows, columns)
    return Runs.checked(rows, columns, _runs_from_numbers(numbers[NUMBERS_BEFORE_RUNS:]))


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


def _continues_row(row_step: NDArray[np.int64]) -> NDArray[np.bool_]:
    continues = row_step == 0
    continues[:1] = False  # the first run has none before it, even in row 0
    return continues


def _write_varints(numbers: NDArray[np.int64]) -> bytes:
    """Little groups of seven bits, low first; the high bit says that another byte follows."""
    groups = numbers[:, None] >> (7 * np.arange(MAXIMUM_VARINT_BYTES))
    is_written = groups > 0
    is_written[:, 0] = True
    continues = np.zeros_like(is_written)
    continues[:, :-1] = is_written[:, 1:]
    return ((groups & 0x7F) | (continues << 7)).astype(np.uint8)[is_written].tobytes()


def _read_varints(data: bytes) -> NDArray[np.int64]:
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets < 0x80) + 1
    if len(ends) < NUMBERS_BEFORE_RUNS:
        raise _truncated()
    claimed_runs = int(_join_groups(octets[: ends[2]], ends[:3])[2])
    expected = NUMBERS_BEFORE_RUNS + NUMBERS_PER_RUN * claimed_runs
    if len(ends) < expected:
        raise _truncated()
    if ends[expected - 1] != len(octets):
        raise MaskCodecError("Bytes follow the last run of the mask; nothing may.", code="trailing_bytes")
    return _join_groups(octets, ends)


def _join_groups(octets: NDArray[np.uint8], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    has_idle_byte = (lengths > 1) & (octets[ends - 1] == 0)
    if (lengths > MAXIMUM_VARINT_BYTES).any() or has_idle_byte.any():
        raise MaskCodecError(
            "A number of the mask is not written in its shortest form, or takes more than five bytes.",
            code="not_canonical",
        )
    place = np.arange(len(octets)) - np.repeat(starts, lengths)
    groups = (octets & 0x7F).astype(np.int64) << (7 * place)
    return np.add.reduceat(groups, starts)


def _runs_from_numbers(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    row_step, gap, length = numbers.reshape(-1, NUMBERS_PER_RUN).T
    continues = _continues_row(row_step)
    if ((gap == 0) & continues).any() or (length == 0).any():
        raise MaskCodecError(
            "A run is empty or touches the run before it; such runs must be left out or joined.",
            code="not_canonical",
        )
    # Along one row every number moves on from the last end, so ends are running sums that restart with a row.
    running = np.cumsum(gap + length)
    first_of_row = np.flatnonzero(~continues)
    before_row = (running - gap - length)[first_of_row]
    runs_in_row = np.diff(np.append(first_of_row, len(gap)))
    end = running - np.repeat(before_row, runs_in_row)
    return np.stack([np.cumsum(row_step), end - length, end], axis=1)


def _truncated() -> MaskCodecError:
    return MaskCodecError("The mask ends before its last run; it was cut short.", code="truncated")
