"""A network that answers for a whole image, ready for mammograms."""

import numpy as np
from numpy.typing import NDArray

from ml.inference.breast_image import breast_image
from ml.inference.engine import TorchEngine
from ml.inference.preparation import network_input
from ml.inference.steady_engine import SteadyEngine
from ml.inference.task import check_task
from ml.networks import ImportedWeights, ModelCard, load_network
from ml.types import Acquisition

# An answer is never wholly sure; cutoffs lie between 0 and 1.
SUREST = 1e-6


class ImageScorer:
    """A network with its model card that tells how likely an image shows something.

    Parameters
    ----------
    weights : ImportedWeights
        Of an image classifier.
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
        check_task(weights.card, "image_classification")
        self.card: ModelCard = weights.card
        self._engine = SteadyEngine(
            TorchEngine(load_network(weights), device=device),
            on_cpu=lambda: TorchEngine(load_network(weights)),
        )

    def probability(self, pixels: NDArray[np.uint16], acquisition: Acquisition) -> float:
        """Return how likely the image shows the card's label.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        acquisition : Acquisition
            Facts from the header.

        Returns
        -------
        float
            From `SUREST` to 1 - `SUREST`.

        Raises
        ------
        PredictionRefusedError
            With code `image_empty` or `out_of_memory`.
        """
        card = self.card
        seen = breast_image(pixels, acquisition).for_network(
            card.input_rows, card.input_columns, card.median_px
        )
        self._engine.begin()
        return float(to_probability(self._engine.run(network_input([seen], card)))[0])


def to_probability(output: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turn raw output into probabilities.

    Parameters
    ----------
    output : ndarray of float32, shape (n, 1) or (n, 2)
        One logit, or one for each of two classes.

    Returns
    -------
    ndarray of float64, shape (n,)
        Of the (second) class, from `SUREST` to 1 - `SUREST`.
    """
    values = output.astype(np.float64)
    logit = values[:, 0] if values.shape[1] == 1 else values[:, 1] - values[:, 0]
    return np.clip(1 / (1 + np.exp(-np.clip(logit, -50, 50))), SUREST, 1 - SUREST)
