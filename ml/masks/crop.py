"""Parts of masks, cut out and put back."""

import numpy as np

from ml.errors import MaskShapeMismatchError
from ml.masks.dense import Box
from ml.masks.runs import Runs, check_size


def crop(mask: Runs, box: Box) -> Runs:
    """Cut a box out of a mask.

    Parameters
    ----------
    mask : Runs
        Any mask.
    box : tuple of int
        (first row, first column, row past the last, column past the last), within the image.

    Returns
    -------
    part : Runs
        Of the size of the box.

    Raises
    ------
    MaskShapeMismatchError
        If the box leaves the image or has no pixel.
    """
    top, left, bottom, right = box
    if not (0 <= top < bottom <= mask.rows and 0 <= left < right <= mask.columns):
        raise MaskShapeMismatchError(
            f"The box {tuple(box)} is no part of the image of {mask.rows} x {mask.columns} pixels; expected "
            "(first row, first column, row past the last, column past the last) with at least one pixel."
        )
    return _moved(mask, bottom - top, right - left, (-top, -left))


def paste(mask: Runs, onto_rows: int, onto_columns: int, at: tuple[int, int]) -> Runs:
    """Put a mask into a larger, or merely another, empty image.

    Parameters
    ----------
    mask : Runs
        Any mask.
    onto_rows, onto_columns : int
        Size of the new image in pixels.
    at : tuple of int
        (row, column) in the new image of the first pixel of the old one; may be negative or beyond it.

    Returns
    -------
    whole : Runs
        Pixels that fall outside the new image are left out. `paste(crop(mask, box), rows, columns, box[:2])`
        is the part of the mask inside the box.

    Raises
    ------
    MaskCodecError
        If the size is not that of an image.
    """
    check_size(onto_rows, onto_columns)
    return _moved(mask, onto_rows, onto_columns, at)


def _moved(mask: Runs, rows: int, columns: int, by: tuple[int, int]) -> Runs:
    down, right = by
    first, past = np.searchsorted(mask.runs[:, 0], (-down, rows - down))
    runs = mask.runs[first:past] + np.array([down, right, right], dtype=np.int64)
    runs[:, 1:] = runs[:, 1:].clip(0, columns)
    return Runs(rows, columns, runs[runs[:, 1] < runs[:, 2]].astype(np.int32))
