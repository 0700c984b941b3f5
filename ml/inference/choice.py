"""The fastest engine of a machine for some weights, among those that agree with float32."""

import hashlib
import json
import logging
import os
import platform
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from ml.errors import EngineUnavailableError
from ml.inference.engine import Engine, TorchEngine
from ml.inference.golden import LEAST_DICE, agreement, check_golden, expected_map, golden_map
from ml.inference.predictor import Predictor
from ml.networks import ImportedWeights, ModelCard, import_checkpoint, load_network

LOG = logging.getLogger(__name__)
REFERENCE = "torch float32"
REPEATS = 2
# A way that took this many times the best at its first run is not timed again.
HOPELESS = 3.0


def load_fast_predictor(weights_path: Path | str, device: str, cache_folder: Path) -> Predictor:
    """Read a weights file and make a predictor of it that runs as was chosen for this machine, and is right.

    Nothing is measured here, so that a worker is ready in seconds: `choose_engine` does that once.

    Parameters
    ----------
    weights_path : Path or str
        A segmentation network; see `ml.networks.import_checkpoint`.
    device : str
        "cpu" or "cuda".
    cache_folder : Path
        Where the choice of the engine and the expected result are kept.

    Returns
    -------
    Predictor
        Its result on the golden image was compared with the expected one just now.

    Raises
    ------
    WeightsRefusedError
        Where the file cannot be used.
    DeviceMissingError
        Where the device is not there.
    GoldenImageError
        Where the network does not give what it should.
    """
    weights = import_checkpoint(weights_path)
    expected = expected_map(weights, cache_folder)
    predictor = Predictor(weights, engine=_kept_engine(weights, device, cache_folder))
    check_golden(predictor, expected)
    return predictor


def choose_engine(weights: ImportedWeights, device: str, cache_folder: Path) -> Engine:
    """Return the fastest engine on this machine among those that agree with float32 on the golden image.

    Parameters
    ----------
    weights : ImportedWeights
        Of a segmentation network.
    device : str
        "cpu" or "cuda".
    cache_folder : Path
        Where the choice is kept, for these weights and this machine; a new version of torch or OpenVINO
        is another machine.

    Returns
    -------
    Engine
        torch in float32 where nothing else is both faster and in agreement.
    """
    makers = _makers(weights, device, cache_folder / weights.sha256)
    note = _note(weights, device, cache_folder)
    kept = _make_kept(makers, note)
    return kept or _choose(weights, makers, expected_map(weights, cache_folder), note)


def _kept_engine(weights: ImportedWeights, device: str, cache_folder: Path) -> Engine:
    """Return the engine chosen before for this machine, or torch in float32 where none was."""
    makers = _makers(weights, device, cache_folder / weights.sha256)
    return _make_kept(makers, _note(weights, device, cache_folder)) or makers[REFERENCE]()


def _make_kept(makers: dict[str, Callable[[], Engine]], note: Path) -> Engine | None:
    kept = _read_choice(note)
    if kept not in makers:
        return None
    try:
        return makers[kept]()
    except EngineUnavailableError as error:
        LOG.warning("%s It is left out.", error.message)
        return None


def _note(weights: ImportedWeights, device: str, cache_folder: Path) -> Path:
    return cache_folder / weights.sha256 / f"choice-{_machine_key(device)}.json"


def _makers(weights: ImportedWeights, device: str, folder: Path) -> dict[str, Callable[[], Engine]]:
    network = load_network(weights)
    makers: dict[str, Callable[[], Engine]] = {
        REFERENCE: partial(TorchEngine, network, device=device),
        "torch bfloat16": partial(TorchEngine, network, device=device, precision="bfloat16"),
    }
    if device == "cpu":
        from ml.inference.openvino_engine import OpenVinoEngine  # noqa: PLC0415 - half a second

        make = partial(OpenVinoEngine, network, shape=_input_shape(weights.card), cache_folder=folder)
        makers["openvino float32"] = partial(make, precision="float32")
        makers["openvino bfloat16"] = partial(make, precision="bfloat16")
    return makers


def _input_shape(card: ModelCard) -> tuple[int, int]:
    whole = (card.input_rows, card.input_columns)
    return whole if card.input == "whole" else (card.tile_px, card.tile_px)


def _choose(
    weights: ImportedWeights,
    makers: dict[str, Callable[[], Engine]],
    expected: NDArray[np.uint8],
    note: Path,
) -> Engine:
    tried: dict[str, dict[str, float]] = {}
    engines: dict[str, Engine] = {}
    for name, make in makers.items():
        try:
            engine = make()
        except EngineUnavailableError as error:
            LOG.warning("%s", error.message)
            continue
        predictor = Predictor(weights, engine=engine)
        dice = agreement(golden_map(predictor), expected, weights.card.cutoff)
        tried[name] = {"dice": round(dice, 6)}
        if name == REFERENCE or dice >= LEAST_DICE:
            best = min((seconds["seconds"] for key, seconds in tried.items() if key in engines), default=None)
            engines[name] = engine
            tried[name]["seconds"] = round(_least_seconds(predictor, best), 5)
    chosen = min(engines, key=lambda name: tried[name]["seconds"])
    _write_choice(note, {"engine": chosen, "tried": tried})
    return engines[chosen]


def _least_seconds(predictor: Predictor, best: float | None) -> float:
    """Time the golden image; the caller has run it once, so that nothing is compiled in here."""
    least = float("inf")
    for _ in range(REPEATS):
        started = time.perf_counter()
        golden_map(predictor)
        least = min(least, time.perf_counter() - started)
        if best is not None and least > HOPELESS * best:
            break
    return least


def _machine_key(device: str) -> str:
    from openvino import __version__ as openvino_version  # noqa: PLC0415 - half a second

    place = torch.cuda.get_device_name() if device != "cpu" and torch.cuda.is_available() else _cpu_name()
    facts = [platform.node(), place, str(os.cpu_count()), str(torch.get_num_threads()), torch.__version__]
    return hashlib.sha256("\n".join([*facts, openvino_version]).encode()).hexdigest()[:16]


def _cpu_name() -> str:
    info = Path("/proc/cpuinfo")
    if not info.is_file():
        return platform.processor()
    lines = info.read_text().splitlines()
    # The flags as well: a virtual machine may hide the instructions that made an engine fast.
    return "\n".join(
        next((line for line in lines if line.startswith(key)), "") for key in ("model name", "flags")
    )


def _read_choice(note: Path) -> str | None:
    try:
        chosen = json.loads(note.read_text())["engine"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return chosen if isinstance(chosen, str) else None


def _write_choice(note: Path, choice: dict[str, object]) -> None:
    note.parent.mkdir(parents=True, exist_ok=True)
    half_done = note.with_suffix(f".{os.getpid()}.part")
    half_done.write_text(json.dumps(choice, indent=1) + "\n")
    half_done.replace(note)
