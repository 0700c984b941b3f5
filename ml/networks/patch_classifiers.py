"""Networks that answer for a small patch which of two things it is."""

from torch import Tensor, nn

from ml.networks.torchvision_fix import ensure_torchvision

CLASSES = 2
# Names of the layers after the convolutions, which no file of ImageNet weights may fill.
_HEADS = ("fc.", "classifier.")


class PatchClassifier(nn.Module):
    """AlexNet or a small ResNet on one grey channel with two outputs, fresh weights.

    Takes three equal channels and looks at the first; gives (n, 2), the second for "there" or "malignant".

    Parameters
    ----------
    name : {"alexnet", "resnet18", "resnet34"}
        Which network.

    References
    ----------
    .. [1] F. Pesapane et al., "Deep learning performance for detection and classification of
       microcalcifications on mammography", European Radiology Experimental 7, 2023,
       doi:10.1186/s41747-023-00384-3.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.network: nn.Module = ensure_torchvision().models.get_model(
            name, weights=None, num_classes=CLASSES
        )
        is_alexnet = name == "alexnet"
        first = self.network.get_submodule("features.0" if is_alexnet else "conv1")
        first.weight = nn.Parameter(first.weight.detach().sum(dim=1, keepdim=True))
        first.in_channels = 1

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, (n, 2), for patches, (n, 3, rows, columns)."""
        logits: Tensor = self.network(image[:, :1])
        return logits

    def encoder_weights(self) -> dict[str, Tensor]:
        """Return the weights before the head by the names that published files give them."""
        weights = self.network.state_dict()
        return {name: value for name, value in weights.items() if not name.startswith(_HEADS)}
