"""Run a network over a whole mammogram, tile by tile."""

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ml.errors import PredictionCancelledError, PredictionRefusedError
from ml.inference.intensity import to_eight_bit_scale
from ml.inference.tiles import inside_white_frame, is_empty_tile, tile_corners
from ml.networks import ImportedWeights, ModelCard, import_checkpoint, load_network

SPACING_RANGE_MM = (0.02, 0.5)
# 4096 x 3328 pixels of 0.1 mm brought to 0.07 mm are 28 million; this leaves room for film scans.
MAX_RESAMPLED_PIXELS = 100_000_000
# About a third faster than channels first on a CPU.
CHANNELS_LAST = torch.channels_last


class Predictor:
    """A network with its model card, ready for mammograms of any size.

    Parameters
    ----------
    weights : ImportedWeights
        From `ml.networks.import_checkpoint`.
    device : str
        Where torch computes, "cpu" or "cuda".

    Attributes
    ----------
    card : ModelCard
        What the weights are and how they are used.
    sha256 : str
        Digest of the weights in Tramline's own form.
    """

    def __init__(self, weights: ImportedWeights, device: str = "cpu") -> None:
        self.card: ModelCard = weights.card
        self.sha256 = weights.sha256
        self._device = torch.device(device)
        self._network: nn.Module = load_network(weights).to(self._device)

    def predict(
        self,
        pixels: NDArray[np.uint16],
        *,
        pixel_spacing_mm: float | None,
        bits_stored: int,
        is_inverted: bool,
        is_linear: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
        should_cancel: Callable[[], bool] | None = None,
    ) -> NDArray[np.uint8]:
        """Return the probability of calcification for each pixel.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        pixel_spacing_mm : float or None
            Size of a pixel; the image is resampled to the network's own. None means it is not known, and the
            network sees the pixels as they are.
        bits_stored : int
            Bits that carry the stored values, 1 to 16.
        is_inverted, is_linear : bool
            See `ml.inference.to_eight_bit_scale`.
        on_progress : callable, optional
            Called with (tiles done, tiles in all), first with 0 done. Empty tiles are not counted.
        should_cancel : callable, optional
            Asked before each tile.

        Returns
        -------
        ndarray of uint8, shape (rows, columns)
            Probability times 255, rounded; zero in a white frame and in tiles that show only air. Where tiles
            overlap the largest value stands.

        Raises
        ------
        PredictionCancelledError
            When `should_cancel` answered True.
        PredictionRefusedError
            With code `image_empty`, `pixel_spacing_out_of_range` or `resampled_too_large`.
        """
        if pixels.ndim != 2 or pixels.size == 0:
            raise PredictionRefusedError(
                f"A grey image of rows and columns is needed, not one of shape {pixels.shape}.",
                code="image_empty",
            )
        inside = inside_white_frame(pixels)
        picture = pixels[inside]
        rows, columns = self._resampled_size(picture.shape, pixel_spacing_mm)
        scaled = to_eight_bit_scale(
            picture, bits_stored=bits_stored, is_inverted=is_inverted, is_linear=is_linear
        )
        image = prepare_image(scaled, rows, columns, self.card.median_px)
        missing = [max(0, self.card.tile_px - size) for size in image.shape]
        image = np.pad(image, ((0, missing[0]), (0, missing[1])))
        probability = self._predict_tiles(image, on_progress, should_cancel)[:rows, :columns]
        native = np.zeros(pixels.shape, dtype=np.uint8)
        native[inside] = np.rint(resample(probability, *picture.shape) * 255)
        return native

    def _resampled_size(self, shape: tuple[int, ...], pixel_spacing_mm: float | None) -> tuple[int, int]:
        if pixel_spacing_mm is None:
            return shape[0], shape[1]
        low, high = SPACING_RANGE_MM
        if not (math.isfinite(pixel_spacing_mm) and low <= pixel_spacing_mm <= high):
            raise PredictionRefusedError(
                f"The pixel spacing is {pixel_spacing_mm} mm; a mammogram has {low} to {high} mm. Correct "
                "it, or leave it out if it is not known.",
                code="pixel_spacing_out_of_range",
            )
        factor = pixel_spacing_mm / self.card.pixel_spacing_mm
        rows, columns = (max(1, round(size * factor)) for size in shape)
        if rows * columns > MAX_RESAMPLED_PIXELS:
            raise PredictionRefusedError(
                f"At this pixel spacing the network would see {rows} x {columns} pixels; at most "
                f"{MAX_RESAMPLED_PIXELS:,} are allowed. Check the pixel spacing.",
                code="resampled_too_large",
            )
        return rows, columns

    def _predict_tiles(
        self,
        image: NDArray[np.float32],
        on_progress: Callable[[int, int], None] | None,
        should_cancel: Callable[[], bool] | None,
    ) -> NDArray[np.float32]:
        side = self.card.tile_px
        corners = tile_corners(*image.shape, tile_px=side, overlap_px=self.card.overlap_px)
        boxes = [np.s_[row : row + side, column : column + side] for row, column in corners]
        boxes = [box for box in boxes if not is_empty_tile(image[box])]
        probability = np.zeros_like(image)
        for done, box in enumerate(boxes):
            if should_cancel is not None and should_cancel():
                raise PredictionCancelledError(f"Stopped after {done} of {len(boxes)} tiles, as asked.")
            if on_progress is not None:
                on_progress(done, len(boxes))
            np.maximum(probability[box], self._predict_tile(image[box]), out=probability[box])
        if on_progress is not None:
            on_progress(len(boxes), len(boxes))
        return probability

    def _predict_tile(self, tile: NDArray[np.float32]) -> NDArray[np.float32]:
        values = (tile / 255 - self.card.mean) / self.card.standard_deviation
        grey = torch.from_numpy(values.astype(np.float32)).to(self._device)
        with torch.inference_mode():
            image = grey.expand(1, 3, *grey.shape).contiguous(memory_format=CHANNELS_LAST)
            output: Tensor = self._network(image)[0, 0]
            is_logit = self.card.output == "logit"
            return (torch.sigmoid(output) if is_logit else output.clamp(0, 1)).cpu().numpy()


def load_predictor(weights_path: Path | str, device: str = "cpu") -> Predictor:
    """Read a weights file and make a predictor of it.

    Parameters
    ----------
    weights_path : Path or str
        A published checkpoint or Tramline's own safetensors; see `ml.networks.import_checkpoint`.
    device : str
        Where torch computes.

    Returns
    -------
    Predictor
        Ready for use.

    Raises
    ------
    WeightsRefusedError
        Where the file cannot be used; its code names why.
    """
    return Predictor(import_checkpoint(weights_path), device)


def prepare_image(
    scaled: NDArray[np.float32], rows: int, columns: int, median_px: int
) -> NDArray[np.float32]:
    """Resample an image on the 0..255 scale and filter it: what a network sees, in use and in training.

    Parameters
    ----------
    scaled : ndarray of float32, shape (any, any)
        From `to_eight_bit_scale`.
    rows, columns : int
        Size at the network's pixel spacing.
    median_px : int
        Side of the median filter; 1 for none.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        Values in 0..255.
    """
    image = resample(scaled, rows, columns)
    return cv2.medianBlur(image, median_px) if median_px > 1 else image


def resample(image: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    """Return `image` on a grid of `rows` x `columns` over the same area.

    Parameters
    ----------
    image : ndarray of float32, shape (any, any)
        Values of any range.
    rows, columns : int
        The new size; areas are averaged where it shrinks, values interpolated where it grows.

    Returns
    -------
    ndarray of float32, shape (rows, columns)
        The image itself where the size is already right.
    """
    if image.shape == (rows, columns):
        return image
    is_smaller = rows * columns < image.size
    method = cv2.INTER_AREA if is_smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (columns, rows), interpolation=method), dtype=np.float32)
