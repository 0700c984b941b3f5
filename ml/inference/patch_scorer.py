"""A network that answers for small patches, ready for mammograms."""

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import PredictionRefusedError
from ml.inference.engine import TorchEngine
from ml.inference.image_scorer import to_probability
from ml.inference.intensity import predict_arguments, scale_by_header
from ml.inference.preparation import network_input, network_size, prepare_image, resample
from ml.inference.steady_engine import SteadyEngine
from ml.inference.task import check_task
from ml.inference.tiles import inside_white_frame
from ml.networks import ImportedWeights, ModelCard, load_network
from ml.types import Acquisition

# Patches are blurred so little that single specks stay.
BLUR_SIGMA_PX = 0.5
PATCHES_AT_ONCE = 32


class PatchScorer:
    """A network with its model card that tells how likely each patch shows something.

    Parameters
    ----------
    weights : ImportedWeights
        Of a patch classifier.
    device : str
        "cpu" or "cuda".

    Attributes
    ----------
    card : ModelCard
        What the weights are and how they are used.

    Raises
    ------
    PredictionRefusedError
        With code `wrong_task`.
    """

    def __init__(self, weights: ImportedWeights, device: str = "cpu") -> None:
        check_task(weights.card, "patch_classification")
        self.card: ModelCard = weights.card
        self._engine = SteadyEngine(
            TorchEngine(load_network(weights), device=device, tiles_at_once=PATCHES_AT_ONCE),
            on_cpu=lambda: TorchEngine(load_network(weights)),
        )

    def probabilities(self, patches: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return how likely each patch shows the card's label.

        Parameters
        ----------
        patches : ndarray of float32, shape (n, tile_px, tile_px)
            On the 0..255 scale, at the network's pixel spacing.

        Returns
        -------
        ndarray of float64, shape (n,)

        Raises
        ------
        PredictionRefusedError
            With code `out_of_memory`.
        """
        found = [np.empty(0)]
        self._engine.begin()
        for first in range(0, len(patches), PATCHES_AT_ONCE):
            seen = patch_input(patches[first : first + PATCHES_AT_ONCE], self.card.input_rows)
            found.append(to_probability(self._engine.run(network_input(list(seen), self.card))))
        return np.concatenate(found)


def patch_input(patches: NDArray[np.float32], side_px: int) -> NDArray[np.float32]:
    """Blur and resize patches: what a network sees, in use and in training.

    Parameters
    ----------
    patches : ndarray of float32, shape (n, side, side)
        Any scale.
    side_px : int
        The new side; 0 leaves it as it is.

    Returns
    -------
    ndarray of float32, shape (n, side_px, side_px)
    """
    blurred = (cv2.GaussianBlur(patch, (0, 0), BLUR_SIGMA_PX) for patch in patches)
    size = side_px or patches.shape[1]
    return np.stack([resample(np.asarray(patch, dtype=np.float32), size, size) for patch in blurred])


def patch_plane(
    pixels: NDArray[np.uint16], acquisition: Acquisition, pixel_spacing_mm: float, median_px: int
) -> NDArray[np.float32]:
    """Bring an image to the scale that patches are cut from.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values.
    acquisition : Acquisition
        Facts from the header.
    pixel_spacing_mm : float
        Of the network.
    median_px : int
        Side of the median filter; 1 for none.

    Returns
    -------
    ndarray of float32, shape (any, any)
        On the 0..255 scale; what a white frame encloses.

    Raises
    ------
    PredictionRefusedError
        With code `pixel_spacing_missing`, `pixel_spacing_out_of_range` or `resampled_too_large`.
    """
    picture = pixels[inside_white_frame(pixels)]
    spacing_mm = predict_arguments(picture, acquisition)["pixel_spacing_mm"]
    if spacing_mm is None:
        raise PredictionRefusedError(
            "The pixel spacing of this image is not known, and a network for patches goes by the size of "
            "what it sees. State the spacing, or use a network that sees the whole image at once.",
            code="pixel_spacing_missing",
        )
    size = network_size(picture.shape, spacing_mm, pixel_spacing_mm)
    return prepare_image(scale_by_header(picture, acquisition), *size, median_px)
