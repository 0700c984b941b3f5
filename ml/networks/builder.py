"""One builder for every architecture that a model card may name."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn

from ml.errors import WeightsRefusedError
from ml.networks.cgnet import CgNet
from ml.networks.image_classifiers import BASES, ImageClassifier
from ml.networks.patch_classifiers import PatchClassifier
from ml.networks.scunet import ScuNet
from ml.networks.smp_networks import SmpNetwork
from ml.networks.unet import UNet


@dataclass(frozen=True)
class Architecture:
    """One kind of network.

    Every network takes three equal grey channels, (n, 3, rows, columns), and gives raw values: (n, 1, rows,
    columns) for segmentation, (n, 1) for an image, (n, 2) for a patch.

    Attributes
    ----------
    build : callable
        Makes the network with fresh weights, in training mode.
    task : str
        One of the model card's tasks.
    multiple_of : int
        Rows and columns of the input must be multiples of this.
    """

    build: Callable[[], nn.Module]
    task: str
    multiple_of: int


def _smp(kind: str, encoder: str, multiple_of: int) -> Architecture:
    return Architecture(partial(SmpNetwork, kind, encoder), "segmentation", multiple_of)


ARCHITECTURES: dict[str, Architecture] = {
    "scunet": Architecture(ScuNet, "segmentation", 8),
    "unet": Architecture(UNet, "segmentation", 16),
    "unet-resnet34": _smp("Unet", "resnet34", 32),
    "deeplabv3plus-resnet34": _smp("DeepLabV3Plus", "resnet34", 16),
    "deeplabv3plus-mobilenetv3": _smp("DeepLabV3Plus", "tu-mobilenetv3_large_100", 16),
    "linknet-resnet34": _smp("Linknet", "resnet34", 32),
    "cgnet": Architecture(CgNet, "segmentation", 8),
    **{name: Architecture(partial(ImageClassifier, name), "image_classification", 1) for name in BASES},
    **{
        name: Architecture(partial(PatchClassifier, name), "patch_classification", 1)
        for name in ("alexnet", "resnet18", "resnet34")
    },
}


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
    return ARCHITECTURES[architecture].build()


def count_parameters(network: nn.Module) -> int:
    """Return the number of learnt values in `network`, frozen ones too."""
    return sum(parameter.numel() for parameter in network.parameters())
