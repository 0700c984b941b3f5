"""Square tiles that cover an image, and which of them hold nothing to look at."""

import numpy as np
from numpy.typing import NDArray

# On the 0..255 scale. A tile is empty where almost all of it is black, or all of it is one grey (a border).
# The authors of SCU-Net skip tiles of mean <= 20 or deviation <= 10; that also skips fat with a vessel in it.
BLACK_LEVEL = 20
FLAT_DEVIATION = 2


def tile_corners(rows: int, columns: int, *, tile_px: int, overlap_px: int) -> list[tuple[int, int]]:
    """Return the first (row, column) of tiles that cover an image.

    Parameters
    ----------
    rows, columns : int
        Size of the image, each at least `tile_px` (pad a smaller one).
    tile_px, overlap_px : int
        Side of a tile, and how much neighbours share at least.

    Returns
    -------
    list of tuple of int
        In raster order. The last tile of a row or column ends at the image's edge.
    """
    return [
        (row, column)
        for row in _starts(rows, tile_px, overlap_px)
        for column in _starts(columns, tile_px, overlap_px)
    ]


def is_empty_tile(tile: NDArray[np.float32]) -> bool:
    """Return whether a tile, on the 0..255 scale, shows only air or only one grey."""
    if np.count_nonzero(tile > BLACK_LEVEL) <= 0.01 * tile.size:
        return True
    return bool(tile.std() <= FLAT_DEVIATION)


def inside_white_frame(pixels: NDArray[np.uint16]) -> tuple[slice, slice]:
    """Find the picture inside a white frame, as figures and scans have it.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values, not empty.

    Returns
    -------
    tuple of slice
        (rows, columns) without the outermost rows and columns that hold nothing but the largest value of the
        image; the whole image where there is no such frame, or nothing else.

    Notes
    -----
    A frame inside a tile shifts the channel means that SCU-Net weighs its features by: on a film scan with a
    white frame the last 15 mm of a calcified artery beside it were lost.
    """
    is_picture = pixels != pixels.max()
    rows = np.flatnonzero(is_picture.any(axis=1))
    columns = np.flatnonzero(is_picture.any(axis=0))
    if rows.size == 0:
        return slice(0, pixels.shape[0]), slice(0, pixels.shape[1])
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _starts(length: int, tile_px: int, overlap_px: int) -> list[int]:
    last = length - tile_px
    return [*range(0, last, tile_px - overlap_px), last]
