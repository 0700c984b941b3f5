"""What a network is trained to make small."""

import torch
from torch import Tensor
from torch.nn import functional


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
    entropy = functional.binary_cross_entropy_with_logits(logits, labels)
    probability = torch.sigmoid(logits)
    overlap = (probability * labels).sum()
    dice = (2 * overlap + 1) / (probability.sum() + labels.sum() + 1)
    return entropy + 1 - dice
