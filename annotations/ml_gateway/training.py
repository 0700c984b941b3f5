"""Training in a child process: started, watched, stopped; what it saves is gone on with after a kill."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.errors import TrainingRefusedError
from annotations.ml_gateway.weights import IMPORT_ROOT, WeightsFile

POLL_S = 0.5
CURVE = Path("run") / "curve.jsonl"
SAID, WEIGHTS, CONFIG, DATA = "said.log", "weights.safetensors", "config.yaml", "data"
# What finds programs, libraries and GPUs; a worker's other variables may hold passwords.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS")


@dataclass(frozen=True)
class TrainingProgress:
    """How far a training is: its curve, one record for each epoch, and what it last said."""

    curve: list[dict[str, Any]]
    said: str


def train_apart(
    folder: Path, *, report: Callable[[TrainingProgress], None], should_stop: Callable[[], bool]
) -> WeightsFile | None:
    """Train by the configuration in `folder` on the dataset in it; None where `should_stop` said so.

    What a killed process saved in the folder is gone on with. Raises TrainingRefusedError with the reason.
    """
    (folder / CURVE).parent.mkdir(exist_ok=True)
    with _child(folder) as child:
        while child.poll() is None:
            if should_stop():
                return None
            report(_progress(folder))
            _wait_a_little(child)
    report(_progress(folder))
    return _result(folder, child.returncode)


def _wait_a_little(child: "subprocess.Popen[bytes]") -> None:
    """Wait for its end, but not longer than until the next look."""
    try:
        child.wait(POLL_S)
    except subprocess.TimeoutExpired:
        return


@contextmanager
def _child(folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    parts = (folder / CONFIG, folder / DATA, (folder / CURVE).parent, folder / WEIGHTS)
    with (folder / SAID).open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "annotations.ml_gateway.training_child", *map(str, parts)],
            stdin=subprocess.PIPE,  # never written to: it closes when this process ends
            stdout=said,
            stderr=said,
            cwd=IMPORT_ROOT,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            if child.stdin is not None:
                child.stdin.close()


def _progress(folder: Path) -> TrainingProgress:
    path = folder / CURVE
    lines = path.read_text().splitlines() if path.exists() else []
    said = _last_line(folder)
    return TrainingProgress([json.loads(line) for line in lines], "" if said.startswith("{") else said)


def _last_line(folder: Path) -> str:
    lines = (folder / SAID).read_text(errors="replace").splitlines()
    return lines[-1] if lines else ""


def _result(folder: Path, returncode: int) -> WeightsFile:
    try:
        answer = json.loads(_last_line(folder))
    except ValueError:
        answer = {}
    if "message" in answer:
        raise TrainingRefusedError(answer["message"], code=answer["code"])
    if returncode != 0 or "architecture" not in answer:
        raise TrainingRefusedError(
            f"Training broke off (exit status {returncode}). Its last words: {_last_line(folder)[:200]}",
            code="training_broke_off",
        )
    return WeightsFile((folder / WEIGHTS).read_bytes(), answer)
