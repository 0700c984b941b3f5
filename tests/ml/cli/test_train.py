import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import yaml

from ml.cli import main
from ml.networks import import_checkpoint
from ml.training.config_file import read_config
from tests.ml.training.dataset_folder import bright_line, write_dataset


@pytest.fixture
def asked(repository, tmp_path):
    """Arguments of a small run on a small dataset."""
    random = np.random.default_rng(2)
    parts = ["train"] * 4 + ["validation"] * 2 + ["test"] * 2
    images = [
        (f"patient-{k}", part, *bright_line(random, has_bac=k % 2 == 0)) for k, part in enumerate(parts)
    ]
    data = write_dataset(tmp_path / "tiny-1", images)
    content, _ = read_config(repository / "ml" / "training" / "recipes" / "segment_whole.yaml")
    content |= {"network": "scunet", "threads": 1, "whole": {"rows": 64, "columns": 64}}
    content["optimisation"] |= {"batch": 2, "epochs": 2}
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(content))
    out = tmp_path / "out.safetensors"
    return ["train", str(recipe), "--data", str(data), "--out", str(out), "--device", "cpu"]


def refusal(capsys, *arguments):
    assert main(list(map(str, arguments))) == 2
    return json.loads(capsys.readouterr().err.splitlines()[-1])


def test_run_is_saved_and_gone_on_with(asked, capsys, tmp_path):
    folder = tmp_path / "run"

    assert main([*asked, "--folder", str(folder)]) == 0
    first = json.loads(capsys.readouterr().out)
    again = refusal(capsys, *asked, "--folder", folder)
    assert main([*asked, "--folder", str(folder), "--resume"]) == 0
    resumed = capsys.readouterr()

    assert again["code"] == "folder_holds_a_run"
    assert json.loads(resumed.out)["digest"] == first["digest"]
    assert "going on after epoch 2" in resumed.err
    assert len((folder / "curve.jsonl").read_text().splitlines()) == 2


def test_run_that_was_killed_from_outside_ends_in_the_same_weights(asked, capsys, repository, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    content, _ = read_config(recipe)
    content["optimisation"]["epochs"] = 12
    recipe.write_text(yaml.safe_dump(content))
    folder = tmp_path / "run"
    process = subprocess.Popen(
        [sys.executable, "-m", "ml", *asked, "--folder", str(folder)], cwd=repository, stderr=subprocess.PIPE
    )
    while not (folder / "curve.jsonl").exists() and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()

    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "out.safetensors").exists()
    assert main([*asked, "--folder", str(folder), "--resume"]) == 0
    resumed = capsys.readouterr()
    assert main(asked) == 0

    assert "going on after epoch" in resumed.err
    assert json.loads(resumed.out)["digest"] == json.loads(capsys.readouterr().out)["digest"]


def test_torchrun_trains_with_the_same_recipe(asked, repository, tmp_path):
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--standalone",
            "--nproc-per-node=2",
            "-m",
            "ml",
            *asked,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )

    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["model"] == "Whole-image U-Net 1"
    assert import_checkpoint(tmp_path / "out.safetensors").card.architecture == "scunet"


def test_what_cannot_be_trained_is_refused_in_plain_words(asked, capsys, tmp_path):
    no_data = [*asked[:2], "--data", tmp_path, *asked[4:]]
    own = "ml/training/recipes/scunet_phantom.yaml"

    assert refusal(capsys, *no_data)["code"] == "dataset_missing"
    assert refusal(capsys, *asked, "--resume")["code"] == "recipe_refused"
    assert refusal(capsys, "train", own, *asked[2:])["message"].startswith("The recipe scunet_phantom draws")
