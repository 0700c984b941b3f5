"""VOI LUT Sequence (0028,3010): tables from pixel values to brightness, kept as numbers and nothing else.

PS3.3 C.11.2.1.1. A table passes only if it never turns back: display tables rise or fall, text that somebody
hides in the numbers does not.
"""

import base64
import zlib
from collections.abc import Callable
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from .values import read_numbers, read_values

AT_MOST = 8
ALL_ENTRIES = 2**16  # written as 0 in the descriptor, whose numbers have 16 bits
FEWEST_ENTRIES = 2
BITS = range(8, 17)


class VoiLut(TypedDict):
    """A table for values from `first_mapped` on: base64 of zlib of little-endian 16-bit numbers."""

    first_mapped: int
    bits: int
    explanation: str
    values: str


def keep_voi_luts(dataset: Dataset, explain: Callable[[Dataset], str]) -> list[VoiLut] | None:
    """Rebuild the tables that hold; `explain` finds what may be kept of a table's explanation."""
    items = [item for item in read_values(dataset, "VOILUTSequence") if isinstance(item, Dataset)]
    return [lut for item in items[:AT_MOST] if (lut := _keep(item, explain(item)))] or None


def _keep(item: Dataset, explanation: str) -> VoiLut | None:
    descriptor = read_numbers(item, "LUTDescriptor")
    if len(descriptor) != 3 or not all(number.is_integer() for number in descriptor):
        return None
    count, first_mapped, bits = (int(number) for number in descriptor)
    values = _read_values(item, count or ALL_ENTRIES)
    if values is None or bits not in BITS or values.max() >= 2**bits or not _is_one_way(values):
        return None
    packed = zlib.compress(values.astype("<u2").tobytes())
    return VoiLut(
        first_mapped=first_mapped,
        bits=bits,
        explanation=explanation,
        values=base64.b64encode(packed).decode("ascii"),
    )


def _read_values(item: Dataset, count: int) -> NDArray[np.int64] | None:
    """Return as many entries as the descriptor says; None where they are missing or too few."""
    if not FEWEST_ENTRIES <= count <= ALL_ENTRIES:
        return None
    came = read_values(item, "LUTData")
    if len(came) == 1 and isinstance(came[0], bytes):
        # An entry is one byte where there are no more bytes than entries, and one to make their number even.
        is_packed = len(came[0]) in {count, count + count % 2}
        whole = came[0][: len(came[0]) // 2 * 2]
        values = np.frombuffer(whole, "u1" if is_packed else "<u2")
    elif all(isinstance(number, int) for number in came):
        values = np.asarray(came)
    else:
        return None
    return values[:count].astype(np.int64) if len(values) >= count else None


def _is_one_way(values: NDArray[np.int64]) -> bool:
    steps = np.diff(values)
    return bool((steps >= 0).all() or (steps <= 0).all())
