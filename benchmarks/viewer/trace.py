"""What the main thread of a page was busy with, out of a Chromium trace.

CPU time is `tdur`, the time that the thread itself ran. It holds whatever the page did (event handlers,
frames, style, painting, garbage collection) and leaves out waiting, for other programs too. Work of other
threads and of the graphics process is not in it.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline"]
TASK = "RunTask"
REST_S = 1.2


@dataclass(frozen=True)
class Work:
    """CPU time of the main thread.

    Attributes
    ----------
    per_event_ms : list of float
        From the task of each event up to that of the next one.
    mean_ms : float
        What one event costs: from the first event to the last, less what the page does anyway in as long a
        time (timers, the browser's own housekeeping), so that a busy machine does not count.
    """

    per_event_ms: list[float]
    mean_ms: float

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.per_event_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def trace_work(page: Page, act: Callable[[], None], *, event: str, count: int) -> Work:
    """Trace a while of rest, and then `act`, which makes the page handle `count` events of this kind.

    Events that the browser joined into one, for a page that was too slow to see each, count as handled: the
    sum is what the page needed for all of them.
    """

    def rest_and_act() -> None:
        time.sleep(REST_S)
        act()

    records = trace(page, rest_and_act)
    starts = sorted(record["ts"] for record in records if _event_type(record) == event)
    threads = {(record["pid"], record["tid"]) for record in records if _event_type(record) == event}
    assert len(threads) == 1, f"{event} was seen by {len(threads)} threads"
    tasks = sorted(
        (record["ts"] + record["dur"], record.get("tdur", 0) / 1000)
        for record in records
        if record["name"] == TASK and record["ph"] == "X" and (record["pid"], record["tid"]) in threads
    )
    per_event_ms = _sum_by_event(tasks, starts)
    resting_ms = sum(cpu_ms for end, cpu_ms in tasks if starts[0] - REST_S * 1e6 < end <= starts[0])
    resting_share = resting_ms / (REST_S * 1e3)
    busy_ms = sum(per_event_ms[:-1]) - resting_share * (starts[-1] - starts[0]) / 1e3
    return Work(per_event_ms, busy_ms / (count - 1))


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
