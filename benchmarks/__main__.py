"""`make bench`: run the races and figures of this folder, write var/bench.json and the tables of the README.

`make bench ONLY=PATTERN` runs those whose name contains the pattern. The README has a table for the label
engine and one for the reading page, whose names begin with "viewer:". A table is written anew when all of it
was run: by `make bench` or, for the reading page, by `make bench ONLY=viewer`. The exit status is 0 where
every goal was reached, 1 where one was missed, 2 where nothing has the pattern in its name.

var/bench.json is a list with an object for each race:

- `name`: what is compared, ours / theirs;
- `unit`, `ours`, `theirs`: the numbers that are compared and their unit: `ms` of CPU time unless it says
  otherwise (`bytes` of what was written, `MiB` of peak memory, `ns/px`);
- `ratio`: theirs / ours, in that unit; `goal`: the least that we aim at;
- `ours_ms`, `theirs_ms`: CPU time in milliseconds whatever is compared; equal to `ours` and `theirs` where
  `unit` is `ms`;

and one for each figure that has no other side: `name`, `unit`, `value` and `limit`, the most that it may be.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# One thread on either side, so that ratios compare methods; set before numpy and OpenCV start.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import cv2

import benchmarks
from benchmarks.race import run_race, take_figure

REPOSITORY = Path(__file__).resolve().parent.parent
OUT = REPOSITORY / "var" / "bench.json"
README = REPOSITORY / "README.md"
VIEWER = "viewer:"
LINE = "{:74} {:>12} {:>12} {:>9} {:>8}"
FIGURE_LINE = "{:74} {:>12} {:>12}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="PATTERN", help="races whose name contains this")
    only = parser.parse_args().only
    cv2.setNumThreads(1)
    rows = []
    print(LINE.format("race (ours / theirs)", "ours", "theirs", "ratio", "goal"), flush=True)
    for race in _entries("races", only):
        rows.append(run_race(race))
        print(_line(rows[-1]), flush=True)
    print(FIGURE_LINE.format("figure", "measured", "at most"), flush=True)
    for figure in _entries("figures", only):
        rows.append(take_figure(figure))
        print(_figure_line(rows[-1]), flush=True)
    if not rows:
        print(f"No race and no figure has {only!r} in its name.")
        return 2
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1) + "\n")
    viewer = [row for row in rows if row["name"].startswith(VIEWER)]
    if not only:
        _write_readme("bench", [row for row in rows if row not in viewer])
    if VIEWER.startswith(only):
        _write_readme("bench viewer", viewer)
    missed = [row["name"] for row in rows if _is_missed(row)]
    print(f"{len(rows) - len(missed)} of {len(rows)} goals reached. {_machine()}")
    for name in missed:
        print(f"missed: {name}")
    return 1 if missed else 0


def _entries(kind: str, only: str) -> Iterator[Any]:
    """Give what the modules of this folder yield from their functions `races` or `figures`."""
    for module in pkgutil.iter_modules(benchmarks.__path__):
        if module.name.startswith("bench_"):
            listed = getattr(importlib.import_module(f"benchmarks.{module.name}"), kind, lambda: ())
            yield from (entry for entry in listed() if only.lower() in entry.name.lower())


def _is_missed(row: dict[str, Any]) -> bool:
    return row["ratio"] < row["goal"] if "ratio" in row else row["value"] > row["limit"]


def _line(row: dict[str, Any]) -> str:
    sides = [f"{row[side]:.3g} {row['unit']}" for side in ("ours", "theirs")]
    return LINE.format(row["name"], *sides, f"x{row['ratio']:.3g}", f"x{row['goal']:g}")


def _figure_line(row: dict[str, Any]) -> str:
    return FIGURE_LINE.format(row["name"], *(f"{row[key]:.3g} {row['unit']}" for key in ("value", "limit")))


def _machine() -> str:
    with Path("/proc/cpuinfo").open() as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")
    return (
        f"{os.cpu_count()} cores, {model or platform.machine()}, Python {platform.python_version()}; least "
        "CPU time of at least five runs, one thread, both sides in turn in one process (peak memory: a fresh "
        "process each), equal results."
    )


def _write_readme(section: str, rows: list[dict[str, Any]]) -> None:
    """Put the tables of these rows between the section's markers, where the README has them."""
    begin, end = f"<!-- {section}: made by make bench -->", f"<!-- {section}: end -->"
    text = README.read_text()
    if begin not in text:
        return
    head, rest = text.split(begin, 1)
    tail = rest.split(end, 1)[1]
    table = [*_race_table(rows), "", *_figure_table(rows)]
    README.write_text("\n".join([f"{head}{begin}", *table, "", f"Measured on {_machine()}", f"{end}{tail}"]))


def _race_table(rows: list[dict[str, Any]]) -> list[str]:
    head = ["| ours / theirs | ours | theirs | ratio | goal |", "|---|---:|---:|---:|---:|"]
    lines = [
        f"| {row['name']} | {row['ours']:.3g} {row['unit']} | {row['theirs']:.3g} {row['unit']} "
        f"| {row['ratio']:.3g} | {row['goal']:g} |"
        for row in rows
        if "ratio" in row
    ]
    return head + lines if lines else []


def _figure_table(rows: list[dict[str, Any]]) -> list[str]:
    head = ["| figure | measured | at most |", "|---|---:|---:|"]
    lines = [
        f"| {row['name']} | {row['value']:.3g} {row['unit']} | {row['limit']:g} {row['unit']} |"
        for row in rows
        if "limit" in row
    ]
    return head + lines if lines else []


if __name__ == "__main__":
    sys.exit(main())
