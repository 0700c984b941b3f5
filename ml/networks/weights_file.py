"""Weights files that came from outside: read within limits, and without running any code in them."""

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from torch import Tensor

from ml.errors import WeightsRefusedError

# The largest published file that is of use, VGG19's, has 575 million.
MAX_BYTES = 640 * 1024 * 1024
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


def read_weights_file(path: Path) -> bytes:
    """Return the content of a file of at most `MAX_BYTES`, or refuse it: missing_file, too_large."""
    if not path.is_file():
        raise WeightsRefusedError(f"There is no weights file at {path}.", code="missing_file")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise WeightsRefusedError(
            f"The weights file has {size:,} bytes; at most {MAX_BYTES:,} are allowed.", code="too_large"
        )
    return path.read_bytes()


def is_pickle(content: bytes) -> bool:
    """Tell whether this is a torch checkpoint, by its first bytes."""
    return content.startswith((_ARCHIVE_START, *_PICKLE_STARTS))


def read_pickle(content: bytes) -> dict[str, Any]:
    """Return the state dict of a torch checkpoint, or refuse: not_a_checkpoint, unsafe_pickle, too_large."""
    return _state_dict(_unpickle(content))


def read_safetensors(content: bytes) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file, or refuse it: not_a_checkpoint."""
    try:
        return load_tensors(content)
    except (SafetensorError, ValueError, KeyError, RuntimeError, OverflowError):
        raise _not_a_checkpoint() from None


def check_tensor(name: str, value: Tensor, shape: torch.Size) -> None:
    """Refuse a weight that does not fit: wrong_shapes, not_finite."""
    if value.shape != shape:
        raise WeightsRefusedError(
            f"The weight {name!r} has shape {tuple(value.shape)}, not {tuple(shape)}.",
            code="wrong_shapes",
        )
    if not torch.isfinite(value).all():
        raise WeightsRefusedError(f"The weight {name!r} holds NaN or infinity.", code="not_finite")


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


def _not_a_checkpoint() -> WeightsRefusedError:
    return WeightsRefusedError(
        "This is not a weights file, or it is damaged; a torch checkpoint (.pt) or safetensors is expected.",
        code="not_a_checkpoint",
    )
