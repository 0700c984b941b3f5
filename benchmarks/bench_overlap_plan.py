"""The largest overlap plan that a lead makes: 100,000 exams among 20 readers."""

import time
from collections.abc import Iterator

from benchmarks.race import Figure
from ml.study.overlap_plan import plan

EXAMS, READERS = 100_000, [f"reader-{number}" for number in range(20)]
SHARES, LEAST_MEETINGS = {2: 0.2, 3: 0.05}, 100


def figures() -> Iterator[Figure]:
    yield Figure(
        name=f"overlap plan of {EXAMS:,} exams and {len(READERS)} readers",
        measure=_seconds,
        limit=2.0,
        unit="s",
    )


def _seconds() -> float:
    plan(100, READERS, shares=SHARES)  # compiles
    started = time.perf_counter()
    plan(EXAMS, READERS, shares=SHARES, least_meetings=LEAST_MEETINGS)
    return time.perf_counter() - started
