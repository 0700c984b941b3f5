"""Several readings of one image held together pixel by pixel: who marked what."""

from collections.abc import Sequence

import numpy as np

from ml.masks import Runs, bounding_box
from ml.metrics.consensus import union_of


def pixel_patterns(readings: Sequence[Runs], *, margin_px: int) -> dict[int, int]:
    """Count the pixels around everything marked by who marked them.

    Parameters
    ----------
    readings : sequence of Runs
        One mask per reading, 1 to 16, on one pixel grid.
    margin_px : int
        How far around the box of everything marked is looked, as in `staple`.

    Returns
    -------
    pixels : dict of int to int
        Bit k of the key is set where reading number k has the pixel; 0 is nobody. Empty where nobody marked
        anything. What STAPLE needs of an image, and no more.

    Raises
    ------
    StatisticsInputError
        With code `too_few_readers` or `too_many_readers`.
    MaskShapeMismatchError
        If the sizes differ.

    Notes
    -----
    One sweep over the ends of all runs: the time does not depend on the size of the image.
    """
    whole = union_of(readings)
    if len(whole.runs) == 0:
        return {}
    edges, bits = [], []
    for number, reading in enumerate(readings):
        row, start, end = reading.runs.astype(np.int64).T
        # A run may end where the image does: the next row must begin behind that.
        edges += [row * (reading.columns + 1) + start, row * (reading.columns + 1) + end]
        bits += [np.full(2 * len(row), 1 << number)]
    position = np.concatenate(edges)
    order = np.argsort(position, kind="stable")
    pattern = np.bitwise_xor.accumulate(np.concatenate(bits)[order])
    pixels = np.bincount(
        pattern[:-1], weights=np.diff(position[order]).astype(np.float64), minlength=1 << len(readings)
    )
    top, left, bottom, right = bounding_box(whole)
    height = min(bottom + margin_px, whole.rows) - max(top - margin_px, 0)
    width = min(right + margin_px, whole.columns) - max(left - margin_px, 0)
    pixels[0] = height * width - pixels[1:].sum()
    return {int(seen): int(pixels[seen]) for seen in np.flatnonzero(pixels)}
