"""Begin training from ImageNet weights in a file that the user gives; nothing is downloaded."""

import re
from pathlib import Path

import torch
from torch import Tensor, nn

from ml.errors import WeightsRefusedError
from ml.networks.image_classifiers import ImageClassifier
from ml.networks.patch_classifiers import PatchClassifier
from ml.networks.smp_networks import SmpNetwork
from ml.networks.weights_file import check_tensor, is_pickle, read_pickle, read_safetensors, read_weights_file

# Layers after the encoder in published files: a thousand kinds of things in photographs, of no use here.
_HEADS = ("fc.", "classifier.", "head.", "pre_logits.", "last_linear.", "conv_head.")
# Counts of training steps, which old files lack and evaluation never reads.
_COUNTER = "num_batches_tracked"
# ResNet V2 has these here and in Keras, but not in timm.
_ADDED_BIASES = ("conv.bias", "conv3.bias")
# torchvision's own DenseNet files still carry the names of its first version.
_OLD_DENSENET = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12])\.")


def load_encoder_weights(network: nn.Module, path: Path | str) -> None:
    """Fill the encoder of `network` from a published file; its head keeps the weights it has.

    Parameters
    ----------
    network : nn.Module
        From `build_network`; one with a published encoder: not scunet, unet, cgnet.
    path : Path or str
        Safetensors or .pt (read without running any code in it) with the names of timm or torchvision. A
        first convolution for three colours is summed to one, which answers three equal channels alike.

    Raises
    ------
    WeightsRefusedError
        Codes: no_encoder, missing_file, too_large, not_a_checkpoint, unsafe_pickle, wrong_encoder,
        wrong_shapes, not_finite. The network is then as it was.
    """
    if not isinstance(network, ImageClassifier | PatchClassifier | SmpNetwork):
        raise WeightsRefusedError(
            "This network has no encoder that is published with ImageNet weights; train it from the start.",
            code="no_encoder",
        )
    content = read_weights_file(Path(path))
    given = read_pickle(content) if is_pickle(content) else read_safetensors(content)
    given = {
        _OLD_DENSENET.sub(r"\1\2.", name.removeprefix("module.")): value for name, value in given.items()
    }
    wanted = network.encoder_weights()
    _check_names(set(given), wanted)
    fitting = {name: _fitting(name, given[name], own) for name, own in wanted.items() if name in given}
    with torch.no_grad():
        for name, value in fitting.items():
            wanted[name].copy_(value)


def _check_names(given: set[str], wanted: dict[str, Tensor]) -> None:
    missing = {name for name in set(wanted) - given if not _may_lack(name, wanted)}
    unknown = {name for name in given - set(wanted) if not name.startswith(_HEADS)}
    if missing or unknown:
        raise WeightsRefusedError(
            f"These weights are not for this encoder: {len(missing)} of its {len(wanted)} are missing and "
            f"{len(unknown)} are unknown, the first is {min(missing | unknown)!r}.",
            code="wrong_encoder",
        )


def _may_lack(name: str, wanted: dict[str, Tensor]) -> bool:
    """Tell whether the encoder is the same without: a counter, or a bias of ours that is still zero."""
    is_added = name.endswith(_ADDED_BIASES)
    return name.endswith(_COUNTER) or (is_added and not wanted[name].any())


def _fitting(name: str, value: object, own: Tensor) -> Tensor:
    if not isinstance(value, Tensor):
        raise WeightsRefusedError(f"{name!r} in this file is no weight.", code="not_a_checkpoint")
    if own.dim() == 4 and value.dim() == 4 and (own.shape[1], value.shape[1]) == (1, 3):
        value = value.sum(dim=1, keepdim=True)
    check_tensor(name, value, own.shape)
    return value
