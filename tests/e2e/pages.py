"""What a person does on the pages, as functions over a real browser page."""

import base64
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from ml import masks
from tests.e2e.conftest import PASSWORD, Tramline


def log_in(page: Page, tramline: Tramline, username: str) -> None:
    page.goto(f"{tramline.url}/login/")
    page.get_by_label("Name", exact=True).fill(username)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    page.wait_for_load_state("load")  # until then its scripts hear no key


def log_out(page: Page) -> None:
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()


def open_viewer(page: Page) -> str:
    """Wait until the viewer shows image and labels; return the annotation's id."""
    wait_for(page, "() => Boolean(window.tramline?.isReady)", limit_s=60)
    page.evaluate("() => window.tramline.ready")
    return urlsplit(page.url).path.strip("/").split("/")[-1]


def wait_for(page: Page, condition: str, *, limit_s: float = 20) -> None:
    """Ask the page again and again; its Content-Security-Policy forbids Playwright's own waiting."""
    deadline = time.monotonic() + limit_s
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"still not true after {limit_s} s: {condition}"
        page.wait_for_timeout(50)


def css_point(page: Page, row: float, column: float) -> tuple[float, float]:
    point = page.evaluate("([x, y]) => window.tramline.imageToCss(x, y)", [column, row])
    return point["x"], point["y"]


def drag(page: Page, points: Sequence[tuple[float, float]]) -> None:
    """Press at the first image point (row, column), move through the others, release at the last."""
    page.mouse.move(*css_point(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*css_point(page, *point), steps=8)
    page.mouse.up()


def wait_until_saved(page: Page) -> None:
    wait_for(page, "() => window.tramline.pending === 0")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")


def shown_mask(page: Page, label: str = "bac") -> masks.Runs:
    """Decode the mask that the browser holds, strokes not yet saved included."""
    return masks.decode(base64.b64decode(page.evaluate("(label) => window.tramline.maskRuns(label)", label)))


def stored_mask(page: Page, tramline: Tramline, annotation: str, label: str = "bac") -> masks.Runs:
    """Fetch the mask that the server holds, and hold its digest to its bytes."""
    answer = page.request.get(f"{tramline.url}/api/annotations/{annotation}/").json()["masks"][label]
    mask = masks.decode(base64.b64decode(answer["runs"]))
    assert masks.digest(mask) == answer["sha256"]
    return mask


def rendered_pixel(page: Page, row: int, column: int) -> list[int]:
    return page.evaluate("([row, column]) => window.tramline.renderedPixel(row, column)", [row, column])
