"""Checkpoints that other groups published: which are known, and how their names map to ours.

A published SCU-Net file is a torch pickle whose `model_state_dict` carries the prefix `module.` and two
blocks that the authors' forward pass never calls; only the used blocks are read.
"""

from dataclasses import dataclass
from typing import Any

from torch import Tensor

from ml.errors import WeightsRefusedError
from ml.networks.model_card import ModelCard

_EMORY_SOURCE = "github.com/Emory-HITI/BAC_segmentation, commit fc95e39c, file {file}"
_EMORY_LICENCE = "MIT, (c) 2021 Xiaoyuan Guo"
_EMORY_DATA = (
    "661 full-field digital mammograms of 216 women, Hologic (Guo et al. 2021, doi:10.1002/mp.15017)"
)
# Mean and standard deviation of the authors' inference script; 0.07 mm is the pixel of those detectors.
_EMORY_MEAN, _EMORY_STANDARD_DEVIATION, _EMORY_SPACING_MM = 0.2813, 0.1256, 0.07

# Own module name -> the published one, block by block. `up3.up`, `up4.up` and `level3_1` are never used.
_BLOCKS = {
    "stem.0": "level1_0",
    "stem.1": "level1_1",
    "stem.2": "level1_2",
    "inject_half": "b1",
    "inject_quarter": "b2",
    "down_quarter": "level2_0",
    "down_eighth": "level3_0",
    "up_quarter": "up3",
    "up_half": "up4",
    "head": "outc.conv",
}
# Inside a block: own part -> published part; the first that fits is taken.
_PARTS = (
    ("halve.convolution", "conv1x1.conv"),
    ("halve.norm", "conv1x1.bn"),
    ("halve.activation", "conv1x1.act"),
    ("near", "F_loc.conv"),
    ("far", "F_sur.conv"),
    ("join.norm", "bn"),
    ("join.activation", "act"),
    ("reduce", "reduce.conv"),
    ("gate.squeeze", "F_glo.fc.0"),
    ("gate.excite", "F_glo.fc.2"),
    ("convolutions", "conv.conv"),
    ("convolution", "conv"),
    ("norm", "bn"),
    ("activation", "act"),
)


@dataclass(frozen=True)
class PublishedCheckpoint:
    """A published file that is known by its digest, and how its output has to be read."""

    name: str
    file: str
    output: str
    cutoff: float


KNOWN_CHECKPOINTS = {
    "c17bf2dd8cca8e003f8bc8665365ea9419f1412df6b6a99aa78fbc35b03eaa3c": PublishedCheckpoint(
        "SCU-Net Emory BCE", "SCU_Net_512_512_best_BCE_pos_all.pt", "logit", 0.5
    ),
    "379d359b5dd7b3f9f1a0553841d8eb3e555c5d1cd76a22604b19aa6ea5975366": PublishedCheckpoint(
        "SCU-Net Emory Dice, 16 bit", "SCUNet_dice_512_512_best.pt", "probability", 0.65
    ),
    "5c8e535b083826ec3f8a8dfaeb3d65264ee7c4f5d75b7f0d0b9bd4b45a8a5db7": PublishedCheckpoint(
        "SCU-Net Emory Dice, 8 bit", "SCUNet_dice_512_512_best_nosigmoid.pt", "probability", 0.65
    ),
}


def published_card(sha256: str, output: str | None, parameters: int) -> ModelCard:
    """Return the card of a published SCU-Net file.

    Parameters
    ----------
    sha256 : str
        Digest of the file as published.
    output : str or None
        The user's own choice of output kind; needed only for a file that is not in `KNOWN_CHECKPOINTS`.
    parameters : int
        Number of trainable values.

    Returns
    -------
    ModelCard
        With the authors' normalisation.

    Raises
    ------
    WeightsRefusedError
        With code `output_kind_needed` for an unknown file without a choice.
    """
    known = KNOWN_CHECKPOINTS.get(sha256)
    if known is None and output is None:
        raise WeightsRefusedError(
            "This SCU-Net checkpoint is not one of the known published files, so it is not known how to read "
            "its output. Say so: 'logit' (a sigmoid follows) or 'probability' (clipped to 0..1).",
            code="output_kind_needed",
        )
    return ModelCard(
        name=known.name if known else "SCU-Net of unknown origin",
        version=sha256[:12],
        architecture="scunet",
        output=output or known.output if known else str(output),
        mean=_EMORY_MEAN,
        standard_deviation=_EMORY_STANDARD_DEVIATION,
        pixel_spacing_mm=_EMORY_SPACING_MM,
        cutoff=known.cutoff if known else 0.5,
        training_data=_EMORY_DATA if known else "unknown",
        synthetic_only=False,
        source=f"{_EMORY_SOURCE.format(file=known.file)}, SHA-256 {sha256}" if known else f"SHA-256 {sha256}",
        licence=_EMORY_LICENCE if known else "unknown",
        parameters=parameters,
    )


def own_names(published: dict[str, Any], own_keys: list[str]) -> dict[str, Tensor]:
    """Rename a published SCU-Net state dict to Tramline's own names.

    Parameters
    ----------
    published : dict of str to Tensor
        As read from the file, with or without the prefix `module.`.
    own_keys : list of str
        Every name that the own network needs.

    Returns
    -------
    dict of str to Tensor
        One entry for each own key.

    Raises
    ------
    WeightsRefusedError
        With code `unknown_architecture` where a name is missing.
    """
    plain = {key.removeprefix("module."): value for key, value in published.items()}
    renamed = {key: plain.get(_published_name(key)) for key in own_keys}
    missing = [key for key, value in renamed.items() if not isinstance(value, Tensor)]
    if missing:
        raise WeightsRefusedError(
            f"This checkpoint is not a SCU-Net: {len(missing)} of its {len(own_keys)} weights are missing, "
            f"the first is {_published_name(missing[0])!r}.",
            code="unknown_architecture",
        )
    return {key: value for key, value in renamed.items() if value is not None}


def _published_name(own_key: str) -> str:
    block = next(name for name in _BLOCKS if own_key.startswith(name + "."))
    rest = own_key.removeprefix(block + ".")
    for own, theirs in _PARTS:
        if rest.startswith(own + "."):
            rest = theirs + rest.removeprefix(own)
            break
    return f"{_BLOCKS[block]}.{rest}"
