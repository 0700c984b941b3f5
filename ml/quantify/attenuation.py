"""The attenuation of a raw image around a mask."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.masks import Box, Runs, bounding_box, pixel_positions, to_dense_crop
from ml.physics import Signal
from ml.quantify.background import Background

Places = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class AttenuationCrop:
    """A box of an image, large enough for all that a mask is measured against.

    Attributes
    ----------
    box : tuple of int
        (first row, first column, row past the last, column past the last) in the image.
    values : ndarray of float32, shape (box height, box width)
        -ln of the signal.
    is_breast, is_saturated : ndarray of bool, same shape
        Pixels in the breast, and pixels at the end of the scale.
    """

    box: Box
    values: NDArray[np.float32]
    is_breast: NDArray[np.bool_]
    is_saturated: NDArray[np.bool_]

    @classmethod
    def around(
        cls,
        mask: Runs,
        pixels: NDArray[np.uint16],
        signal: Signal,
        is_breast: NDArray[np.bool_],
        margin_px: tuple[int, int],
    ) -> "AttenuationCrop":
        """Cut the box out of an image.

        Parameters
        ----------
        mask : Runs
            Not empty.
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        signal : Signal
            How bright they count; physical.
        is_breast : ndarray of bool, shape (rows, columns)
            Where the breast is.
        margin_px : tuple of int
            (rows, columns) around the bounding box of the mask, as far as the image goes.

        Returns
        -------
        crop : AttenuationCrop
        """
        top, left, bottom, right = bounding_box(mask)
        box = (
            max(top - margin_px[0], 0),
            max(left - margin_px[1], 0),
            min(bottom + margin_px[0], mask.rows),
            min(right + margin_px[1], mask.columns),
        )
        inside = np.s_[box[0] : box[2], box[1] : box[3]]
        stored = pixels[inside]
        return cls(box, signal.brightness[stored], is_breast[inside], signal.is_saturated[stored])

    def places(self, mask: Runs) -> Places:
        """Return (rows, columns) of a mask's pixels in the crop, which holds them all."""
        row, column = np.divmod(pixel_positions(mask), mask.columns)
        return row - self.box[0], column - self.box[1]

    def measurable(self, mask: Runs) -> Places:
        """Return (rows, columns) of those pixels that lie in the breast and are not saturated."""
        row, column = self.places(mask)
        is_measurable = self.is_breast[row, column] & ~self.is_saturated[row, column]
        return row[is_measurable], column[is_measurable]

    def left_out_shares(self, mask: Runs) -> tuple[float, float]:
        """Return which shares of a mask's pixels are saturated in the breast, and outside the breast."""
        places = self.places(mask)
        is_breast = self.is_breast[places]
        return float((is_breast & self.is_saturated[places]).mean()), float(1 - is_breast.mean())

    def tissue_without(self, mask: Runs) -> NDArray[np.bool_]:
        """Return where the crop shows tissue outside a mask; bool, shape of the crop."""
        return self.is_breast & ~self.is_saturated & ~to_dense_crop(mask, self.box)

    def above(self, background: Background, places: Places) -> NDArray[np.float64]:
        """Return the attenuation above the background at places of the crop; NaN where it has none."""
        return self.values[places] - background.at(*places)
