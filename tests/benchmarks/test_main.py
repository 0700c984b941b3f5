import json
import subprocess
import sys

import pytest

from benchmarks.bench_length_report import _ours_from_arrays
from benchmarks.peak_memory import peak_memory_mib
from benchmarks.race import Race, run_race

# In a process of its own: the benchmarks set the number of threads.
RACE = """
import sys
from pathlib import Path
import benchmarks.__main__ as bench
from benchmarks.race import Figure, Race

def assert_equal(ours, theirs):
    assert ours == theirs

races = [
    Race(name="sum / loop", ours=lambda: sum(range(9000)), theirs=lambda: sum(i for i in range(9000)),
         check=assert_equal, goal=float(sys.argv[2])),
    Race(name="bytes / bytes", ours=lambda: b"12", theirs=lambda: b"12", check=assert_equal, goal=0.5,
         measure=lambda side, result: len(result), unit="bytes"),
]
figure = Figure(name="length / word", measure=lambda: len("tramline"), limit=float(sys.argv[4]), unit="px")
entries = {"races": races, "figures": [figure]}
bench._entries = lambda kind, only: (entry for entry in entries[kind] if only in entry.name)
bench.OUT = Path(sys.argv[1])
sys.argv[1:] = ["--only", sys.argv[3]]
sys.exit(bench.main())
"""


@pytest.fixture
def bench(repository, tmp_path):
    def run(goal, only="/", limit=8):
        command = [sys.executable, "-c", RACE, str(tmp_path / "bench.json"), str(goal), only, str(limit)]
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

    timed, weighed, figure = json.loads(bench.written.read_text())
    fields = {"name", "unit", "ours", "theirs", "ratio", "goal", "ours_ms", "theirs_ms"}
    assert set(timed) == set(weighed) == fields
    assert (timed["unit"], timed["ours"], timed["theirs"]) == ("ms", timed["ours_ms"], timed["theirs_ms"])
    assert (weighed["unit"], weighed["ours"], weighed["theirs"], weighed["ratio"]) == ("bytes", 2, 2, 1)
    assert figure == {"name": "length / word", "unit": "px", "value": 8, "limit": 8}


def test_figure_above_its_limit_is_a_goal_missed(bench):
    assert "missed" not in bench(0.01, limit=8).stdout

    above = bench(0.01, limit=7.9)

    assert above.returncode == 1
    assert "missed: length / word" in above.stdout


def test_run_in_another_process_brings_its_own_time():
    took_ms = iter([9, 9, *range(20, 10, -1)])
    race = Race(
        name="browser / browser",
        ours=lambda: next(took_ms),
        theirs=lambda: next(took_ms),
        check=lambda *_results: None,
        goal=1,
        cost_ms=float,
    )

    row = run_race(race)

    assert (row["ours"], row["theirs"]) == (12, 11), "the least of five, the run that is checked aside"


def test_peak_memory_is_that_of_a_process_which_did_nothing_else():
    """The report of two masks of 14 MB each takes no array of their size, whatever this process took."""
    ballast = bytearray(200 << 20)

    assert 0.01 < peak_memory_mib(_ours_from_arrays) < 14

    assert len(ballast) == 200 << 20
