"""SCU-Net: a small context-guided U-shaped network for breast arterial calcification."""

import torch
from torch import Tensor, nn
from torch.nn import functional

# The published weights were trained with this epsilon in the encoder; the decoder keeps torch's own.
ENCODER_NORM_EPS = 1e-3


class NormActivation(nn.Sequential):
    """Batch norm, then one PReLU slope per channel; with `dropout` a Dropout(0.5) follows."""

    def __init__(self, channels: int, *, dropout: bool = False) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, eps=ENCODER_NORM_EPS)
        self.activation = nn.PReLU(channels)
        if dropout:
            self.dropout = nn.Dropout2d(0.5)


class ConvUnit(nn.Sequential):
    """3x3 convolution without bias, batch norm, PReLU."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int = 1) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels_out, eps=ENCODER_NORM_EPS)
        self.activation = nn.PReLU(channels_out)


class ChannelGate(nn.Module):
    """Scale each channel by a weight in (0, 1) that is read from the channels' means."""

    def __init__(self, channels: int, reduction: int) -> None:
        super().__init__()
        self.squeeze = nn.Linear(channels, channels // reduction)
        self.excite = nn.Linear(channels // reduction, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` of shape (batch, channels, rows, columns), scaled per channel."""
        weights = torch.sigmoid(self.excite(functional.relu(self.squeeze(x.mean(dim=(2, 3))))))
        return x * weights[:, :, None, None]


class ContextDown(nn.Module):
    """Halve the grid, then join a near and a dilated depthwise view of it under a channel gate."""

    def __init__(self, channels_in: int, channels_out: int, *, dilation: int, reduction: int) -> None:
        super().__init__()
        self.halve = ConvUnit(channels_in, channels_out, stride=2)
        self.near = nn.Conv2d(channels_out, channels_out, 3, padding=1, groups=channels_out, bias=False)
        self.far = nn.Conv2d(
            channels_out,
            channels_out,
            3,
            padding=dilation,
            dilation=dilation,
            groups=channels_out,
            bias=False,
        )
        self.join = NormActivation(2 * channels_out)
        self.reduce = nn.Conv2d(2 * channels_out, channels_out, 1, bias=False)
        self.gate = ChannelGate(channels_out, reduction)

    def forward(self, x: Tensor) -> Tensor:
        """Return features on half the grid."""
        x = self.halve(x)
        context = torch.cat([self.near(x), self.far(x)], dim=1)
        return self.gate(self.reduce(self.join(context)))


class UpUnit(nn.Module):
    """Double the grid, join the encoder's features of that size, convolve twice."""

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for channels in (channels_in, channels_out):
            layers += [
                nn.Conv2d(channels, channels_out, 3, padding=1),
                nn.BatchNorm2d(channels_out),
                nn.PReLU(),
            ]
        self.convolutions = nn.Sequential(*layers)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        """Return features on the grid of `skip`."""
        return self.convolutions(torch.cat([skip, _double(x)], dim=1))


class ScuNet(nn.Module):
    """SCU-Net with 169,711 parameters: three equal grey channels in, one value a pixel out.

    Rows and columns of the input must be multiples of eight. The output is raw: whether it is a logit or
    already near a probability depends on the loss the weights were trained with, and is written in their
    model card.

    References
    ----------
    .. [1] X. Guo et al., "SCU-Net: A deep learning method for segmentation and quantification of breast
       arterial calcifications on mammograms", Medical Physics 48(10), 2021, doi:10.1002/mp.15017.
       Layer sizes follow the authors' released weights, which differ from the text in the last layers.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 16, stride=2), ConvUnit(16, 16), ConvUnit(16, 16))
        self.inject_half = NormActivation(16 + 3, dropout=True)
        self.down_quarter = ContextDown(16 + 3, 32, dilation=2, reduction=8)
        self.inject_quarter = NormActivation(32 + 3, dropout=True)
        self.down_eighth = ContextDown(32 + 3, 64, dilation=4, reduction=16)
        self.up_quarter = UpUnit(64 + 32, 64)
        self.up_half = UpUnit(64 + 16, 32)
        self.head = nn.Conv2d(32, 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Return raw output, (batch, 1, rows, columns), for an image, (batch, 3, rows, columns)."""
        image_half = halve(image)
        half = self.stem(image)
        quarter = self.down_quarter(self.inject_half(torch.cat([half, image_half], dim=1)))
        eighth = self.down_eighth(self.inject_quarter(torch.cat([quarter, halve(image_half)], dim=1)))
        features = self.up_half(self.up_quarter(eighth, quarter), half)
        return self.head(_double(features))


def halve(x: Tensor) -> Tensor:
    """Return the image on half the grid, each value the mean of three by three."""
    return functional.avg_pool2d(x, 3, stride=2, padding=1)


def _double(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
