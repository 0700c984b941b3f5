"""The live-wire on an image of 3328 x 4084: how long a click and a move take, and how much memory."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.race import Figure, Race
from ml.phantom import make_phantom

SCRIPT = Path(__file__).parent / "viewer" / "live_wire.mjs"
ROWS, COLUMNS, SPACING_MM = 4084, 3328, 0.07
SEED = 5
POINTS = 60
TOLERANCE_MM = 0.2


def races() -> Iterator[Race]:
    """Race the rectangle that the page hands over against the whole image; both give the same line."""
    yield Race(
        name=f"live-wire: click and first line, {COLUMNS}x{ROWS} / over the whole image",
        ours=lambda: _run("near"),
        theirs=lambda: _run("whole"),
        check=_assert_same_line,
        goal=5,
        cost_ms=lambda result: result["anchor_ms"],
    )


def figures() -> Iterator[Figure]:
    """Measure CPU time of the Worker's code in a process of its own that has the image, least of five."""
    size = f"{COLUMNS}x{ROWS}"
    yield _figure(f"live-wire: first click after the start and its line, {size}", "cold_ms", 100, "ms")
    yield _figure(f"live-wire: click and first line, {size}", "anchor_ms", 100, "ms")
    yield _figure(f"live-wire: move, 95th percentile, {size}", "move_ms", 16, "ms")
    yield _figure(f"live-wire: peak memory beyond the image, {size}", "memory_mib", 50, "MiB")


def _figure(name: str, key: str, limit: float, unit: str) -> Figure:
    return Figure(name=name, measure=lambda: min(_run("near")[key] for _ in range(5)), limit=limit, unit=unit)


def _run(where: str) -> dict[str, Any]:
    path, line = _image()
    size = [str(number) for number in (ROWS, COLUMNS, SPACING_MM)]
    command = ["node", "--expose-gc", str(SCRIPT), path, *size, json.dumps(line), where]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@cache
def _image() -> tuple[str, list[list[float]]]:
    """Write a phantom's pixels to a file; return it with points along its longest calcified stretch."""
    phantom = make_phantom(SEED, rows=ROWS, columns=COLUMNS, pixel_spacing_mm=SPACING_MM)
    with tempfile.NamedTemporaryFile(prefix="tramline-", suffix=".u16", delete=False) as file:
        phantom.presentation.astype("<u2").tofile(file)
    line = max(phantom.bac_lines, key=len)
    return file.name, line[np.linspace(0, len(line) - 1, POINTS).round().astype(int)].tolist()


def _assert_same_line(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    away_px, _ = cKDTree(theirs["points"]).query(ours["points"])
    assert away_px.mean() * SPACING_MM < TOLERANCE_MM, f"{away_px.mean() * SPACING_MM:.2f} mm apart"
