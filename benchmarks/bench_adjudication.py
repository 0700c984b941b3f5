"""How long an expert waits for the next disputed segment: a real browser, real keys, images of full size."""

import atexit
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from benchmarks.race import Figure
from tests.e2e.browser import ARGUMENTS, MISSING, find_browser
from tests.e2e.pages import log_in, wait_for
from tests.e2e.system import Tramline, run_tramline
from webapp.embedded_postgres import ensure_database_url

SHAPE = (4096, 3328)
SEGMENTS = 24
WINDOW = {"width": 1440, "height": 900}
LOOK_MS = 1500  # an expert looks before she decides; an aim is 5 s
EXPERT = "benchmark"
SHOWN = "document.querySelector('#adjudication').dataset.segment"
LIMIT_MS = 300
# From the key until the whole picture was handed to the graphics card, and to the second frame after: what
# is left then is the card's own work, which software does on machines without one.
NOTE_WAIT = f"""() => addEventListener("keydown", (event) => {{
  const before = {SHOWN};
  const waits = [];
  const note = () => waits.push(performance.now() - event.timeStamp);
  const end = () => {{ note(); window.waitsMs = waits; }};
  const look = () => {{
    if ({SHOWN} === before) requestAnimationFrame(look);
    else note() && requestAnimationFrame(() => requestAnimationFrame(end));
  }};
  look();
}}, true)"""


def figures() -> Iterator[Figure]:
    name = f"adjudication: next segment after the key, {SHAPE[0]}x{SHAPE[1]}, on the clock"
    yield Figure(
        name=f"{name}, longest until the card has it",
        measure=lambda: max(handed_over for handed_over, _ in _waits_ms()),
        limit=LIMIT_MS,
        unit="ms",
    )
    yield Figure(
        name=f"{name}, median until it is seen",
        measure=lambda: median(seen for _, seen in _waits_ms()),
        limit=LIMIT_MS,
        unit="ms",
    )


@cache
def _waits_ms() -> list[tuple[float, float]]:
    """Decide one segment after the other; return how long each next one took."""
    path = find_browser()
    if path is None:
        raise SystemExit(MISSING)
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        ensure_database_url(folder / "postgres")
        tramline = started.enter_context(
            run_tramline(f"tramline_bench_adjudication_{os.getpid()}", folder / "var")
        )
        playwright = started.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        started.callback(browser.close)
        page = browser.new_page(viewport=WINDOW)
        _open(page, tramline)
        waits_ms = [_wait_ms(page) for _ in range(SEGMENTS)]
        # Only at the end of the program: other benchmarks may use the database that was started here.
        atexit.register(started.pop_all().close)
    return waits_ms


def _open(page: Page, tramline: Tramline) -> None:
    told = tramline.run("tests.e2e.disputed_campaign", EXPERT, str(SEGMENTS + 1), *map(str, SHAPE))
    log_in(page, tramline, EXPERT)
    page.goto(f"{tramline.url}/campaigns/{json.loads(told)['campaign']}/adjudication/")
    wait_for(page, f"() => Boolean({SHOWN})", limit_s=60)
    page.evaluate(NOTE_WAIT)


def _wait_ms(page: Page) -> tuple[float, float]:
    page.wait_for_timeout(LOOK_MS)
    page.evaluate("() => { window.waitsMs = null; }")
    page.keyboard.press("n")
    wait_for(page, "() => window.waitsMs !== null")
    handed_over_ms, seen_ms = page.evaluate("() => window.waitsMs")
    return handed_over_ms, seen_ms
