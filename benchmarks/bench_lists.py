"""Pages and lists over 100,000 exams and 1,000,000 operations: the slowest of twenty times in the server."""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.lists.addresses import CAMPAIGN_PAGES, LISTS
from benchmarks.race import Figure
from tests.e2e.system import run_tramline
from webapp.embedded_postgres import ensure_database_url

LIMIT_MS = 300


def figures() -> Iterator[Figure]:
    for name in [*LISTS, *(f"campaign {page}" for page in CAMPAIGN_PAGES)]:
        yield Figure(
            name=f"lists: {name}, 100,000 exams, p95 in the server",
            measure=lambda name=name: _times()[name]["p95_ms"],
            limit=LIMIT_MS,
            unit="ms",
        )


@cache
def _times() -> dict[str, dict[str, float]]:
    """Write the rows once and time every page."""
    with tempfile.TemporaryDirectory() as folder:
        ensure_database_url(Path(folder) / "postgres")
        with run_tramline("tramline_bench_lists", Path(folder) / "var") as system:
            printed = system.manage("shell", "--command", "from benchmarks.lists.times import main; main()")
    return json.loads(printed.splitlines()[-1])
