"""U-Net with a ResNet-34 encoder, one of the three networks of the published label-correction study."""

from torch import Tensor, nn

from ml.networks.torchvision_fix import ensure_torchvision


class UnetResnet34(nn.Module):
    """segmentation-models-pytorch's Unet on one grey channel: 24,430,097 parameters, fresh weights.

    Takes what every network here takes, three equal channels, and looks at the first; gives logits of shape
    (n, 1, rows, columns). Rows and columns must be multiples of 32.
    """

    def __init__(self) -> None:
        super().__init__()
        ensure_torchvision()
        import segmentation_models_pytorch  # noqa: PLC0415 - seconds to import, and needs the line above

        self.unet = segmentation_models_pytorch.Unet(
            "resnet34",
            encoder_weights=None,  # the default would ask a hub on the network
            in_channels=1,
            classes=1,
        )

    def forward(self, image: Tensor) -> Tensor:
        logits: Tensor = self.unet(image[:, :1])
        return logits
