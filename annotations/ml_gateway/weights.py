"""Weights files: bytes of safetensors, and the model card in them as a plain dict."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from annotations.errors import WeightsFileRefusedError
from ml.errors import WeightsRefusedError

SHIPPED_WEIGHTS = "tramline-scunet-phantom-2.safetensors"
IMPORT_ROOT = Path(__file__).resolve().parents[2]
# Torch takes seconds to load; the largest file that is allowed is read and written in ten.
CHILD_WALL_S = 120.0
CARD_KEY = "tramline_model_card"
# safetensors begins with the length of its JSON head: eight bytes, little-endian.
LENGTH_BYTES = 8


@dataclass(frozen=True)
class WeightsFile:
    """Weights in Tramline's own form, and what their card says."""

    content: bytes
    card: dict[str, Any]


def import_weights(
    path: Path,
    *,
    name: str | None = None,
    version: str | None = None,
    output: str | None = None,
    cutoff: float | None = None,
) -> WeightsFile:
    """Read and check a weights file that came from outside; what is given here replaces what its card says.

    Loads torch, so it belongs into commands and workers, never into the web process: see
    `import_weights_apart`.
    """
    from ml import networks  # noqa: PLC0415 - torch, 2 s and 300 MB that a web process never needs

    changes: dict[str, Any] = {"name": name, "version": version, "cutoff": cutoff}
    wanted = {key: value for key, value in changes.items() if value is not None}
    try:
        imported = networks.import_checkpoint(path, output=output)
        if wanted:
            card = networks.ModelCard.from_json(replace(imported.card, **wanted).to_json())
            imported = networks.pack_weights(networks.load_network(imported), card)
    except WeightsRefusedError as error:
        raise WeightsFileRefusedError(error.message, code=error.code) from error
    # As it stands in the file: fields that a card does not use are not written.
    return WeightsFile(imported.bytes_of_safetensors, json.loads(imported.card.to_json()))


def import_weights_apart(path: Path, **changes: str | float | None) -> WeightsFile:
    """Do the same in a process of its own, with limited time: for the web process."""
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "weights.safetensors"
        try:
            finished = subprocess.run(
                [sys.executable, "-m", "annotations.ml_gateway.weights_child"],
                input=json.dumps({"path": str(path), "into": str(into), **changes}),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                cwd=IMPORT_ROOT,
                # Nothing of the caller's environment: it may hold passwords.
                env={"OMP_NUM_THREADS": "1"},
                timeout=CHILD_WALL_S,
                check=True,
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            raise WeightsFileRefusedError(
                "Reading this file took too long or asked for too much memory, and was stopped. Nothing was "
                "stored.",
                code="weights_unreadable",
            ) from error
        answer = json.loads(finished.stdout)
        if "code" in answer:
            raise WeightsFileRefusedError(answer["message"], code=answer["code"])
        return WeightsFile(into.read_bytes(), answer["card"])


def read_shipped_weights() -> WeightsFile | None:
    """Return the weights that come with Tramline, None where they were not shipped. Needs no torch."""
    file = files("ml") / "networks" / "checkpoints" / SHIPPED_WEIGHTS
    if not file.is_file():
        return None
    content = file.read_bytes()
    length = int.from_bytes(content[:LENGTH_BYTES], "little")
    head = json.loads(content[LENGTH_BYTES : LENGTH_BYTES + length])
    return WeightsFile(content, json.loads(head["__metadata__"][CARD_KEY]))
