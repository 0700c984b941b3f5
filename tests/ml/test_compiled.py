"""What happens where compiled code cannot be kept, or what was kept is damaged."""

import os
import subprocess
import sys

import pytest

MODULE = """
from ml.compiled import compiled

@compiled
def double(number):
    return 2 * number

@compiled
def quadruple(number):
    return double(double(number))
"""
# No such folder can be made, by root neither: as an account without a home, beside a read-only checkout.
NOWHERE = "/proc/nope"


@pytest.fixture
def loops(tmp_path, repository):
    """A file with compiled functions, and a way to call one in a process of its own."""
    (tmp_path / "loops.py").write_text(MODULE)

    def call(code="print(loops.quadruple(3))", **variables):
        environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{repository}", **variables}
        command = [sys.executable, "-c", f"import loops; {code}"]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    call.folder = tmp_path / "__pycache__"
    return call


@pytest.mark.parametrize("code", ["loops.quadruple(3)", "loops.double(5); loops.quadruple(3)"])
def test_where_nothing_can_be_kept_it_is_compiled_and_said_once(loops, code):
    loops.folder.write_text("a file where the folder should be")

    run = loops(f"{code}; print(loops.quadruple(3))", HOME=NOWHERE, XDG_CACHE_HOME=NOWHERE)

    assert (run.returncode, run.stdout) == (0, "12\n")
    assert run.stderr.count("NUMBA_CACHE_DIR") == 1
    assert len(run.stderr.splitlines()) == 1


def test_where_the_source_is_read_only_it_is_kept_in_the_user_s_cache(loops, tmp_path):
    loops.folder.write_text("a file where the folder should be")

    run = loops(HOME=NOWHERE, XDG_CACHE_HOME=str(tmp_path / "cache"))

    assert (run.returncode, run.stdout, run.stderr) == (0, "12\n", "")
    assert list((tmp_path / "cache").rglob("loops.quadruple*.nbc"))


@pytest.mark.parametrize("pattern", ["*.nbi", "*.nbc"])
@pytest.mark.parametrize("damaged", [b"", b"half a", None])
def test_damaged_files_are_compiled_anew_and_mended(loops, pattern, damaged):
    loops()
    whole = {path.name: path.read_bytes() for path in loops.folder.glob(pattern)}
    assert len(whole) == 2
    for name, content in whole.items():
        (loops.folder / name).write_bytes(content[:-20] if damaged is None else damaged)

    run = loops()

    assert (run.returncode, run.stdout, run.stderr) == (0, "12\n", "")
    hits = "print(loops.quadruple(3), len(loops.quadruple.stats.cache_hits))"
    assert loops(hits).stdout == "12 1\n"


def test_full_disk_keeps_nothing_and_still_answers(loops):
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); "

    run = loops(f"{limit} print(loops.quadruple(3))")

    assert (run.returncode, run.stdout) == (0, "12\n")
    assert run.stderr.count("NUMBA_CACHE_DIR") == 1


def test_whoever_waits_for_the_compiler_is_told_once(loops):
    impatient = "import ml.compiled; ml.compiled.PATIENCE_S = 1e-6; print(loops.quadruple(3))"

    first, second = loops(impatient), loops(impatient)

    assert first.stderr == "Compiling the label engine, once per installation; this takes up to a minute.\n"
    assert (second.stdout, second.stderr) == ("12\n", "")
