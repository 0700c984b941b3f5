"""Run a network over a whole mammogram, tile by tile."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.errors import PredictionCancelledError, PredictionRefusedError
from ml.inference.engine import Engine, TorchEngine
from ml.inference.intensity import to_eight_bit_scale
from ml.inference.preparation import median_filter, network_input, network_size, prepare_image, resample
from ml.inference.steady_engine import SteadyEngine
from ml.inference.task import check_task
from ml.inference.tiles import inside_white_frame, is_empty_tile, tile_corners
from ml.inference.whole_image import whole_frame
from ml.networks import ImportedWeights, ModelCard, import_checkpoint, load_network

Report = Callable[[int, int], None] | None
Ask = Callable[[], bool] | None


class Predictor:
    """A network with its model card, ready for mammograms of any size.

    Parameters
    ----------
    weights : ImportedWeights
        From `ml.networks.import_checkpoint`.
    device : str
        Where torch computes, "cpu" or "cuda", if no engine is given.
    engine : Engine, optional
        What runs the network; by default torch in float32. See `ml.inference.choose_engine`.

    Raises
    ------
    PredictionRefusedError
        With code `wrong_task` where the network does not mark pixels.

    Attributes
    ----------
    card : ModelCard
        What the weights are and how they are used.
    sha256 : str
        Digest of the weights in Tramline's own form.
    """

    def __init__(
        self, weights: ImportedWeights, device: str = "cpu", *, engine: Engine | None = None
    ) -> None:
        check_task(weights.card, "segmentation")
        self.card: ModelCard = weights.card
        self.sha256 = weights.sha256
        self._engine = SteadyEngine(
            engine or TorchEngine(load_network(weights), device=device),
            on_cpu=lambda: TorchEngine(load_network(weights)),
        )

    @property
    def engines_used(self) -> tuple[str, ...]:
        """Names of the engines that gave the last map: more than one where memory ran out on the way."""
        return self._engine.used

    def predict(
        self,
        pixels: NDArray[np.uint16],
        *,
        pixel_spacing_mm: float | None,
        bits_stored: int,
        is_inverted: bool,
        is_linear: bool = False,
        on_progress: Report = None,
        should_cancel: Ask = None,
    ) -> NDArray[np.uint8]:
        """Return the probability of calcification for each pixel.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        pixel_spacing_mm : float or None
            Size of a pixel; the image is resampled to the network's own. None means it is not known: then a
            network for calcified arteries sees the pixels as they are, and one for microcalcifications, which
            it tells by their size, refuses. A network that sees the whole image at once does not ask.
        bits_stored : int
            Bits that carry the stored values, 1 to 16.
        is_inverted, is_linear : bool
            See `ml.inference.to_eight_bit_scale`.
        on_progress : callable, optional
            Called with (tiles done, tiles in all), first with 0 done. Empty tiles are not counted.
        should_cancel : callable, optional
            Asked before each tile, or batch of tiles.

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
            With code `image_empty`, `pixel_spacing_missing`, `pixel_spacing_out_of_range`,
            `resampled_too_large` or `out_of_memory`.
        """
        if pixels.ndim != 2 or pixels.size == 0:
            raise PredictionRefusedError(
                f"A grey image of rows and columns is needed, not one of shape {pixels.shape}.",
                code="image_empty",
            )
        inside = inside_white_frame(pixels)
        picture = pixels[inside]
        size = self._resampled_size(picture.shape, pixel_spacing_mm) if self.card.input == "tiles" else None
        scaled = to_eight_bit_scale(
            picture, bits_stored=bits_stored, is_inverted=is_inverted, is_linear=is_linear
        )
        self._engine.begin()
        if size is None:
            probability = self._predict_whole(scaled, on_progress, should_cancel)
        else:
            probability = self._predict_tiled(scaled, size, on_progress, should_cancel)
        native = np.zeros(pixels.shape, dtype=np.uint8)
        native[inside] = np.rint(probability * 255)
        return native

    def _resampled_size(self, shape: tuple[int, ...], pixel_spacing_mm: float | None) -> tuple[int, int]:
        if pixel_spacing_mm is None:
            if self.card.label == "microcalcification":
                raise PredictionRefusedError(
                    "The pixel spacing of this image is not known, and this network goes by the size of "
                    "what it sees. State the spacing, or use a network that sees the whole image at once.",
                    code="pixel_spacing_missing",
                )
            return shape[0], shape[1]
        return network_size(shape, pixel_spacing_mm, self.card.pixel_spacing_mm)

    def _predict_whole(
        self, scaled: NDArray[np.float32], on_progress: Report, should_cancel: Ask
    ) -> NDArray[np.float32]:
        frame = whole_frame(scaled, self.card.input_rows, self.card.input_columns)
        image = median_filter(frame.into(scaled), self.card.median_px)
        return frame.back(self._predict_boxes(image, [np.s_[:, :]], on_progress, should_cancel))

    def _predict_tiled(
        self, scaled: NDArray[np.float32], size: tuple[int, int], on_progress: Report, should_cancel: Ask
    ) -> NDArray[np.float32]:
        rows, columns = size
        side = self.card.tile_px
        image = prepare_image(scaled, rows, columns, self.card.median_px)
        missing = [max(0, side - length) for length in image.shape]
        image = np.pad(image, ((0, missing[0]), (0, missing[1])))
        corners = tile_corners(*image.shape, tile_px=side, overlap_px=self.card.overlap_px)
        boxes = [np.s_[row : row + side, column : column + side] for row, column in corners]
        boxes = [box for box in boxes if not is_empty_tile(image[box])]
        probability = self._predict_boxes(image, boxes, on_progress, should_cancel)
        return resample(probability[:rows, :columns], *scaled.shape)

    def _predict_boxes(
        self,
        image: NDArray[np.float32],
        boxes: list[tuple[slice, slice]],
        on_progress: Report,
        should_cancel: Ask,
    ) -> NDArray[np.float32]:
        probability = np.zeros_like(image)
        done = 0
        while done < len(boxes):
            if should_cancel is not None and should_cancel():
                raise PredictionCancelledError(f"Stopped after {done} of {len(boxes)} tiles, as asked.")
            if on_progress is not None:
                on_progress(done, len(boxes))
            batch = boxes[done : done + self._engine.tiles_at_once]
            for box, found in zip(batch, self._predict_batch([image[box] for box in batch]), strict=True):
                np.maximum(probability[box], found, out=probability[box])
            done += len(batch)
        if on_progress is not None:
            on_progress(len(boxes), len(boxes))
        return probability

    def _predict_batch(self, tiles: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        output = torch.from_numpy(self._engine.run(network_input(tiles, self.card))[:, 0])
        return (output.sigmoid() if self.card.output == "logit" else output.clamp(0, 1)).numpy()


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
