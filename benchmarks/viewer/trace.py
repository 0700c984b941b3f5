"""What the main thread of a page was busy with, out of a Chromium trace.

CPU time is `tdur`, the time that the thread itself ran. It holds whatever the page did (event handlers,
frames, style, painting, garbage collection) and leaves out waiting, for other programs too. Work of other
threads and of the graphics process is not in it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
TASK = "RunTask"


@dataclass(frozen=True)
class Work:
    """CPU time of the main thread for each event of a kind: from its task up to the next one's."""

    per_event_ms: list[float]

    @property
    def mean_ms(self) -> float:
        return sum(self.per_event_ms) / len(self.per_event_ms)

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.per_event_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def trace_work(page: Page, act: Callable[[], None], *, event: str, count: int) -> Work:
    """Trace `act`, which makes the page handle `count` events of this kind.

    Events that the browser joined into one, for a page that was too slow to see each, count as handled for
    nothing: the sum is what the page needed for all of them.
    """
    records = trace(page, act)
    starts = [record for record in records if _event_type(record) == event]
    threads = {(record["pid"], record["tid"]) for record in starts}
    assert len(threads) == 1, f"{event} was seen by {len(threads)} threads"
    tasks = sorted(
        (record["ts"] + record["dur"], record.get("tdur", 0) / 1000)
        for record in records
        if record["name"] == TASK and record["ph"] == "X" and (record["pid"], record["tid"]) in threads
    )
    per_event = _sum_by_event(tasks, sorted(record["ts"] for record in starts))
    return Work(per_event + [0.0] * (count - len(per_event)))


def trace(page: Page, act: Callable[[], None]) -> list[dict[str, Any]]:
    browser = page.context.browser
    assert browser is not None
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        act()
    finally:
        content = browser.stop_tracing()
    return json.loads(content)["traceEvents"]


def _event_type(record: dict[str, Any]) -> str | None:
    return record["args"]["data"]["type"] if record["name"] == "EventDispatch" else None


def _sum_by_event(tasks: list[tuple[int, float]], starts: list[int]) -> list[float]:
    """Give each task (end, CPU time) to the last event that began before its end."""
    sums: list[float] = []
    at = 0
    for end, cpu_ms in tasks:
        if at < len(starts) and starts[at] < end:
            sums.append(0.0)
        while at < len(starts) and starts[at] < end:
            at += 1
        if sums:
            sums[-1] += cpu_ms
    return sums
