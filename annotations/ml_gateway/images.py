"""Files from the outside into pixels, and pixels into the one stored form."""

from dataclasses import dataclass
from pathlib import Path

from annotations.errors import ImageFileRefusedError
from ml.errors import ImageRefusedError
from ml.images import checked_spacing, read_image, write_clean_png
from ml.types import Acquisition


@dataclass(frozen=True)
class CleanImage:
    """A decoded image in its stored form, with what its own header says."""

    png: bytes
    rows: int
    columns: int
    acquisition: Acquisition
    is_lossy: bool


def read_clean_image(path: Path) -> CleanImage:
    """Decode a DICOM, PNG or TIFF file in the limited child process, or raise ImageFileRefusedError."""
    try:
        decoded = read_image(path)
        rows, columns = decoded.pixels.shape
        png = write_clean_png(decoded.pixels)
    except ImageRefusedError as error:
        raise ImageFileRefusedError(error.message, code=error.code) from error
    return CleanImage(png, rows, columns, decoded.acquisition, decoded.is_lossy)


def check_pixel_spacing(row_mm: float, column_mm: float, source: str) -> None:
    """Raise ImageFileRefusedError for a spacing that is not plausible for a mammogram."""
    try:
        checked_spacing(row_mm, column_mm, source)
    except ImageRefusedError as error:
        raise ImageFileRefusedError(error.message, code=error.code) from error
