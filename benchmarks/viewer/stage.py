"""One browser with both pages open on the same part of the same image, and the hand that draws on them."""

import atexit
import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.viewer.cornerstone_side import CornerstoneSide, serve_cornerstone
from benchmarks.viewer.trace import Work, trace_work
from benchmarks.viewer.tramline_side import TramlineSide, run_with_exam
from ml.phantom import Phantom, make_exam
from tests.e2e.browser import ARGUMENTS, MISSING, find_browser
from tests.e2e.system import Tramline

SHAPE = (4096, 3328)
PIXEL_SPACING_MM = 0.04  # fills the frame as a large breast does
WINDOW = {"width": 1440, "height": 1000}
MOVES = 20
BETWEEN_MOVES_S = 0.02
PRESS_MS = 900  # Cornerstone waits whether a press becomes a double click before it paints

Side = TramlineSide | CornerstoneSide


@dataclass(frozen=True)
class Stage:
    """Everything that the benchmark needs; both pages show the same view through the same window."""

    browser: Browser
    tramline: Tramline
    ours: TramlineSide
    theirs: CornerstoneSide

    def look_one_to_one(self) -> None:
        """Show both pages the same part of the image, through the window of the file."""
        self.ours.look_one_to_one()
        self.ours.reset_window()
        window = self.ours.window
        half = (window["width"] - 1) / 2  # DICOM's LINEAR: PS3.3 C.11.2.1.2
        self.theirs.look(self.ours.view)
        self.theirs.set_window(window["center"] - 0.5 - half, window["center"] - 0.5 + half)

    def set_brush(self, least_diameter_px: float) -> float:
        """Give both the same brush; returns its radius in image px."""
        for side in (self.ours, self.theirs):
            side.choose("brush")
        radius_px = self.ours.set_brush(least_diameter_px)
        self.theirs.set_brush(radius_px)
        return radius_px

    def drag(self, side: Side) -> Work:
        """Drag the pointer along one curve, the same on both pages."""
        page = side.page
        page.bring_to_front()
        side.settle()
        points = list(self._curve())
        page.mouse.move(*points[0])
        page.mouse.down()
        browser_mouse = page.context.new_cdp_session(page)

        def move() -> None:
            # Not by Playwright's mouse, which has the page itself do 0.6 ms of work for each move.
            for x, y in points[1:]:
                held = {"type": "mouseMoved", "x": x, "y": y, "button": "left", "buttons": 1}
                browser_mouse.send("Input.dispatchMouseEvent", held)
                time.sleep(BETWEEN_MOVES_S)

        work = trace_work(page, move, event=side.moves, count=MOVES)
        page.mouse.up()
        side.settle()
        return work

    def press(self, side: Side) -> None:
        page = side.page
        page.bring_to_front()
        side.settle()
        canvas = self.ours.canvas
        page.mouse.move(round(canvas["x"] + canvas["width"] / 2), round(canvas["y"] + canvas["height"] / 2))
        page.mouse.down()
        page.wait_for_timeout(PRESS_MS)
        page.mouse.up()
        side.settle()

    def _curve(self) -> Iterator[tuple[float, float]]:
        canvas = self.ours.canvas
        for i in range(MOVES + 1):
            share = i / MOVES
            x = canvas["x"] + canvas["width"] * (0.2 + 0.6 * share)
            y = canvas["y"] + canvas["height"] * (0.5 + 0.2 * math.sin(6 * share))
            yield round(x), round(y)  # what pages hear of a mouse is whole


@cache
def stage() -> Stage:
    """Make it on first use; it lives until the program ends."""
    path = find_browser()
    if path is None:
        raise SystemExit(MISSING)
    views = make_exam(1, rows=SHAPE[0], columns=SHAPE[1], pixel_spacing_mm=PIXEL_SPACING_MM, has_bac=True)
    with ExitStack() as started:
        folder = Path(started.enter_context(tempfile.TemporaryDirectory()))
        tramline = started.enter_context(run_with_exam(folder, views))
        playwright = started.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        started.callback(browser.close)
        ours = TramlineSide(browser.new_context(viewport=WINDOW).new_page())
        ours.open(tramline)
        shown = next(view.presentation for view in views if _name_of(view) == ours.shown_view)
        theirs = CornerstoneSide(browser.new_context(viewport=WINDOW).new_page())
        theirs.open(started.enter_context(serve_cornerstone(shown)), ours.canvas)
        made = Stage(browser, tramline, ours, theirs)
        atexit.register(started.pop_all().close)  # only now, so that it runs before the database stops itself
    return made


def _name_of(view: Phantom) -> str:
    return view.acquisition.image_laterality + view.acquisition.view_position
