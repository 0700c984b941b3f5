"""Masks as COCO run-length strings, for the tools that read them."""

import numpy as np
from numpy.typing import NDArray

from ml.masks.dense import to_dense
from ml.masks.runs import Runs


def to_coco_rle(mask: Runs) -> dict[str, str | list[int]]:
    """Write a mask as a compressed COCO RLE object.

    Parameters
    ----------
    mask : Runs
        Any mask.

    Returns
    -------
    rle : dict
        `size` as [rows, columns] and `counts` as text, equal to what pycocotools writes.

    Notes
    -----
    COCO counts run down the columns, background first. From the fourth on, a count is written as the
    difference to the one two before it; numbers are cut into groups of five bits, low first, a sixth bit says
    that another group follows, and 48 is added to make each a printable character.
    """
    counts = _column_counts(mask)
    numbers = counts.copy()
    numbers[3:] -= counts[1:-2]
    return {"size": [mask.rows, mask.columns], "counts": "".join(map(_write_number, numbers.tolist()))}


def _column_counts(mask: Runs) -> NDArray[np.int64]:
    scanned = to_dense(mask).ravel(order="F")
    changes = np.flatnonzero(scanned[1:] != scanned[:-1]) + 1
    edges = np.concatenate(([0], changes, [len(scanned)]))
    counts = np.diff(edges)
    return np.concatenate(([0], counts)) if scanned[0] else counts


def _write_number(number: int) -> str:
    text = ""
    is_last = False
    while not is_last:
        group = number & 0x1F
        number >>= 5
        # Signed numbers end where the rest repeats the sign bit of this group.
        is_last = number == (-1 if group & 0x10 else 0)
        text += chr((group if is_last else group | 0x20) + 48)
    return text
