"""Agreement of a whole campaign, as its worker computes it: from nothing, and when a few exams are new."""

import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from benchmarks.race import Figure
from tests.e2e.system import run_tramline
from webapp.embedded_postgres import ensure_database_url

COMPARE = "from benchmarks.campaign.agreement_time import main; main()"


def figures() -> Iterator[Figure]:
    for key, text, limit_s in (
        ("first_s", "from nothing", 60),
        ("more_s", "20 exams more", 30),
    ):
        yield Figure(
            name=f"agreement: 1,000 exams of 4 images x 3 readers, {text}, in the worker",
            measure=lambda key=key: _seconds()[key],
            limit=limit_s,
            unit="s",
        )


@cache
def _seconds() -> dict[str, float]:
    """Write the rows once and compare them."""
    with tempfile.TemporaryDirectory() as folder:
        ensure_database_url(Path(folder) / "postgres")
        with run_tramline("tramline_bench_agreement", Path(folder) / "var") as system:
            printed = system.manage("shell", "--command", COMPARE)
    return json.loads(printed.splitlines()[-1])
