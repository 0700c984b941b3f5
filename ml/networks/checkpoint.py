"""Weights files: read one that came from outside, write and load Tramline's own.

Tramline's own form is safetensors (no code can hide in it) with the model card in its metadata.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from ml.errors import WeightsRefusedError
from ml.networks.builder import ARCHITECTURES, build_network, count_parameters
from ml.networks.model_card import OUTPUT_KINDS, ModelCard
from ml.networks.published import own_names, published_card
from ml.networks.scunet import ScuNet
from ml.networks.weights_file import check_tensor, is_pickle, read_pickle, read_safetensors, read_weights_file

CARD_KEY = "tramline_model_card"
# Trained on phantoms alone by ml/training/recipes/scunet_phantom.yaml; ships so that nothing is downloaded.
SHIPPED_CHECKPOINT = Path(__file__).parent / "checkpoints" / "tramline-scunet-phantom-2.safetensors"


@dataclass(frozen=True)
class ImportedWeights:
    """Checked weights in Tramline's own form.

    Attributes
    ----------
    bytes_of_safetensors : bytes
        The file to keep; the same input gives the same bytes.
    card : ModelCard
        Also inside those bytes.
    sha256 : str
        Digest of those bytes.
    """

    bytes_of_safetensors: bytes
    card: ModelCard
    sha256: str


def import_checkpoint(path: Path | str, *, output: str | None = None) -> ImportedWeights:
    """Read a weights file that came from outside, check it, and return it in Tramline's own form.

    Parameters
    ----------
    path : Path or str
        A published SCU-Net checkpoint (.pt, read without running any code in it) or a safetensors file with
        a model card. The content decides, not the name.
    output : {"logit", "probability"}, optional
        How the raw output is to be read; needed for a .pt that is not one of the known published files.

    Returns
    -------
    ImportedWeights
        Every weight present, of the right shape, finite, float32.

    Raises
    ------
    WeightsRefusedError
        Codes: missing_file, too_large, not_a_checkpoint, unsafe_pickle, unknown_architecture, wrong_shapes,
        not_finite, card_missing, card_invalid, output_kind_needed, unknown_output_kind.
    """
    if output is not None and output not in OUTPUT_KINDS:
        raise WeightsRefusedError(
            f"The output kind {output!r} is not known; allowed are: {', '.join(OUTPUT_KINDS)}.",
            code="unknown_output_kind",
        )
    content = read_weights_file(Path(path))
    if is_pickle(content):
        return _import_published(content, output)
    card, network = _read_safetensors(content)
    if output is not None:
        card = replace(card, output=output)
    return pack_weights(network, card)


def pack_weights(network: nn.Module, card: ModelCard) -> ImportedWeights:
    """Write `network` and its `card` in Tramline's own form; equal input gives equal bytes."""
    tensors = {key: _plain(value) for key, value in network.state_dict().items()}
    content = save_tensors(tensors, metadata={CARD_KEY: card.to_json()})
    return ImportedWeights(content, card, hashlib.sha256(content).hexdigest())


def load_network(weights: ImportedWeights) -> nn.Module:
    """Build the network of `weights`, in evaluation mode, on the CPU."""
    network = build_network(weights.card.architecture)
    _load_checked(network, load_tensors(weights.bytes_of_safetensors))
    return network.eval()


def _import_published(content: bytes, output: str | None) -> ImportedWeights:
    state = read_pickle(content)
    network = ScuNet()
    _load_checked(network, own_names(state, list(network.state_dict())))
    card = published_card(hashlib.sha256(content).hexdigest(), output, count_parameters(network))
    return pack_weights(network, card)


def _read_safetensors(content: bytes) -> tuple[ModelCard, nn.Module]:
    tensors = read_safetensors(content)
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    text = header.get("__metadata__", {}).get(CARD_KEY)
    if text is None:
        raise WeightsRefusedError(
            f"This safetensors file carries no model card (metadata key {CARD_KEY!r}), so it is not known "
            "what network it is for. Export it from Tramline, or add the card.",
            code="card_missing",
        )
    card = ModelCard.from_json(text)
    network = build_network(card.architecture)
    _check_fits(card)
    _load_checked(network, tensors)
    return card, network


def _check_fits(card: ModelCard) -> None:
    architecture = ARCHITECTURES[card.architecture]
    if card.task != architecture.task:
        raise WeightsRefusedError(
            f"The card says that {card.architecture} is for {card.task}, but it is for {architecture.task}.",
            code="card_invalid",
        )
    sides = (card.tile_px,) if card.input == "tiles" else (card.input_rows, card.input_columns)
    if any(side % architecture.multiple_of for side in sides):
        raise WeightsRefusedError(
            f"The card says that {card.architecture} sees {' x '.join(map(str, sides))} pixels; it can see "
            f"multiples of {architecture.multiple_of} only.",
            code="card_invalid",
        )


def _load_checked(network: nn.Module, tensors: dict[str, Tensor]) -> None:
    wanted = network.state_dict()
    if set(tensors) != set(wanted):
        odd = sorted(set(tensors) ^ set(wanted))
        raise WeightsRefusedError(
            f"The weights do not fit this architecture: {len(odd)} names differ, the first is {odd[0]!r}.",
            code="unknown_architecture",
        )
    for key, value in tensors.items():
        check_tensor(key, value, wanted[key].shape)
    network.load_state_dict(tensors)


def _plain(value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    return value.float() if value.is_floating_point() else value
