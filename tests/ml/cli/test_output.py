"""What becomes of an answer that cannot be written, and how files are named that look like options."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.cli import main


@pytest.fixture
def masks(tmp_path):
    grey = np.zeros((60, 40), dtype=np.uint8)
    grey[20:24, 5:30] = 255
    for name in ("A.png", "-B.png"):
        Image.fromarray(grey).save(tmp_path / name)
    return tmp_path


def run(folder, repository, *arguments, stdout):
    command = [sys.executable, "-m", "ml", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={"PYTHONPATH": str(repository)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


ASKED = [
    ["metrics", "A.png", "A.png"],
    ["metrics", "A.png", "A.png", "--json"],
    ["metrics", "--help"],
    ["--help"],
]


@pytest.mark.parametrize("asked", ASKED)
def test_full_device_is_a_refusal_with_a_code(masks, repository, asked):
    with Path("/dev/full").open("w") as full:
        ended = run(masks, repository, *asked, stdout=full)

    assert ended.returncode == 2
    assert json.loads(ended.stderr)["code"] == "output_not_writable"


@pytest.mark.parametrize("asked", ASKED)
def test_reader_that_left_is_no_error_to_speak_of(masks, repository, asked):
    readable, writable = os.pipe()
    os.close(readable)

    ended = run(masks, repository, *asked, stdout=writable)

    os.close(writable)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_file_whose_name_begins_with_a_dash_goes_after_two(capsys, monkeypatch, masks):
    monkeypatch.chdir(masks)

    assert main(["metrics", "A.png", "-B.png"]) == 2
    assert main(["metrics", "--json", "--", "-B.png", "A.png"]) == 0
    assert json.loads(capsys.readouterr().out)["dice"] == 1
    with pytest.raises(SystemExit):
        main(["metrics", "--help"])
    assert "after --" in capsys.readouterr().out
