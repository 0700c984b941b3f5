"""The next exam of a reader among 100,000, and out of a pool of 100,000: nineteen of twenty are quicker."""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.race import Figure
from tests.e2e.system import run_tramline
from webapp.embedded_postgres import ensure_database_url

LIMIT_MS = 300
TEXTS = {
    "own": "next exam: of a reader's own, campaign of 100,000, p95 in the server",
    "pool": "next exam: out of a pool of 100,000 readings, p95 in the server",
}


def figures() -> Iterator[Figure]:
    for name, text in TEXTS.items():
        yield Figure(name=text, measure=lambda name=name: _times_ms()[name], limit=LIMIT_MS, unit="ms")


@cache
def _times_ms() -> dict[str, float]:
    """Write the rows once and press for both."""
    with tempfile.TemporaryDirectory() as folder:
        ensure_database_url(Path(folder) / "postgres")
        with run_tramline("tramline_bench_next", Path(folder) / "var") as system:
            printed = system.manage(
                "shell", "--command", "from benchmarks.lists.next_exam import main; main()"
            )
    return json.loads(printed.splitlines()[-1])
