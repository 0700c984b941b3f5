"""The plain U-Net that light networks are compared with."""

import torch
from torch import Tensor, nn
from torch.nn import functional

ENCODER_CHANNELS = (64, 128, 256, 512, 512)
DECODER_CHANNELS = (256, 128, 64, 64)


class DoubleConvolution(nn.Sequential):
    """Twice: 3x3 convolution, batch norm, ReLU."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        layers: list[nn.Module] = []
        for before, after in ((channels_in, channels_out), (channels_out, channels_out)):
            layers += [nn.Conv2d(before, after, 3, padding=1), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        super().__init__(*layers)


class UNet(nn.Module):
    """U-Net with bilinear enlargement, 13,395,329 parameters: three grey channels in, one logit a pixel out.

    Rows and columns of the input must be multiples of sixteen.

    References
    ----------
    .. [1] O. Ronneberger et al., "U-Net: Convolutional networks for biomedical image segmentation", MICCAI
       2015, doi:10.1007/978-3-319-24574-4_28. Batch norm, padding and the halved deepest stage follow the
       U-Net that the SCU-Net study compares itself with, whose number of parameters it gives.
    """

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            DoubleConvolution(before, after)
            for before, after in zip((3, *ENCODER_CHANNELS), ENCODER_CHANNELS, strict=False)
        )
        skips = ENCODER_CHANNELS[-2::-1]
        below = (ENCODER_CHANNELS[-1], *DECODER_CHANNELS)
        self.up = nn.ModuleList(
            DoubleConvolution(deep + skip, after)
            for deep, skip, after in zip(below, skips, DECODER_CHANNELS, strict=False)
        )
        self.head = nn.Conv2d(DECODER_CHANNELS[-1], 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, (batch, 1, rows, columns), for an image, (batch, 3, rows, columns)."""
        features = self.down[0](image)
        skips = []
        for stage in self.down[1:]:
            skips.append(features)
            features = stage(functional.max_pool2d(features, 2))
        for stage in self.up:
            doubled = functional.interpolate(features, scale_factor=2, mode="bilinear", align_corners=True)
            features = stage(torch.cat([skips.pop(), doubled], dim=1))
        return self.head(features)
