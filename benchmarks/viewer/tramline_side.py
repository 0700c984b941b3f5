"""Our side: the real reading page, served by the real program to a reader who is logged in."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from benchmarks.viewer.picture import greys_of
from ml import masks
from ml.phantom import Phantom, write_phantom_dicom
from tests.e2e.pages import log_in, open_viewer, wait_for
from tests.e2e.system import Tramline, run_tramline
from webapp.embedded_postgres import ensure_database_url

NAME = "benchmark"
READER = f"{NAME}-reader"
STUDY = "2.25.4711"
KEYS = {"brush": "b", "window": "w"}


@contextmanager
def run_with_exam(folder: Path, views: list[Phantom]) -> Iterator[Tramline]:
    """Start Tramline on data of its own, with one exam of these images."""
    ensure_database_url(folder / "postgres")
    with run_tramline(f"tramline_bench_{os.getpid()}", folder / "var") as tramline:
        files = folder / "exam"
        files.mkdir()
        for number, view in enumerate(views):
            write_phantom_dicom(view, files / f"{number}.dcm", patient_id="PHANTOM", study_uid=STUDY)
        tramline.run("tests.e2e.given_exam", str(files), NAME)
        yield tramline


class TramlineSide:
    """What the benchmark does on our page."""

    moves = "pointermove"

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, tramline: Tramline) -> None:
        log_in(self.page, tramline, READER)
        self.page.get_by_role("button", name="Read next exam").click()
        open_viewer(self.page)

    @property
    def shown_view(self) -> str:
        return self.page.locator("[data-view][aria-current]").inner_text().strip()

    @property
    def canvas(self) -> dict[str, float]:
        return self.page.locator(".image-panel[data-active] canvas").first.bounding_box() or {}

    @property
    def view(self) -> dict[str, float]:
        """Canvas px per image px, and the image point at the top left corner of the canvas."""
        first, second = (self.page.evaluate("(x) => window.tramline.imageToCss(x, 0)", x) for x in (0, 1))
        scale = second["x"] - first["x"]
        canvas = self.canvas
        return {
            "scale": scale,
            "x": (canvas["x"] - first["x"]) / scale,
            "y": (canvas["y"] - first["y"]) / scale,
        }

    @property
    def window(self) -> dict[str, float]:
        return self.page.evaluate("() => window.tramline.windowing")

    def look_one_to_one(self) -> None:
        self.page.keyboard.press("r")

    def reset_window(self) -> None:
        self.page.locator("[data-presets] button").first.click()

    def choose(self, tool: str) -> None:
        self.page.keyboard.press(KEYS[tool])

    def set_brush(self, least_diameter_px: float) -> float:
        """Press the key for a larger brush until it is at least so wide; return its radius in image px."""
        canvas = self.canvas
        self.page.mouse.move(canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2)
        for key, is_done in (
            ("[", lambda radius: 2 * radius < least_diameter_px),
            ("]", lambda radius: 2 * radius >= least_diameter_px),
        ):
            while not is_done(self._brush_radius_px()):
                self.page.keyboard.press(key)
        return self._brush_radius_px()

    def _brush_radius_px(self) -> float:
        shown = float(self.page.locator(".image-panel[data-active] .cursor-circle").get_attribute("r") or 0)
        return round(2 * shown / self.view["scale"]) / 2

    def undo(self) -> None:
        self.page.keyboard.press("z")

    def settle(self) -> None:
        """Wait until the last stroke is saved: that is no part of the next one."""
        wait_for(self.page, "() => window.tramline.pending === 0")

    def greys(self, canvas: dict[str, float]) -> NDArray[np.int64]:
        return greys_of(self.page, canvas)

    def labelled_px(self) -> int:
        runs = self.page.evaluate("() => window.tramline.maskRuns('bac')")
        return masks.area_px(masks.decode(base64.b64decode(runs)))
