"""A training run on disk after each epoch: all that the next one needs, in one file without any code."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor

from ml.errors import RecipeRefusedError, TrainingFailedError

RESUME_FILE, CURVE_FILE = "resume.safetensors", "curve.jsonl"
_KEY = "tramline_training_run"


@dataclass(frozen=True)
class EpochRecord:
    """One point of the curve; epochs are counted from 1."""

    epoch: int
    training_loss: float
    validation_loss: float
    learning_rate: float


@dataclass(frozen=True)
class SavedRun:
    """Where a run stood after an epoch.

    Attributes
    ----------
    network, best : dict of str to Tensor
        Weights now, and those of the best validation so far.
    optimiser : dict
        What torch calls its state dict.
    scaler, loss : dict
        States of the gradient scaler and of the loss.
    curve : tuple of EpochRecord
        Of every epoch that is done.
    """

    network: dict[str, Tensor]
    best: dict[str, Tensor]
    optimiser: dict[str, Any]
    scaler: dict[str, Any]
    loss: dict[str, float]
    curve: tuple[EpochRecord, ...]

    @property
    def validation(self) -> list[float]:
        """Validation losses of the epochs that are done."""
        return [record.validation_loss for record in self.curve]


def write_run(folder: Path, run: SavedRun, belongs_to: str) -> None:
    """Put `run` in the place of what the folder held; a kill at any moment leaves the old one or the new.

    Raises
    ------
    TrainingFailedError
        With code `run_not_saved`.
    """
    try:
        write_whole(folder / RESUME_FILE, _packed(run, belongs_to))
        write_curve(folder, run)
    except OSError as error:
        raise TrainingFailedError(
            f"The run cannot be saved in {folder}: {error.strerror}. Make room, then go on with it: what was "
            "saved before is whole.",
            code="run_not_saved",
        ) from None


def _packed(run: SavedRun, belongs_to: str) -> bytes:
    moments = run.optimiser["state"]
    tensors = {
        **{f"network/{name}": value for name, value in run.network.items()},
        **{f"best/{name}": value for name, value in run.best.items()},
        **{f"optimiser/{k}/{name}": value for k, part in moments.items() for name, value in part.items()},
    }
    plain = {
        "belongs_to": belongs_to,
        "groups": run.optimiser["param_groups"],
        "scaler": run.scaler,
        "loss": run.loss,
        "curve": [asdict(record) for record in run.curve],
    }
    own = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
    return save_tensors(own, metadata={_KEY: json.dumps(plain)})


def write_curve(folder: Path, run: SavedRun) -> None:
    """Write the curve, one line of JSON for each epoch."""
    lines = "".join(json.dumps(asdict(record)) + "\n" for record in run.curve)
    write_whole(folder / CURVE_FILE, lines.encode())


def read_run(folder: Path, belongs_to: str) -> SavedRun | None:
    """Return the run that a folder holds, or None.

    Parameters
    ----------
    folder : Path
        Where `write_run` wrote.
    belongs_to : str
        As it was then.

    Raises
    ------
    RecipeRefusedError
        With code `resume_of_another_run` or `resume_damaged`.
    """
    path = folder / RESUME_FILE
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            plain = json.loads(file.metadata()[_KEY])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise RecipeRefusedError(
            f"{path} cannot be read ({error}), so nothing can go on from it. Begin anew elsewhere.",
            code="resume_damaged",
        ) from None
    if plain["belongs_to"] != belongs_to:
        raise RecipeRefusedError(
            f"{folder} holds a run of another recipe, other data or another seed. Go on with what it was "
            "begun with, or begin anew in another folder.",
            code="resume_of_another_run",
        )
    return _rebuilt(plain, tensors)


def _rebuilt(plain: dict[str, Any], tensors: dict[str, Tensor]) -> SavedRun:
    parts: dict[str, dict[str, Tensor]] = {"network": {}, "best": {}, "optimiser": {}}
    for name, value in tensors.items():
        part, _, rest = name.partition("/")
        parts[part][rest] = value
    moments: dict[int, dict[str, Tensor]] = {}
    for name, value in parts["optimiser"].items():
        number, _, rest = name.partition("/")
        moments.setdefault(int(number), {})[rest] = value
    return SavedRun(
        network=parts["network"],
        best=parts["best"],
        optimiser={"state": moments, "param_groups": plain["groups"]},
        scaler=plain["scaler"],
        loss=plain["loss"],
        curve=tuple(EpochRecord(**record) for record in plain["curve"]),
    )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that under its name there is always the old content or the new, never a part."""
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
