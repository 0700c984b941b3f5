"""What a reader is told, and what is kept, when her browser or graphics card cannot show the image."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, rendered_pixel, shown_mask, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

READER = "graphics"
LOSE = """() => {
  const gl = document.querySelector("[data-active] canvas").getContext("webgl2");
  window.lostCard = gl.getExtension("WEBGL_lose_context");
  window.lostCard.loseContext();
}"""
SMALL_CARD = """
const ask = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  return name === WebGL2RenderingContext.MAX_TEXTURE_SIZE ? 256 : ask.call(this, name);
};
"""


def _open_again(page: Page, tramline: Tramline) -> None:
    log_in(page, tramline, f"{READER}-reader")
    page.get_by_role("button", name="exam").first.click()


def test_graphics_trouble(
    page: Page,
    tramline: Tramline,
    tmp_path: Path,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, object],
):
    path = write_dicom(tmp_path / "image.dcm", make_dataset(make_grey_levels(300, 260)))
    open_as_reader(page, tramline, path, READER)

    _check_card_comes_back(page)
    _check_card_stays_away(page)
    _check_image_too_large(page, tramline)
    _check_browser_without_webgl(tramline, browser_type, browser_type_launch_args)


def _check_card_comes_back(page: Page) -> None:
    """The picture, its window and its labels are as before, without a reload."""
    page.keyboard.press("r")
    drag(page, [(100, 60), (140, 200)])
    wait_until_saved(page)
    before = [rendered_pixel(page, row, 130) for row in range(0, 300, 20)]

    page.evaluate(LOSE)
    expect(page.locator("[data-message]")).to_contain_text("interrupted")
    page.evaluate("() => window.lostCard.restoreContext()")
    expect(page.locator("[data-message]")).to_be_hidden()

    assert [rendered_pixel(page, row, 130) for row in range(0, 300, 20)] == before


def _check_card_stays_away(page: Page) -> None:
    """What was drawn is kept, nothing is drawn blind, and a reload is offered."""
    drawn = shown_mask(page)
    page.evaluate(LOSE)
    expect(page.locator("[data-message]")).to_contain_text("drawing is off")
    page.keyboard.press("b")
    drag(page, [(200, 60), (220, 200)])
    page.keyboard.press("z")
    expect(page.locator("[data-message]")).to_contain_text("What you drew is kept", timeout=15_000)
    assert shown_mask(page) == drawn

    page.get_by_role("button", name="Reload the page").click()
    page.wait_for_load_state()
    open_viewer(page)

    assert shown_mask(page) == drawn
    assert any(
        red != blue for red, _, blue in (rendered_pixel(page, 100, column) for column in range(55, 65))
    )


def _check_image_too_large(page: Page, tramline: Tramline) -> None:
    context = page.context.browser.new_context()
    context.add_init_script(SMALL_CARD)
    other = context.new_page()
    _open_again(other, tramline)

    expect(other.locator("[data-message]")).to_contain_text("300 x 260 pixels", timeout=15_000)
    expect(other.locator("[data-message]")).to_contain_text("at most 256 a side")
    expect(other.locator("[data-message]")).to_contain_text("another machine")
    context.close()


def _check_browser_without_webgl(
    tramline: Tramline, browser_type: BrowserType, launch_args: dict[str, object]
) -> None:
    arguments = [*launch_args["args"], "--disable-3d-apis"]
    browser = browser_type.launch(**{**launch_args, "args": arguments})
    page = browser.new_page()
    _open_again(page, tramline)

    message = page.locator("[data-message]")
    expect(message).to_contain_text("does not offer WebGL2", timeout=15_000)
    expect(message).to_contain_text("hardware acceleration")
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()
    page.get_by_role("link", name="Worklist").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    browser.close()
