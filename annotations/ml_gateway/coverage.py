"""Where the breast is on the coarse grid that coverage is counted on."""

from dataclasses import dataclass

import numpy as np

from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml.breast import find_regions
from ml.errors import MlError
from ml.images import read_clean_png


@dataclass(frozen=True)
class BreastCells:
    """One bit for each cell, row by row, highest bit first; all set where no breast was found."""

    cells: bytes
    is_found: bool


def find_breast_cells(content: bytes, mammogram: Mammogram, *, cell_px: int) -> BreastCells:
    """Tell which cells of a stored image hold any part of the breast, chest muscle included."""
    grid_rows, grid_columns = -(-mammogram.rows // cell_px), -(-mammogram.columns // cell_px)
    try:
        regions = find_regions(read_clean_png(content), acquisition_of(mammogram))
        labels, is_found = regions.labels, regions.is_found
    except MlError:
        # An image that the algorithm refuses can still be read, and then all of it.
        labels, is_found = np.zeros((mammogram.rows, mammogram.columns), dtype=np.uint8), False
    if not is_found:
        return BreastCells(np.packbits(np.ones((grid_rows, grid_columns), dtype=bool)).tobytes(), is_found)
    padding = (
        (0, grid_rows * cell_px - mammogram.rows),
        (0, grid_columns * cell_px - mammogram.columns),
    )
    blocks = np.pad(labels > 0, padding).reshape(grid_rows, cell_px, grid_columns, cell_px)
    return BreastCells(np.packbits(blocks.any(axis=(1, 3))).tobytes(), is_found)
