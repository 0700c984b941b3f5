"""The breast alone, as a network that answers for a whole image sees it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.breast import find_regions
from ml.errors import PredictionRefusedError
from ml.inference.intensity import scale_by_header
from ml.inference.preparation import median_filter
from ml.inference.tiles import inside_white_frame
from ml.inference.whole_image import whole_frame
from ml.types import Acquisition


@dataclass(frozen=True)
class BreastImage:
    """A breast cut out of its image.

    Attributes
    ----------
    values : ndarray of float32, shape (rows, columns)
        On the 0..255 scale, 0 outside the breast: letters and markers are gone.
    inside : ndarray of bool, shape (rows, columns)
        Pixels of the breast.
    is_found : bool
        False where no breast can be told from air; then all of the image counts as breast.
    shape : tuple of int
        (rows, columns) of the image.
    place : tuple of slice
        Where `values` lies in it.
    """

    values: NDArray[np.float32]
    inside: NDArray[np.bool_]
    is_found: bool
    shape: tuple[int, int]
    place: tuple[slice, slice]

    def for_network(self, rows: int, columns: int, median_px: int) -> NDArray[np.float32]:
        """Return what a network of this input sees, shape (rows, columns), on the 0..255 scale."""
        return median_filter(whole_frame(self.values, rows, columns).into(self.values), median_px)

    def on_image(self, found: NDArray[np.float32]) -> NDArray[np.float32]:
        """Lay what a network found on its input over the image, 0 outside the breast.

        Parameters
        ----------
        found : ndarray of float32, shape (input rows, input columns)
            One value for each pixel of `for_network`.

        Returns
        -------
        ndarray of float32, shape (image rows, image columns)
        """
        whole = np.zeros(self.shape, dtype=np.float32)
        whole[self.place] = whole_frame(self.values, *found.shape).back(found) * self.inside
        return whole


def breast_image(pixels: NDArray[np.uint16], acquisition: Acquisition) -> BreastImage:
    """Cut the breast out of a mammogram.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header.

    Returns
    -------
    BreastImage
        The smallest upright rectangle around the breast with its chest muscle.

    Raises
    ------
    PredictionRefusedError
        With code `image_empty`.
    ImageRefusedError
        With code `pixel_spacing_invalid`.
    """
    if pixels.ndim != 2 or pixels.size == 0:
        raise PredictionRefusedError(
            f"A grey image of rows and columns is needed, not one of shape {pixels.shape}.",
            code="image_empty",
        )
    frame = inside_white_frame(pixels)
    picture = pixels[frame]
    scaled = scale_by_header(picture, acquisition)
    regions = find_regions(picture, acquisition)
    inside = regions.labels > 0 if regions.is_found else np.ones(picture.shape, dtype=bool)
    box = tuple(_extent(inside, axis) for axis in (1, 0))
    place = tuple(
        slice(outer.start + inner.start, outer.start + inner.stop)
        for outer, inner in zip(frame, box, strict=True)
    )
    return BreastImage(
        values=scaled[box[0], box[1]] * inside[box[0], box[1]],
        inside=inside[box[0], box[1]],
        is_found=regions.is_found,
        shape=(pixels.shape[0], pixels.shape[1]),
        place=(place[0], place[1]),
    )


def _extent(shown: NDArray[np.bool_], axis: int) -> slice:
    places = np.flatnonzero(shown.any(axis=axis))
    return slice(int(places[0]), int(places[-1]) + 1)
