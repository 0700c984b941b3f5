"""The other side: Cornerstone3D's current release, fetched by npm, built by Vite, served from here."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from benchmarks.viewer.picture import greys_of
from tests.run import NPM_INSTALL, node_command, npm_command

FOLDER = Path(__file__).parent / "cornerstone"
BUILD = FOLDER / "build"
VERSION = json.loads((FOLDER / "package.json").read_text())["dependencies"]["@cornerstonejs/core"]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a line for each request would bury the table."""


@contextmanager
def serve_cornerstone(pixels: NDArray[np.uint16]) -> Iterator[str]:
    """Build the page where that has not been done, and serve it with the image; gives its address."""
    if not (FOLDER / "node_modules").exists():
        subprocess.run(npm_command(*NPM_INSTALL), cwd=FOLDER, check=True)
    subprocess.run(
        node_command("node_modules/vite/bin/vite.js", "build", "--logLevel", "error"), cwd=FOLDER, check=True
    )
    (BUILD / "image.raw").write_bytes(pixels.astype("<u2").tobytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(BUILD)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        rows, columns = pixels.shape
        yield f"http://127.0.0.1:{server.server_port}/index.html?rows={rows}&columns={columns}"
    finally:
        server.shutdown()


class CornerstoneSide:
    """What the benchmark does on Cornerstone's page; its canvas lies where ours lies."""

    moves = "mousemove"

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, url: str, canvas: dict[str, float]) -> None:
        place = {"left": canvas["x"], "top": canvas["y"]}
        place |= {side: int(canvas[side]) for side in ("width", "height")}
        self.page.goto(url + "".join(f"&{name}={value}" for name, value in place.items()))
        self.page.evaluate("async () => { await window.ready; }")

    def look(self, view: dict[str, float]) -> None:
        self.page.evaluate("(view) => window.side.look(view)", view)

    def choose(self, tool: str) -> None:
        self.page.evaluate("(tool) => window.side.choose(tool)", tool)

    def set_brush(self, radius_px: float) -> None:
        self.page.evaluate("(radius) => window.side.setBrush(radius)", radius_px)

    def set_window(self, lower: float, upper: float) -> None:
        self.page.evaluate("(range) => window.side.setWindow(range)", {"lower": lower, "upper": upper})

    def undo(self) -> None:
        self.page.evaluate("() => window.side.undo()")

    def settle(self) -> None:
        self.page.wait_for_timeout(1000)  # its timers for refreshing after a stroke

    def greys(self, canvas: dict[str, float]) -> NDArray[np.int64]:
        return greys_of(self.page, canvas)

    def labelled_px(self) -> int:
        return self.page.evaluate("() => window.side.countLabelled()")
