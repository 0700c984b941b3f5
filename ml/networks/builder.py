"""One builder for every architecture that a model card may name."""

from collections.abc import Callable

from torch import nn

from ml.errors import WeightsRefusedError
from ml.networks.scunet import ScuNet
from ml.networks.unet_resnet34 import UnetResnet34

ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {"scunet": ScuNet, "unet-resnet34": UnetResnet34}


def build_network(architecture: str) -> nn.Module:
    """Build a network with fresh weights.

    Parameters
    ----------
    architecture : str
        A name from `ARCHITECTURES`.

    Returns
    -------
    torch.nn.Module
        The network, in training mode; its initial weights depend on torch's global seed.

    Raises
    ------
    WeightsRefusedError
        With code `unknown_architecture`.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(sorted(ARCHITECTURES))
        raise WeightsRefusedError(
            f"The architecture {architecture!r} is not known here; known are: {known}.",
            code="unknown_architecture",
        )
    return ARCHITECTURES[architecture]()


def count_parameters(network: nn.Module) -> int:
    """Return the number of trainable values in `network`."""
    return sum(parameter.numel() for parameter in network.parameters())
