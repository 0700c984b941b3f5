"""`make screenshots`: starts a demo of its own on fresh data and photographs the pages for the README."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
PICTURES = REPOSITORY / "docs" / "pictures"
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
PASSWORD = "a demo of pictures"  # noqa: S105 - of a demo that lives for a minute
WINDOW = {"width": 1280, "height": 800}
ARTERY = [(0.385, 0.457), (0.625, 0.543)]  # its ends in the first piece of the demo's first exam
GRAPHICS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


def main() -> int:
    browser_path = os.environ.get("TRAMLINE_BROWSER") or shutil.which("chromium")
    if browser_path is None:
        print("No browser found. Debian: apt-get install chromium, or name one in TRAMLINE_BROWSER.")
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "TRAMLINE_VAR": folder, "TRAMLINE_DEMO_PASSWORD": PASSWORD}
        environment.pop("DATABASE_URL", None)
        demo = subprocess.Popen(
            [sys.executable, "-m", "webapp.demo", "--port", str(PORT)], cwd=REPOSITORY, env=environment
        )
        try:
            _wait_until_up(demo)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path, args=GRAPHICS)
                photograph_all(browser)
                browser.close()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=60)
    return 0


def _wait_until_up(demo: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            with urllib.request.urlopen(f"{URL}/health/", timeout=5):  # noqa: S310 - our own server
                return
        except OSError:
            if demo.poll() is not None:
                raise SystemExit("The demo ended before it was up, see above.") from None
            time.sleep(0.5)


def photograph_all(browser: Browser) -> None:
    """Walk through the pages as the people of the demo see them."""
    reader = _log_in(browser, "anna")
    _photograph(reader, "worklist")
    reader.get_by_role("button", name="Read next exam").click()
    _show_proposal(reader)
    _photograph(reader, "viewer")
    reader.keyboard.press(".")
    _photograph(reader, "pieces")
    _follow_the_piece_at_hand(reader)
    _photograph(reader, "follow")
    reader.keyboard.press("Enter")
    reader.keyboard.press("Shift+A")
    _point_at_the_line(reader)
    _photograph(reader, "who_drew_this")
    _open_four_views(reader)
    _photograph(reader, "four_views")
    expert = _log_in(browser, "expert")
    _open_telling_correction(expert)
    _photograph(expert, "correction")
    expert.goto(f"{URL}/images/")
    expert.get_by_role("button", name="Compare").first.click()
    expert.locator("[data-numbers]").wait_for(timeout=30_000)
    _photograph(expert, "comparison")
    scientist = _log_in(browser, "data")
    addresses = {"dataset_version": "/datasets/demo/1/", "models": "/models/", "intake": "/intake/"}
    for name, address in addresses.items():
        scientist.goto(URL + address)
        _photograph(scientist, name)
    _photograph_campaign(_log_in(browser, "admin"), ["Board", "Plan", "Quality"])
    _photograph_campaign(expert, ["Agreement", "Adjudication", "Reviews"])


def _photograph_campaign(page: Page, tabs: list[str]) -> None:
    """Open the tabs of the demo's campaign; the worker has compared its readings by now."""
    for tab in tabs:
        page.goto(f"{URL}/campaigns/")
        page.get_by_role("link", name=f"{tab} of Demo campaign").click()
        page.wait_for_load_state("networkidle")
        if tab == "Adjudication":
            page.get_by_role("heading", name="Segment 1 of").wait_for(timeout=60_000)
        _photograph(page, f"campaign_{tab.lower()}")


def _log_in(browser: Browser, username: str) -> Page:
    page = browser.new_context(viewport=WINDOW).new_page()
    page.goto(f"{URL}/login/")
    page.get_by_label("Name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Worklist").wait_for()
    return page


def _wait_for_image(page: Page) -> None:
    while not page.evaluate("() => Boolean(window.tramline?.isReady)"):
        page.wait_for_timeout(100)


def _show_proposal(page: Page) -> None:
    """Wait for the image, ask the model, and look at its proposal."""
    _wait_for_image(page)
    button = page.locator("[data-show-last]")
    if not button.is_visible():
        button = page.get_by_role("button", name="Run model")
    button.click()
    page.locator("[data-proposal]").wait_for(timeout=180_000)


def _follow_the_piece_at_hand(page: Page) -> None:
    """Click one end of the artery that the page has brought to the middle, and point at the other."""
    page.keyboard.press("p")
    page.keyboard.press("q")
    box = page.locator(".viewer-image[data-active]").bounding_box()
    ends = [(box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in ARTERY]
    page.mouse.click(*ends[0])
    page.mouse.move(*ends[1], steps=6)


def _point_at_the_line(page: Page) -> None:
    """Point at the middle of the line that was drawn along the artery."""
    box = page.locator(".viewer-image[data-active]").bounding_box()
    across, down = (sum(pair) / 2 for pair in zip(*ARTERY, strict=True))
    page.mouse.move(box["x"] + across * box["width"], box["y"] + (down - 0.01) * box["height"], steps=6)


def _open_four_views(page: Page) -> None:
    page.goto(URL)
    page.locator(".exam", has_text="4 images").get_by_role("button", name="Read").click()
    _wait_for_image(page)
    page.keyboard.press("4")
    while not page.evaluate("() => Object.values(window.tramline.views).every((view) => view.isOpen)"):
        page.wait_for_timeout(200)


def _open_telling_correction(page: Page) -> None:
    """Open the first submitted label of which the algorithm would remove something."""
    page.goto(f"{URL}/images/")
    for number in range(page.locator("form[action*='/correct/']").count()):
        page.goto(f"{URL}/images/")
        page.locator("form[action*='/correct/'] button").nth(number).click()
        page.locator("[data-pieces] .piece").first.wait_for(timeout=60_000)
        if page.locator("[data-accept-clear]").is_enabled():
            return


def _photograph(page: Page, name: str) -> None:
    page.wait_for_timeout(1500)  # pictures and pixels arrive after the page
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(REPOSITORY)}  {path.stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    sys.exit(main())
