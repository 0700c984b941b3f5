"""What a network is trained to make small.

Every loss for pixels takes raw output and labels of one shape, (n, 1, rows, columns), sums over the whole
batch, and is defined on batches in which nothing is to be found: finite, with a gradient that takes false
marks away.
"""

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# Farther from the border than this a wrong pixel costs no more.
FARTHEST_PX = 50.0
# The distance term waits until the network marks roughly the right places.
EPOCHS_BEFORE_DISTANCES = 5


class Loss:
    """A loss; one that changes from epoch to epoch is told where training is, and is saved with it."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value for raw output and labels (0 or 1) of one shape."""
        raise NotImplementedError

    def begin_epoch(self, epoch: int) -> None:
        """Hear that an epoch begins; the first is 0, and starts afresh."""

    def state(self) -> dict[str, float]:
        """Return what `restore` needs to go on from here."""
        return {}

    def restore(self, state: dict[str, float]) -> None:
        """Go on from what `state` returned."""


class AnswerLoss(Loss):
    """Cross-entropy of answers for images or patches: one logit each, or one for each of two classes."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value for (n, 1) or (n, 2) and labels (n, 1)."""
        logits = logits.float()
        # Of two classes only the difference counts; then both kinds of cross-entropy are one.
        answer = logits[:, 1:] - logits[:, :1] if logits.shape[1] > 1 else logits
        return functional.binary_cross_entropy_with_logits(answer, labels.float())


class DiceLoss(Loss):
    """One minus Dice with squares, SCU-Net's loss; of the background where there is nothing to find.

    With the formula as printed a batch without positives would cost 1 whatever the answer, and teach nothing.
    """

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value, 0 where the answer is right and sure."""
        probability, labels = torch.sigmoid(logits.float()), labels.float()
        if not labels.any():
            probability, labels = 1 - probability, 1 - labels
        overlap = (probability * labels).sum()
        return 1 - 2 * overlap / ((labels**2).sum() + (probability**2).sum() + 1e-6)


class HalfDiceMeanSquareLoss(Loss):
    """Half of soft Dice loss plus mean squared error, the loss of the published label-correction study."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value; without positives the squared error carries the gradient."""
        probability = torch.sigmoid(logits.float())
        return (soft_dice(probability, labels) + functional.mse_loss(probability, labels.float())) / 2


class CrossEntropyDiceLoss(Loss):
    """Binary cross-entropy plus soft Dice loss."""

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value; the Dice part is 0 where an empty batch is answered with nothing."""
        return cross_entropy_and_dice(logits, labels)


class HausdorffLoss(Loss):
    """Binary cross-entropy, soft Dice loss, and a term that grows with a wrong pixel's way to the border.

    The distance term stands for the Hausdorff distance, which has no useful gradient. From the sixth epoch on
    its weight makes it as large as the Dice term was, both as means over the epoch before.

    Parameters
    ----------
    is_two_sided : bool
        True also measures from the border of what the network marks, which costs a distance transform of each
        answer. No gradient goes through it.

    References
    ----------
    .. [1] D. Karimi, S. E. Salcudean, "Reducing the Hausdorff distance in medical image segmentation with
       convolutional neural networks", IEEE Transactions on Medical Imaging 39(2), 2020,
       doi:10.1109/TMI.2019.2930068.
    """

    def __init__(self, *, is_two_sided: bool = False) -> None:
        self._is_two_sided = is_two_sided
        self._weight = 0.0
        self._sums = {"dice": 0.0, "distance": 0.0}

    def __call__(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Return one value; counts towards the next epoch's weight only where gradients are asked for."""
        logits, labels = logits.float(), labels.float()
        probability = torch.sigmoid(logits)
        dice = soft_dice(probability, labels)
        distance = distance_loss(probability, labels, is_two_sided=self._is_two_sided)
        if torch.is_grad_enabled():
            self._sums["dice"] += dice.item()
            self._sums["distance"] += distance.item()
        entropy = functional.binary_cross_entropy_with_logits(logits, labels)
        return entropy + dice + self._weight * distance

    def begin_epoch(self, epoch: int) -> None:
        """Weigh the distance term by the sums of the epoch that ended."""
        if epoch < EPOCHS_BEFORE_DISTANCES:
            self._weight = 0.0
        elif self._sums["distance"] > 0:
            self._weight = self._sums["dice"] / self._sums["distance"]
        self._sums = {"dice": 0.0, "distance": 0.0}

    def state(self) -> dict[str, float]:
        """Return the weight and the sums of the epoch so far."""
        return {"weight": self._weight, **self._sums}

    def restore(self, state: dict[str, float]) -> None:
        """Go on from what `state` returned."""
        self._weight = state["weight"]
        self._sums = {"dice": state["dice"], "distance": state["distance"]}


def soft_dice(probability: Tensor, labels: Tensor) -> Tensor:
    """Return one minus the soft Dice of the whole batch, with 1 added above and below.

    Parameters
    ----------
    probability, labels : Tensor, same shape
        Of 0 to 1, and 0 or 1.

    Returns
    -------
    Tensor
        One value; 0 where an empty batch is answered with nothing.
    """
    overlap = (probability * labels).sum()
    return 1 - (2 * overlap + 1) / (probability.sum() + labels.sum() + 1)


def cross_entropy_and_dice(logits: Tensor, labels: Tensor) -> Tensor:
    """Add binary cross-entropy and one minus the soft Dice of the whole batch.

    Parameters
    ----------
    logits, labels : Tensor, same shape
        Raw output, and 0 or 1.

    Returns
    -------
    Tensor
        One value; the Dice part is 0 where an empty batch is answered with nothing.
    """
    logits, labels = logits.float(), labels.float()
    entropy = functional.binary_cross_entropy_with_logits(logits, labels)
    return entropy + soft_dice(torch.sigmoid(logits), labels)


def distance_loss(probability: Tensor, labels: Tensor, *, is_two_sided: bool) -> Tensor:
    """Return the mean squared error, each pixel weighed by its squared distance from the border.

    Parameters
    ----------
    probability, labels : Tensor of shape (..., rows, columns)
        Of 0 to 1, and 0 or 1.
    is_two_sided : bool
        Add the squared distance from the border of `probability` >= 0.5.

    Returns
    -------
    Tensor
        One value. Distances are in units of `FARTHEST_PX` and at most 1; an image without a border is 1
        everywhere.
    """
    weight = border_distance(labels > 0) ** 2
    if is_two_sided:
        weight = weight + border_distance(probability.detach() >= 0.5) ** 2
    return ((probability - labels) ** 2 * weight).mean()


def border_distance(marked: Tensor) -> Tensor:
    """Return each pixel's distance from the nearest pixel of the other kind, as a share of `FARTHEST_PX`.

    Parameters
    ----------
    marked : Tensor of bool, shape (..., rows, columns)
        Each image is measured alone.

    Returns
    -------
    Tensor of float32
        Same shape and device, from 1 / `FARTHEST_PX` to 1.
    """
    images = marked.detach().cpu().numpy().reshape(-1, *marked.shape[-2:])
    distances = np.ones(images.shape, np.float32)
    for image, distance in zip(images, distances, strict=True):
        if image.any() and not image.all():
            distance[:] = (_distance_px(image) + _distance_px(~image)) / FARTHEST_PX
    shares = torch.from_numpy(distances).reshape(marked.shape).clamp(max=1)
    return shares.to(marked.device)


def _distance_px(inside: "np.typing.NDArray[np.bool_]") -> "np.typing.NDArray[np.float32]":
    distance: np.typing.NDArray[np.float32] = cv2.distanceTransform(
        inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    return distance


# By the names that recipes use. HausdorffLoss keeps a weight: `begin_epoch(0)` starts it afresh.
LOSSES: dict[str, Loss] = {
    "dice": DiceLoss(),
    "half-dice-mse": HalfDiceMeanSquareLoss(),
    "cross-entropy-dice": CrossEntropyDiceLoss(),
    "cross-entropy-dice-hausdorff": HausdorffLoss(),
}
