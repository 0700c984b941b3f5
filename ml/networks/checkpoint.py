"""Weights files: read one that came from outside, write and load Tramline's own.

Tramline's own form is safetensors (no code can hide in it) with the model card in its metadata.
"""

import hashlib
import io
import json
import pickle
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from ml.errors import WeightsRefusedError
from ml.networks.builder import build_network, count_parameters
from ml.networks.model_card import OUTPUT_KINDS, ModelCard
from ml.networks.published import own_names, published_card
from ml.networks.scunet import ScuNet

CARD_KEY = "tramline_model_card"
# Trained on phantoms alone by ml/training/recipes/scunet_phantom.yaml; ships so that nothing is downloaded.
SHIPPED_CHECKPOINT = Path(__file__).parent / "checkpoints" / "tramline-scunet-phantom-2.safetensors"
MAX_BYTES = 512 * 1024 * 1024
_ARCHIVE_START = b"PK\x03\x04"
_PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")

# What torch and zipfile raise on damaged files, found by damaging some; none may reach the caller raw.
_DAMAGE = (
    zipfile.BadZipFile,
    RuntimeError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    OSError,
)


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
    content = _read_limited(Path(path))
    if content.startswith((_ARCHIVE_START, *_PICKLE_STARTS)):
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


def _read_limited(path: Path) -> bytes:
    if not path.is_file():
        raise WeightsRefusedError(f"There is no weights file at {path}.", code="missing_file")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise WeightsRefusedError(
            f"The weights file has {size:,} bytes; at most {MAX_BYTES:,} are allowed.", code="too_large"
        )
    return path.read_bytes()


def _import_published(content: bytes, output: str | None) -> ImportedWeights:
    state = _state_dict(_unpickle(content))
    network = ScuNet()
    _load_checked(network, own_names(state, list(network.state_dict())))
    card = published_card(hashlib.sha256(content).hexdigest(), output, count_parameters(network))
    return pack_weights(network, card)


def _unpickle(content: bytes) -> object:
    if content.startswith(_ARCHIVE_START):
        _check_archive(content)
    try:
        return torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        if "global" in str(error).lower():
            raise WeightsRefusedError(
                "This checkpoint holds more than weights: reading it would run code that came with the file. "
                "Ask its authors for the bare state dict, or for safetensors.",
                code="unsafe_pickle",
            ) from None
        raise _not_a_checkpoint() from None
    except _DAMAGE:
        raise _not_a_checkpoint() from None


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except _DAMAGE:
        raise _not_a_checkpoint() from None
    if unpacked > MAX_BYTES:
        raise WeightsRefusedError(
            f"The weights file unpacks to {unpacked:,} bytes; at most {MAX_BYTES:,} are allowed.",
            code="too_large",
        )


def _state_dict(loaded: object) -> dict[str, Any]:
    if isinstance(loaded, dict):
        for key in ("model_state_dict", "state_dict"):
            if isinstance(loaded.get(key), dict):
                loaded = loaded[key]
                break
    if not isinstance(loaded, dict) or not all(isinstance(key, str) for key in loaded):
        raise _not_a_checkpoint()
    return loaded


def _read_safetensors(content: bytes) -> tuple[ModelCard, nn.Module]:
    try:
        tensors = load_tensors(content)
    except (SafetensorError, ValueError, KeyError, RuntimeError, OverflowError):
        raise _not_a_checkpoint() from None
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
    _load_checked(network, tensors)
    return card, network


def _load_checked(network: nn.Module, tensors: dict[str, Tensor]) -> None:
    wanted = network.state_dict()
    if set(tensors) != set(wanted):
        odd = sorted(set(tensors) ^ set(wanted))
        raise WeightsRefusedError(
            f"The weights do not fit this architecture: {len(odd)} names differ, the first is {odd[0]!r}.",
            code="unknown_architecture",
        )
    for key, value in tensors.items():
        if value.shape != wanted[key].shape:
            raise WeightsRefusedError(
                f"The weight {key!r} has shape {tuple(value.shape)}, not {tuple(wanted[key].shape)}.",
                code="wrong_shapes",
            )
        if not torch.isfinite(value).all():
            raise WeightsRefusedError(f"The weight {key!r} holds NaN or infinity.", code="not_finite")
    network.load_state_dict(tensors)


def _plain(value: Tensor) -> Tensor:
    value = value.detach().cpu().contiguous()
    return value.float() if value.is_floating_point() else value


def _not_a_checkpoint() -> WeightsRefusedError:
    return WeightsRefusedError(
        "This is not a weights file, or it is damaged; a torch checkpoint (.pt) or safetensors is expected.",
        code="not_a_checkpoint",
    )
