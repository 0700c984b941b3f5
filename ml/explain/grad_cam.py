"""Heatmaps of networks that answer for a whole image: Grad-CAM++."""

from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ml.inference import breast_image, check_task, network_input, resample
from ml.inference.image_scorer import to_probability
from ml.networks import ImportedWeights, ModelCard, load_network
from ml.types import Acquisition


class HasMaps(Protocol):
    """A network in two steps: the last maps of an image, and the answer that they give."""

    def maps(self, image: Tensor) -> Tensor:
        """Return (n, channels, rows, columns) for (n, 3, ...)."""

    def answer(self, maps: Tensor) -> Tensor:
        """Return logits, (n, 1)."""


class HeatmapScorer:
    """An image classifier that shows what its answer rests on.

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
        self._device = device
        self._network = load_network(weights).to(device).requires_grad_(requires_grad=False)

    def explain(
        self, pixels: NDArray[np.uint16], acquisition: Acquisition
    ) -> tuple[float, NDArray[np.uint8]]:
        """Answer for an image and show where the answer comes from.

        Parameters
        ----------
        pixels : ndarray of uint16, shape (rows, columns)
            Stored values.
        acquisition : Acquisition
            Facts from the header.

        Returns
        -------
        probability : float
            As `ml.inference.ImageScorer` gives it.
        heatmap : ndarray of uint8, shape (rows, columns)
            0 to 255, the largest value where the answer rests most; 0 outside the breast, and everywhere
            where nothing speaks for what the network looks for.

        Raises
        ------
        PredictionRefusedError
            With code `image_empty`.
        """
        card, breast = self.card, breast_image(pixels, acquisition)
        seen = breast.for_network(card.input_rows, card.input_columns, card.median_px)
        image = torch.from_numpy(network_input([seen], card)).to(self._device)
        logit, heatmap = grad_cam(self._network, image)  # type: ignore[arg-type]
        (probability,) = to_probability(np.array([[logit]], dtype=np.float32))
        return float(probability), np.rint(breast.on_image(heatmap) * 255).astype(np.uint8)


def grad_cam(network: HasMaps, image: Tensor) -> tuple[float, NDArray[np.float32]]:
    """Weigh the last maps of a network by how much they raise its answer.

    Parameters
    ----------
    network : HasMaps
        In evaluation mode.
    image : Tensor of float, shape (1, 3, rows, columns)
        As the network takes it.

    Returns
    -------
    logit : float
        The answer.
    heatmap : ndarray of float32, shape (rows, columns)
        From 0 to 1; 0 everywhere where no map raises the answer, or all points do so alike.

    Notes
    -----
    With S the logit, Y = exp(S) and g = dS/dA, the maps A are weighed by the sum of alpha relu(dY/dA) over
    their points, alpha = g^2 / (2 g^2 + sum(A g^3)), 0 where that divides by 0 [1]_. The factor Y of dY/dA is
    left out: it is the same everywhere, and the result is scaled to 0..1.

    References
    ----------
    .. [1] A. Chattopadhay, A. Sarkar, P. Howlader, V. N. Balasubramanian, "Grad-CAM++: generalized gradient-
       based visual explanations for deep convolutional networks", WACV 2018, doi:10.1109/WACV.2018.00097.
    """
    with torch.enable_grad():
        maps = network.maps(image).detach().requires_grad_()
        logit = network.answer(maps)[0, 0]
        (gradient,) = torch.autograd.grad(logit, maps)
    maps, gradient = maps.detach()[0].double(), gradient[0].double()
    squared = gradient**2
    below = 2 * squared + (maps * gradient**3).sum(dim=(1, 2), keepdim=True)
    alpha = torch.where(below == 0, 0.0, squared / torch.where(below == 0, 1.0, below))
    weights = (alpha * gradient.relu()).sum(dim=(1, 2))
    coarse = (weights[:, None, None] * maps).sum(dim=0).relu()
    heatmap = _to_unit_range(coarse.cpu().numpy())
    return float(logit.detach()), resample(heatmap, image.shape[2], image.shape[3])


def _to_unit_range(values: NDArray[np.float64]) -> NDArray[np.float32]:
    lowest, highest = values.min(), values.max()
    if not highest - lowest > 1e-12 * abs(highest):
        return np.zeros(values.shape, dtype=np.float32)
    return ((values - lowest) / (highest - lowest)).astype(np.float32)
