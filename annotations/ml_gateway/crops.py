"""Parts of stored images, with all their grey levels."""

import numpy as np

from ml.images import read_clean_png, write_clean_png


def cut_png(content: bytes, *, box: tuple[int, int, int, int]) -> bytes:
    """Cut a box (first row, first column, row after last, column after last) out of a stored 16-bit PNG."""
    top, left, bottom, right = box
    return write_clean_png(np.ascontiguousarray(read_clean_png(content)[top:bottom, left:right]))
