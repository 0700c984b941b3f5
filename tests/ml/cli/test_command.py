import json
import os
import resource
import signal

import numpy as np
import pytest
from PIL import Image

from ml.cli import main
from ml.cli.command import (
    BadArgumentsError,
    OutputNotWritableError,
    check_can_write,
    check_other_file,
    pixel_spacing,
    with_spacing,
    write_file,
    write_files,
)
from ml.errors import ImageRefusedError
from ml.types import Acquisition

OLD, NEW = b"what was there before", b"new"


@pytest.fixture
def limited_files():
    """Let no file grow beyond 1000 bytes, like a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, limited_files):
    path = tmp_path / "out.png"
    path.write_bytes(OLD)

    with pytest.raises(OutputNotWritableError, match=r"out\.png cannot be written"):
        write_file(path, b"x" * 5000)

    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_second_file_that_does_not_fit_leaves_the_first_as_it_was(tmp_path, limited_files):
    first = tmp_path / "first"
    first.write_bytes(OLD)

    with pytest.raises(OutputNotWritableError):
        write_files({first: NEW, tmp_path / "second": b"x" * 5000})

    assert first.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [first]


def test_file_is_replaced_whole_with_its_rights(tmp_path):
    path = tmp_path / "out"
    path.write_bytes(OLD)
    path.chmod(0o640)

    write_file(path, NEW)

    assert path.read_bytes() == NEW
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def link(path):
    path.with_name("elsewhere").write_bytes(OLD)
    path.symlink_to(path.with_name("elsewhere"))


def dangling(path):
    path.symlink_to(path.with_name("nowhere"))


def read_only(path):
    path.write_bytes(OLD)
    path.chmod(0o444)


@pytest.mark.parametrize("make", [os.mkfifo, link, dangling, read_only, os.mkdir])
@pytest.mark.parametrize("refuse", [check_can_write, lambda path: write_files({path: NEW})])
def test_what_is_no_writable_plain_file_is_left_alone(tmp_path, make, refuse):
    """Also for root, to whom the system would allow all of it."""
    path = tmp_path / "out"
    make(path)
    before = path.lstat()

    with pytest.raises(OutputNotWritableError):
        refuse(path)

    assert path.lstat() == before
    assert not list(tmp_path.glob(".*"))


def test_device_is_no_output(tmp_path):
    with pytest.raises(OutputNotWritableError, match="not a plain file"):
        check_can_write(type(tmp_path)("/dev/full"))


def test_input_under_another_name_is_no_output(tmp_path):
    image = tmp_path / "image.png"
    image.write_bytes(OLD)
    os.link(image, tmp_path / "hard")

    for name in ("image.png", "hard", "../" + tmp_path.name + "/image.png"):
        with pytest.raises(BadArgumentsError):
            check_other_file(tmp_path / name, tmp_path / "other.png", image)
    check_other_file(tmp_path / "new.png", tmp_path / "other.png", image)


@pytest.mark.parametrize("name", ["segment", "normalise", "correct", "predict"])
def test_commands_do_not_write_over_what_they_read(capsys, tmp_path, name):
    image, mask, weights = (tmp_path / name for name in ("image.png", "mask.png", "weights.pt"))
    Image.fromarray(np.zeros((300, 260), dtype=np.uint8)).save(image)
    mask.write_bytes(image.read_bytes())
    weights.write_bytes(OLD)
    more = {
        "segment": [],
        "normalise": ["--method", "raw"],
        "correct": [mask, "--audit", tmp_path / "audit.jsonl"],
        "predict": ["--weights", weights],
    }[name]
    before = image.read_bytes()
    for read in (image, *(path for path in more if path in (mask, weights))):
        other = tmp_path / "other.png"
        os.link(read, other)

        assert main([name, *map(str, [image, *more]), "--out", str(other)]) == 2

        assert json.loads(capsys.readouterr().err.splitlines()[-1])["code"] == "bad_arguments"
        other.unlink()
    assert (image.read_bytes(), weights.read_bytes()) == (before, OLD)


@pytest.mark.parametrize(
    ("text", "sides"), [("0.1", (0.1, 0.1)), ("0.1,0.2", (0.1, 0.2)), (" 0.05, .07", (0.05, 0.07))]
)
def test_spacing_is_one_number_or_height_and_width(text, sides):
    acquisition = with_spacing(Acquisition(pixel_spacing_mm=(0.3, 0.3)), pixel_spacing(text))

    assert (acquisition.pixel_spacing_mm, acquisition.pixel_spacing_source) == (sides, "given")


@pytest.mark.parametrize("text", ["", "wide", "0.1,0.1,0.1", "0.1;0.1"])
def test_text_that_is_no_spacing_is_refused(text):
    with pytest.raises(BadArgumentsError, match="pixel spacing"):
        pixel_spacing(text)


@pytest.mark.parametrize("text", ["9", "0.1,9", "0", "-0.1", "nan", "inf"])
def test_spacing_of_no_mammogram_is_refused(text):
    with pytest.raises(ImageRefusedError) as refusal:
        with_spacing(Acquisition(), pixel_spacing(text))

    assert refusal.value.code == "pixel_spacing_invalid"


def test_no_spacing_keeps_the_header_s():
    acquisition = Acquisition(pixel_spacing_mm=(0.3, 0.3), pixel_spacing_source="PixelSpacing")

    assert with_spacing(acquisition, None) == acquisition
