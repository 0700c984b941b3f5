"""Which Chromium browser tests and benchmarks drive, and how it is started."""

import os
import shutil

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
# Software rendering of WebGL2 works on every machine; no sandbox, since containers run as root.
GRAPHICS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
ARGUMENTS = [*GRAPHICS, *QUIET]
MISSING = (
    "no browser found, so nothing that needs one can run. Install one (Debian: apt-get install chromium) or "
    "name its program in TRAMLINE_BROWSER."
)


def find_browser() -> str | None:
    return os.environ.get("TRAMLINE_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
