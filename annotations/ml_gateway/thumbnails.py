"""Small 8-bit pictures for lists. They are for finding an image again, never for reading it."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.images import read_clean_png

HEIGHT_PX = 256


def render_thumbnail(clean_png: bytes, *, is_inverted: bool) -> bytes:
    """Shrink a stored image to 256 px of height at most, stretch its grey levels, and write it as 8-bit PNG.

    `is_inverted` is true for MONOCHROME1, where low values are bright.
    """
    small = _shrink(read_clean_png(clean_png))
    if is_inverted:
        small = small.max() - small
    darkest, brightest = np.percentile(small, [1.0, 99.8])
    grey = np.clip((small - darkest) / max(brightest - darkest, 1.0), 0.0, 1.0) * 255
    file = io.BytesIO()
    Image.fromarray(np.rint(grey).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def _shrink(pixels: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Average over areas: fine calcifications fade instead of flickering in and out."""
    rows, columns = pixels.shape
    factor = max(rows / HEIGHT_PX, 1.0)
    size = (max(round(columns / factor), 1), max(round(rows / factor), 1))
    # Whole blocks first, with integers: 20 times less data for the exact resize that follows.
    block = max(int(factor // 2), 1)
    blocks = pixels[: rows - rows % block, : columns - columns % block]
    means = blocks.reshape(blocks.shape[0] // block, block, blocks.shape[1] // block, block).mean(
        axis=(1, 3), dtype=np.float32
    )
    return np.asarray(Image.fromarray(means).resize(size, Image.Resampling.BOX))
