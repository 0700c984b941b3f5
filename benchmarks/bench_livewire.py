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
IMAGE_NAME = "image.u16"
FROM_ROW, TO_ROW = 1500, 2600  # 8 cm of vessel
WAVE_PX, WAVE_ROWS = 60, 150
TOLERANCE_MM = 0.2
LENGTHS_CM = (1, 3, 7)


def races() -> Iterator[Race]:
    """Race the rectangle that the page hands over against the whole image; both give the same line."""
    yield Race(
        name=f"viewer: live-wire, click and first line, {COLUMNS}x{ROWS} / over the whole image",
        ours=lambda: _run("near", LENGTHS_CM[0]),
        theirs=lambda: _run("whole", LENGTHS_CM[0]),
        check=_assert_same_line,
        goal=3,
        cost_ms=lambda result: result["anchor_ms"],
    )


def figures() -> Iterator[Figure]:
    """Measure CPU time of the Worker's code in a process of its own that has the image, least of five."""
    for length_cm in LENGTHS_CM:
        where = f"{length_cm} cm of vessel, {COLUMNS}x{ROWS}"
        yield _figure(
            f"viewer: live-wire, first click after the start, {where}", length_cm, "cold_ms", 100, "ms"
        )
        yield _figure(f"viewer: live-wire, click and line, {where}", length_cm, "anchor_ms", 100, "ms")
        yield _figure(f"viewer: live-wire, move, 95th percentile, {where}", length_cm, "move_ms", 16, "ms")
        yield _figure(
            f"viewer: live-wire, peak memory beyond the image, {where}", length_cm, "memory_mib", 50, "MiB"
        )


def _figure(name: str, length_cm: float, key: str, limit: float, unit: str) -> Figure:
    def measure() -> float:
        return min(_run("near", length_cm)[key] for _ in range(5))

    return Figure(name=name, measure=measure, limit=limit, unit=unit)


def _run(where: str, length_cm: float) -> dict[str, Any]:
    folder, line = _image()
    size = [str(number) for number in (ROWS, COLUMNS, SPACING_MM)]
    path = str(Path(folder.name) / IMAGE_NAME)
    command = ["node", "--expose-gc", str(SCRIPT), path, *size, json.dumps(_stretch(line, length_cm)), where]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _stretch(line: np.ndarray, length_cm: float) -> list[list[float]]:
    """Take so much of a line from its start."""
    along_mm = np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum() * SPACING_MM
    count = int(np.searchsorted(along_mm, 10 * length_cm)) + 1
    return line[np.linspace(0, min(count, len(line) - 1), POINTS).round().astype(int)].tolist()


@cache
def _image() -> tuple[tempfile.TemporaryDirectory[str], np.ndarray]:
    """Write a phantom with one more vessel; return the folder, removed at the end, and that vessel."""
    phantom = make_phantom(SEED, rows=ROWS, columns=COLUMNS, pixel_spacing_mm=SPACING_MM)
    pixels = phantom.presentation.astype("<u2")
    along = np.arange(FROM_ROW, TO_ROW, 0.5)
    middle = max(phantom.bac_lines, key=len)[:, 1].mean()
    line = np.stack([along, middle + WAVE_PX * np.sin(along / WAVE_ROWS)], axis=1)
    for offset in (*range(-9, -6), *range(7, 10)):  # two walls
        rows, columns = np.rint(line + np.array([0, offset])).astype(int).T
        pixels[rows, columns] = np.minimum(pixels[rows, columns] + np.ptp(pixels) // 4, pixels.max())
    folder = tempfile.TemporaryDirectory(prefix="tramline-")
    pixels.tofile(Path(folder.name) / IMAGE_NAME)
    return folder, line


def _assert_same_line(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    away_px, _ = cKDTree(theirs["points"]).query(ours["points"])
    assert away_px.mean() * SPACING_MM < TOLERANCE_MM, f"{away_px.mean() * SPACING_MM:.2f} mm apart"
