"""A mask as horizontal runs of pixels: the one form in which labels are stored, sent and compared."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
from numpy.typing import NDArray

from ml.errors import MaskCodecError

MAXIMUM_SIDE_PX = 16384


@dataclass(frozen=True, eq=False)
class Runs:
    """The pixels of one label on one image.

    Attributes
    ----------
    rows, columns : int
        Size of the image, 1 to 16384 each.
    runs : ndarray of int32, shape (n, 3)
        (row, start, end) with `end` exclusive, in raster order. Runs are maximal: two runs of one row never
        touch. Trusted as it stands and made read-only where it lies, without a copy: give it away, or use
        `Runs.checked`, which checks and copies, for anything from outside.
    """

    rows: int
    columns: int
    runs: NDArray[np.int32]

    def __post_init__(self) -> None:
        self.runs.setflags(write=False)

    def __eq__(self, other: object) -> bool:
        """Equal where size and pixels are equal; the runs of a set of pixels are unique."""
        if not isinstance(other, Runs):
            return NotImplemented
        same_size = (self.rows, self.columns) == (other.rows, other.columns)
        return same_size and np.array_equal(self.runs, other.runs)

    def __hash__(self) -> int:
        """Agree with `__eq__`."""
        return hash((self.rows, self.columns, self.runs.tobytes()))

    @classmethod
    def checked(cls, rows: int, columns: int, runs: object) -> "Runs":
        """Build a mask from runs that come from outside.

        Parameters
        ----------
        rows, columns : int
            Size of the image in pixels.
        runs : array_like of int, shape (n, 3)
            (row, start, end), end exclusive; copied. An empty list is the empty mask.

        Returns
        -------
        mask : Runs

        Raises
        ------
        MaskCodecError
            With code `too_large`, `not_a_mask`, `run_out_of_bounds` or `not_canonical`.
        """
        check_size(rows, columns)
        array = _whole_numbers(runs)
        if array.shape == (0,):
            return empty(rows, columns)
        if array.ndim != 2 or array.shape[1] != 3:
            raise MaskCodecError(
                f"Runs have the shape {array.shape}; expected n rows of (row, start, end).", code="not_a_mask"
            )
        _check_bounds(array, rows, columns)
        _check_canonical(array)
        return cls(rows, columns, array.astype(np.int32))


def empty(rows: int, columns: int) -> Runs:
    """Return the mask without any pixel.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.

    Returns
    -------
    mask : Runs
        Zero runs.

    Raises
    ------
    MaskCodecError
        With code `too_large` or `not_a_mask`, see `check_size`.
    """
    check_size(rows, columns)
    return Runs(rows, columns, np.empty((0, 3), dtype=np.int32))


def check_size(rows: int, columns: int) -> None:
    """Refuse a size that no image has.

    Parameters
    ----------
    rows, columns : int
        Size of the image in pixels.

    Raises
    ------
    MaskCodecError
        With code `too_large` above 16384 in either direction, `not_a_mask` below 1 or if a side is no whole
        number.
    """
    if not (isinstance(rows, Integral) and isinstance(columns, Integral)):
        raise MaskCodecError(
            f"A mask of {rows!r} x {columns!r} pixels was asked for; expected whole numbers.",
            code="not_a_mask",
        )
    if max(rows, columns) > MAXIMUM_SIDE_PX:
        raise MaskCodecError(
            f"A mask of {rows} x {columns} pixels is too large; up to {MAXIMUM_SIDE_PX} are allowed a side.",
            code="too_large",
        )
    if min(rows, columns) < 1:
        raise MaskCodecError(f"A mask of {rows} x {columns} pixels has no pixel.", code="not_a_mask")


def _whole_numbers(runs: object) -> NDArray[np.int64]:
    try:
        array = np.asarray(runs)
    except ValueError:  # rows of several lengths
        array = np.asarray(None)
    if array.size and array.dtype.kind not in "iu":
        raise MaskCodecError(
            "Runs are not a table of whole numbers that fit 64 bits; expected n rows of (row, start, end).",
            code="not_a_mask",
        )
    return array.astype(np.int64)


def _check_bounds(runs: NDArray[np.int64], rows: int, columns: int) -> None:
    row, start, end = runs.T
    outside = (row < 0) | (row >= rows) | (start < 0) | (end > columns) | (start > columns)
    if outside.any():
        first = runs[outside][0].tolist()
        raise MaskCodecError(
            f"The run (row, start, end) = {first} lies outside the image of {rows} x {columns} pixels.",
            code="run_out_of_bounds",
        )


def _check_canonical(runs: NDArray[np.int64]) -> None:
    row, start, end = runs.T
    if (end <= start).any():
        first = runs[end <= start][0].tolist()
        raise MaskCodecError(f"The run (row, start, end) = {first} has no pixel.", code="not_canonical")
    same_row = row[1:] == row[:-1]
    out_of_order = (row[1:] < row[:-1]) | (same_row & (start[1:] <= end[:-1]))
    if out_of_order.any():
        first = runs[1:][out_of_order][0].tolist()
        raise MaskCodecError(
            f"The run (row, start, end) = {first} touches or precedes the one before it; "
            "runs must be in raster order and joined where they touch.",
            code="not_canonical",
        )
