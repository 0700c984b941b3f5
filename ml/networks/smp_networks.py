"""Segmentation networks whose layers come from segmentation-models-pytorch."""

from torch import Tensor, nn

from ml.networks.torchvision_fix import ensure_torchvision


class SmpNetwork(nn.Module):
    """One of segmentation-models-pytorch's networks on one grey channel, with fresh weights.

    Takes what every network here takes, three equal channels, and looks at the first; gives logits of shape
    (n, 1, rows, columns).

    Parameters
    ----------
    kind : {"Unet", "DeepLabV3Plus", "Linknet"}
        Which network, by the library's own name.
    encoder : str
        Which encoder, by the library's own name.
    """

    def __init__(self, kind: str, encoder: str) -> None:
        super().__init__()
        ensure_torchvision()
        import segmentation_models_pytorch  # noqa: PLC0415 - seconds to import, and needs the line above

        self.network = getattr(segmentation_models_pytorch, kind)(
            encoder,
            encoder_weights=None,  # the default would ask a hub on the network
            in_channels=1,
            classes=1,
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, (batch, 1, rows, columns), for an image, (batch, 3, rows, columns)."""
        logits: Tensor = self.network(image[:, :1])
        return logits

    def encoder_weights(self) -> dict[str, Tensor]:
        """Return the encoder's weights by the names that published files give them."""
        weights = self.network.encoder.state_dict()
        return {name.removeprefix("model."): value for name, value in weights.items()}
