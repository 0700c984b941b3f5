"""Networks that answer for a whole mammogram whether it shows breast arterial calcification."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn

from ml.networks.torchvision_fix import ensure_torchvision

VGG16_CHANNELS = ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)
VGG19_CHANNELS = ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4)


@dataclass(frozen=True)
class Base:
    """The convolutions of one published network, and which of them are trained on.

    Attributes
    ----------
    build : callable
        Makes the layers for one grey channel, with fresh weights, up to the last maps.
    channels : int
        How many maps come out.
    trained : tuple of str
        Modules of the last convolution, with its batch norm where that follows it.
    published_prefix : str
        What stands before the names of these layers in files of ImageNet weights.
    has_last_pool : bool
        True where a 2x2 maximum follows the last maps.
    """

    build: Callable[[], nn.Module]
    channels: int
    trained: tuple[str, ...]
    published_prefix: str = ""
    has_last_pool: bool = False


class ImageClassifier(nn.Module):
    """A published base on one grey channel, global mean, 512 and 256 values with ReLU, one logit.

    Takes three equal channels and looks at the first; gives (n, 1). Only the last convolution and the head
    are trained; frozen batch norms keep the means they have, also in training. That is meant for
    a base with ImageNet weights (`load_encoder_weights`); without them call `unfreeze`.

    Parameters
    ----------
    name : str
        One of `BASES`.

    References
    ----------
    .. [1] N. Mobini et al., "Deep transfer learning for detection of breast arterial calcifications on
       mammograms: a comparative study", European Radiology Experimental 8, 2024,
       doi:10.1186/s41747-024-00478-6. The head is read from the numbers of parameters that it prints.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        base = BASES[name]
        self._base = base
        self._is_frozen = True
        self.encoder = base.build()
        self.last_pool = nn.MaxPool2d(2) if base.has_last_pool else nn.Identity()
        self.head = nn.Sequential(
            nn.Linear(base.channels, 512),
            nn.ReLU(),
            nn.Linear(512, 256),
            nn.ReLU(),
            nn.Linear(256, 1),
        )
        self.encoder.requires_grad_(requires_grad=False)
        for part in base.trained:
            self.encoder.get_submodule(part).requires_grad_()

    def unfreeze(self) -> None:
        """Train every weight from now on."""
        self._is_frozen = False
        self.requires_grad_()
        self.train(self.training)

    def train(self, mode: bool = True) -> "ImageClassifier":  # noqa: FBT001, FBT002 - as torch has it
        """Switch to training or evaluation; what is frozen stays as in evaluation."""
        super().train(mode)
        if self._is_frozen:
            self.encoder.eval()
            for part in self._base.trained:
                self.encoder.get_submodule(part).train(mode)
        return self

    def maps(self, image: Tensor) -> Tensor:
        """Return the last maps, (n, channels, rows, columns) of a coarser grid, for an image, (n, 3, ...)."""
        maps: Tensor = self.encoder(image[:, :1])
        return maps

    def answer(self, maps: Tensor) -> Tensor:
        """Return logits, (n, 1), for the last maps."""
        logits: Tensor = self.head(self.last_pool(maps).mean(dim=(2, 3)))
        return logits

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, (n, 1), for images, (n, 3, rows, columns)."""
        return self.answer(self.maps(image))

    def encoder_weights(self) -> dict[str, Tensor]:
        """Return the base's weights by the names that published files give them."""
        prefix = self._base.published_prefix
        return {prefix + name: value for name, value in self.encoder.state_dict().items()}


def _vgg(stages: tuple[tuple[int, ...], ...]) -> nn.Sequential:
    layers: list[nn.Module] = []
    before = 1
    for stage in stages:
        if layers:
            layers.append(nn.MaxPool2d(2))
        for after in stage:
            convolution = nn.Conv2d(before, after, 3, padding=1)
            # Without batch norm a weaker start would let nothing through thirteen layers.
            nn.init.kaiming_normal_(convolution.weight, mode="fan_out", nonlinearity="relu")
            layers += [convolution, nn.ReLU()]
            before = after
    return nn.Sequential(*layers)


def _timm(name: str) -> nn.Module:
    ensure_torchvision()
    import timm  # noqa: PLC0415 - seconds to import, and needs the line above

    network: nn.Module = timm.create_model(name, pretrained=False, in_chans=1, num_classes=0, global_pool="")
    return network


def _resnet_v2(name: str) -> nn.Module:
    """Build timm's ResNet V2 with the biases that Keras's has: after the first and each widening convolution.

    A bias of zero leaves timm's function as it is, so weights without them fit too. The two also halve the
    grid in another block of each stage, which no number of parameters shows.
    """
    network = _timm(name)
    convolutions = [
        (part, module) for part, module in network.named_modules() if isinstance(module, nn.Conv2d)
    ]
    for part, module in convolutions:
        if part == "stem.conv" or part.endswith((".conv3", ".downsample.conv")):
            module.bias = nn.Parameter(module.weight.new_zeros(module.out_channels))
        if part.endswith(".conv3"):
            # Each block starts by adding nothing; else fifty frozen blocks blow a fresh network's output up.
            nn.init.zeros_(module.weight)
    return network


def _dense_net(depth: int, channels: int, last_layer: int) -> Base:
    return Base(
        partial(_timm, f"densenet{depth}"), channels, (f"features.denseblock4.denselayer{last_layer}.conv2",)
    )


BASES: dict[str, Base] = {
    "vgg16": Base(partial(_vgg, VGG16_CHANNELS), 512, ("28",), "features.", has_last_pool=True),
    "vgg19": Base(partial(_vgg, VGG19_CHANNELS), 512, ("34",), "features.", has_last_pool=True),
    "xception": Base(partial(_timm, "legacy_xception"), 2048, ("conv4", "bn4")),
    "resnet50v2": Base(partial(_resnet_v2, "resnetv2_50"), 2048, ("stages.3.blocks.2.conv3",)),
    "resnet101v2": Base(partial(_resnet_v2, "resnetv2_101"), 2048, ("stages.3.blocks.2.conv3",)),
    "resnet152v2": Base(partial(_resnet_v2, "resnetv2_152"), 2048, ("stages.3.blocks.2.conv3",)),
    "mobilenet": Base(partial(_timm, "mobilenetv1_100"), 1024, ("blocks.4.1.conv_pw", "blocks.4.1.bn2")),
    "mobilenetv2": Base(partial(_timm, "mobilenetv2_100"), 1280, ("conv_head", "bn2")),
    "densenet121": _dense_net(121, 1024, 16),
    "densenet169": _dense_net(169, 1664, 32),
    "densenet201": _dense_net(201, 1920, 32),
}
