import json
import subprocess
import sys

import pytest

from benchmarks.bench_length_report import _ours_from_arrays
from benchmarks.peak_memory import peak_memory_mib

# In a process of its own: the benchmarks set the number of threads.
RACE = """
import sys
from pathlib import Path
import benchmarks.__main__ as bench
from benchmarks.race import Race

def assert_equal(ours, theirs):
    assert ours == theirs

races = [
    Race(name="sum / loop", ours=lambda: sum(range(9000)), theirs=lambda: sum(i for i in range(9000)),
         check=assert_equal, goal=float(sys.argv[2])),
    Race(name="bytes / bytes", ours=lambda: b"12", theirs=lambda: b"12", check=assert_equal, goal=0.5,
         measure=lambda side, result: len(result), unit="bytes"),
]
bench._races = lambda only: (race for race in races if only in race.name)
bench.OUT = Path(sys.argv[1])
sys.argv[1:] = ["--only", sys.argv[3]]
sys.exit(bench.main())
"""


@pytest.fixture
def bench(repository, tmp_path):
    def run(goal, only="/"):
        command = [sys.executable, "-c", RACE, str(tmp_path / "bench.json"), str(goal), only]
        return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    run.written = tmp_path / "bench.json"
    return run


def test_status_says_whether_every_goal_was_reached(bench):
    reached, missed, none = bench(0.01), bench(1e9), bench(1, only="no such race")

    assert (reached.returncode, missed.returncode, none.returncode) == (0, 1, 2)
    assert "missed: sum / loop" in missed.stdout
    assert "missed" not in reached.stdout


def test_file_says_what_is_compared(bench):
    bench(0.01)

    timed, weighed = json.loads(bench.written.read_text())
    fields = {"name", "unit", "ours", "theirs", "ratio", "goal", "ours_ms", "theirs_ms"}
    assert set(timed) == set(weighed) == fields
    assert (timed["unit"], timed["ours"], timed["theirs"]) == ("ms", timed["ours_ms"], timed["theirs_ms"])
    assert (weighed["unit"], weighed["ours"], weighed["theirs"], weighed["ratio"]) == ("bytes", 2, 2, 1)


def test_peak_memory_is_that_of_a_process_which_did_nothing_else():
    """The report of two masks of 14 MB each takes no array of their size, whatever this process took."""
    ballast = bytearray(200 << 20)

    assert 0.01 < peak_memory_mib(_ours_from_arrays) < 14

    assert len(ballast) == 200 << 20
