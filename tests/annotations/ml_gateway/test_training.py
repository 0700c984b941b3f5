"""Training in a process of its own: it ends with its worker, and the next one goes on where it was."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annotations.domain.dataset_export import export_dataset_version
from annotations.ml_gateway.recipes import shipped_recipes
from annotations.ml_gateway.training import CONFIG, CURVE, DATA, train_apart
from tests.factories.learnable import make_learnable_version

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not os.environ.get("TRAMLINE_NIGHTLY"), reason="trains three times: make nightly"),
]

WORKER = """
import sys
from pathlib import Path
from annotations.ml_gateway.training import train_apart
train_apart(Path(sys.argv[1]), report=lambda progress: None, should_stop=lambda: False)
"""
LIMIT_S = 120


def folder_to_train_in(path: Path) -> Path:
    path.mkdir()
    recipe = shipped_recipes()["segment_try_out"]
    text = recipe.with_choices(seed=5, version="killed").replace("epochs: 5 ", "epochs: 12")
    (path / CONFIG).write_text(text.replace("patience: 5 ", "patience: 12"))
    export_dataset_version(version=make_learnable_version(), folder=path / DATA)
    return path


def children_of(process_id: int) -> list[int]:
    listing = Path(f"/proc/{process_id}/task/{process_id}/children")
    return [int(number) for number in listing.read_text().split()]


def wait_for(is_met) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not is_met():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def train_to_the_end(folder: Path) -> bytes:
    weights = train_apart(folder, report=lambda _progress: None, should_stop=lambda: False)
    return weights.content


def test_a_training_ends_with_its_killed_worker_and_goes_on_to_the_same_weights(
    tmp_path: Path, repository: Path
):
    folder = folder_to_train_in(tmp_path / "killed")
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(folder)], cwd=repository)
    wait_for((folder / CURVE).exists)
    (child,) = children_of(worker.pid)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    wait_for(lambda: not Path(f"/proc/{child}").exists())
    epochs_saved = len((folder / CURVE).read_text().splitlines())

    killed = train_to_the_end(folder)

    assert 1 <= epochs_saved < 12
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / CONFIG).write_text((folder / CONFIG).read_text())
    (whole / DATA).symlink_to(folder / DATA)
    assert train_to_the_end(whole) == killed
