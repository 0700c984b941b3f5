"""CGNet: the light context-guided network that SCU-Net's encoder was derived from."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from ml.networks.scunet import ChannelGate, ContextDown, ConvUnit, NormActivation, halve

# Blocks of the second and third stage in the network that its authors call M3N21.
QUARTER_BLOCKS, EIGHTH_BLOCKS = 3, 21


class ContextBlock(nn.Module):
    """Join a near and a dilated depthwise view under a channel gate, and add them to what came in."""

    def __init__(self, channels: int, *, dilation: int, reduction: int) -> None:
        super().__init__()
        half = channels // 2
        self.narrow = nn.Conv2d(channels, half, 1, bias=False)
        self.narrowed = NormActivation(half)
        self.near = nn.Conv2d(half, half, 3, padding=1, groups=half, bias=False)
        self.far = nn.Conv2d(half, half, 3, padding=dilation, dilation=dilation, groups=half, bias=False)
        self.join = NormActivation(channels)
        self.gate = ChannelGate(channels, reduction)

    def forward(self, x: Tensor) -> Tensor:
        """Return features of the same shape."""
        narrow = self.narrowed(self.narrow(x))
        return x + self.gate(self.join(torch.cat([self.near(narrow), self.far(narrow)], dim=1)))


class CgNet(nn.Module):
    """CGNet M3N21: three equal grey channels in, one logit a pixel out, half a million parameters.

    Rows and columns of the input must be multiples of eight; the logits are found on an eighth of the grid
    and enlarged.

    References
    ----------
    .. [1] T. Wu et al., "CGNet: A light-weight context guided network for semantic segmentation", IEEE
       Transactions on Image Processing 30, 2021, doi:10.1109/TIP.2020.3042065.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(ConvUnit(3, 32, stride=2), ConvUnit(32, 32), ConvUnit(32, 32))
        self.inject_half = NormActivation(32 + 3)
        self.down_quarter = ContextDown(32 + 3, 64, dilation=2, reduction=8)
        self.quarter = _blocks(QUARTER_BLOCKS - 1, 64, dilation=2, reduction=8)
        self.inject_quarter = NormActivation(2 * 64 + 3)
        self.down_eighth = ContextDown(2 * 64 + 3, 128, dilation=4, reduction=16)
        self.eighth = _blocks(EIGHTH_BLOCKS - 1, 128, dilation=4, reduction=16)
        self.joined = NormActivation(2 * 128)
        self.head = nn.Conv2d(2 * 128, 1, 1, bias=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, (batch, 1, rows, columns), for an image, (batch, 3, rows, columns)."""
        image_half = halve(image)
        half = self.inject_half(torch.cat([self.stem(image), image_half], dim=1))
        quarter = self.down_quarter(half)
        quarter = torch.cat([self.quarter(quarter), quarter, halve(image_half)], dim=1)
        eighth = self.down_eighth(self.inject_quarter(quarter))
        joined = self.joined(torch.cat([eighth, self.eighth(eighth)], dim=1))
        return functional.interpolate(self.head(joined), scale_factor=8, mode="bilinear", align_corners=False)


def _blocks(count: int, channels: int, *, dilation: int, reduction: int) -> nn.Sequential:
    return nn.Sequential(
        *(ContextBlock(channels, dilation=dilation, reduction=reduction) for _ in range(count))
    )
