"""The history of an annotation: how soon a pixel says who drew it, and how soon the time line moves."""

import json
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.race import Figure
from tests.e2e.system import run_tramline
from webapp.embedded_postgres import ensure_database_url

VIEWER = Path(__file__).parent / "viewer"
PROVENANCE = "from benchmarks.viewer.provenance_time import main; main()"


def figures() -> Iterator[Figure]:
    yield Figure(
        name="viewer: who drew a pixel, 1,000 strokes, 4084x3328, in the server",
        measure=_provenance_ms,
        limit=200,
        unit="ms",
    )
    yield Figure(
        name="viewer: slowest move of the time line, 1,000 strokes, 4084x3328",
        measure=_timeline_ms,
        limit=200,
        unit="ms",
    )


def _timeline_ms() -> float:
    command = ["node", str(VIEWER / "timeline_moves.mjs")]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)["move_ms"]


def _provenance_ms() -> float:
    with tempfile.TemporaryDirectory() as folder:
        ensure_database_url(Path(folder) / "postgres")
        with run_tramline("tramline_bench_history", Path(folder) / "var") as system:
            printed = system.manage("shell", "--command", PROVENANCE)
    return float(printed.splitlines()[-1])
