"""What the reading page is held to by itself: time to the first picture, undo, bytes, memory."""

import json
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.viewer.memory import count_textures, memory_mb
from benchmarks.viewer.stage import SHAPE, WINDOW, stage
from benchmarks.viewer.tramline_side import TramlineSide
from ml.images import read_image, write_clean_png
from tests.e2e.pages import open_viewer, wait_for

RAW_BYTES_PER_PX = 2
OPENINGS = 5
UNDOS = 5
BRUSH_PX = (64, 128)
UPLOAD_MS = 8000  # until the graphics card has every level of the images
REAL_IMAGES = Path(__file__).parents[3] / "shared" / "data"
SETTLE_MS = 3000  # until the browser has made its new window, and the page has everything
LEAST_BYTES_OF_AN_IMAGE = 1_000_000
PIXELS_SENT = """
() => performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith("/pixels/"))
  .reduce((sum, { transferSize }) => sum + transferSize, 0)
"""
SHOWN = "performance.getEntriesByName('image-shown')"  # a mark of each image when it is first drawn
NEXT_FRAME = """
() => new Promise((resolve) => {
  addEventListener("keydown", (event) => {
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - event.timeStamp)));
  }, { once: true, capture: true });
})
"""


def brush_move_p95_ms() -> float:
    """Take the slower of two brushes: one of 64 px across, and one with a radius of 64 px."""
    both = stage()
    both.look_one_to_one()
    slowest_ms = 0.0
    for diameter_px in BRUSH_PX:
        both.set_brush(diameter_px)
        slowest_ms = max(slowest_ms, both.drag(both.ours).percentile_ms(0.95))
        both.ours.undo()
        both.ours.settle()
    return slowest_ms


def undo_to_next_frame_ms() -> float:
    """Draw strokes and undo them: on the clock from the key to the end of the next frame, the least."""
    both = stage()
    both.look_one_to_one()
    both.set_brush(BRUSH_PX[0])
    page = both.ours.page
    times_ms = []
    for _ in range(UNDOS):
        both.drag(both.ours)
        waiting = page.evaluate_handle(f"() => ({{ promise: ({NEXT_FRAME})() }})")
        both.ours.undo()
        times_ms.append(waiting.evaluate("(waiting) => waiting.promise"))
        both.ours.settle()
    return min(times_ms)


def first_image_ms() -> float:
    """Open the page as a reader does who comes from another exam: on the clock, from request to picture.

    The server has answered before and the browser has seen the reading page, yet neither this image nor
    anything of it. The least of five.
    """
    times_ms = []
    for _ in range(OPENINGS):
        page = _open_page()
        wait_for(page, f"() => {SHOWN}.length > 0", limit_s=60)
        page.wait_for_timeout(SETTLE_MS)
        other = page.locator("a[data-view]:not([aria-current])").first.get_attribute("href")
        page.goto(f"{stage().tramline.url}{other}", wait_until="commit")
        wait_for(page, f"() => {SHOWN}.length > 0", limit_s=60)
        assert page.evaluate(PIXELS_SENT) > LEAST_BYTES_OF_AN_IMAGE, "the image came over the wire"
        times_ms.append(page.evaluate(f"() => {SHOWN}[0].startTime"))
        page.context.close()
    return min(times_ms)


def first_image_in_new_browser_ms() -> float:
    """Open the page with an empty cache: on the clock, the least of five."""
    times_ms = []
    for _ in range(OPENINGS):
        page = _open_page()
        wait_for(page, f"() => {SHOWN}.length > 0", limit_s=60)
        times_ms.append(page.evaluate(f"() => {SHOWN}[0].startTime"))
        page.context.close()
    return min(times_ms)


def wire_share_of_phantoms() -> float:
    """Return the largest share of an exam's images: bytes sent, of plain 16-bit values, in percent."""
    page = stage().ours.page
    sent = []
    for mammogram in _mammograms(page):
        answer = page.request.get(f"{stage().tramline.url}/api/mammograms/{mammogram}/pixels/")
        sent.append(len(answer.body()))
    return 100 * max(sent) / (SHAPE[0] * SHAPE[1] * RAW_BYTES_PER_PX)


def wire_share_of_real_images() -> float:
    """Return the largest share of all real mammograms that lie beside the repository, in percent."""
    return max(_shares([*REAL_IMAGES.glob("*/*.dcm"), *REAL_IMAGES.glob("*/*.png")]))


def memory_of_one_image_mb() -> float:
    return _memory_mb(are_all_shown=False)


def memory_of_four_views_mb() -> float:
    return _memory_mb(are_all_shown=True)


def _memory_mb(*, are_all_shown: bool) -> float:
    """Weigh a page of its own."""
    side = TramlineSide(_open_page())
    open_viewer(side.page)
    if are_all_shown:
        side.page.keyboard.press("4")
        wait_for(side.page, f"() => {SHOWN}.length === 4", limit_s=120)
    side.page.wait_for_timeout(UPLOAD_MS)
    total_mb = memory_mb(side.page)
    side.page.context.close()
    return total_mb


def _open_page() -> Page:
    """Open the reading page in a browser window of its own, logged in as before."""
    both = stage()
    kept = both.ours.page.context.storage_state()
    context = both.browser.new_context(viewport=WINDOW, storage_state=kept)
    count_textures(context)
    page = context.new_page()
    page.goto(both.ours.page.url, wait_until="commit")
    return page


def _mammograms(page: Page) -> list[str]:
    facts = json.loads(page.locator("#viewer-facts").text_content() or "")
    return [image["mammogram"] for image in facts["images"]]


def _shares(paths: Iterable[Path]) -> Iterable[float]:
    for path in paths:
        pixels = read_image(path).pixels
        yield 100 * len(write_clean_png(pixels)) / (pixels.size * RAW_BYTES_PER_PX)
