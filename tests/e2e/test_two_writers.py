"""One reader in two tabs, on two devices, or after she submitted: nothing is written over or lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_own_image, reader_of

pytestmark = pytest.mark.e2e

OPERATIONS = "**/api/annotations/*/operations/"
FIRST, SECOND, THIRD = [(200, 200), (300, 500)], [(500, 200), (600, 500)], [(800, 200), (900, 500)]
ROW = [(400, 200), (400, 500)]


@pytest.fixture
def reading(page: Page, tramline: Tramline, tmp_path: Path) -> str:
    return open_own_image(page, tramline, tmp_path)


def _refuse_everything(page: Page) -> None:
    page.route(OPERATIONS, lambda route: route.abort())


def _canvas(page: Page) -> str:
    return page.evaluate("() => window.tramline.renderedCanvas().pixels")


def _open_again(page: Page) -> Page:
    second = page.context.new_page()
    second.goto(page.url)
    open_viewer(second)
    return second


def test_drawing_moves_to_the_other_tab_with_what_is_not_saved_yet(
    page: Page, tramline: Tramline, reading: str
):
    _refuse_everything(page)
    drag(page, FIRST)
    drawn = shown_mask(page)
    second = _open_again(page)
    expect(second.locator("[data-save-state]")).to_contain_text("Drawn on in another tab")
    drag(second, SECOND)
    assert masks.area_px(shown_mask(second)) == 0, "two tabs do not draw at once"

    second.get_by_role("button", name="Draw here instead").click()

    wait_until_saved(second)
    assert shown_mask(second) == drawn
    expect(page.locator("[data-save-state]")).to_contain_text("Drawn on in another tab")
    second.keyboard.press("b")
    drag(second, SECOND)
    wait_until_saved(second)
    assert masks.area_px(shown_mask(second)) > masks.area_px(drawn)
    assert stored_mask(second, tramline, reading) == shown_mask(second)
    page.bring_to_front()
    drag(page, THIRD)
    assert shown_mask(page) == drawn, "the first tab only looks now"


def test_overlapping_strokes_become_a_branch_that_is_looked_at_merged_and_undone(
    page: Page, tramline: Tramline, reading: str, browser: Browser
):
    other = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(other, tramline, reader_of(page))
    other.goto(page.url)
    open_viewer(other)
    drag(other, ROW)
    wait_until_saved(other)
    theirs = shown_mask(other)

    drag(page, [(300, 350), (500, 350)])
    ours = shown_mask(page)
    wait_until_saved(page)
    rail = page.locator("[data-branches]")
    expect(rail).to_contain_text("1 stroke of")
    assert shown_mask(page) == theirs, "nothing is written over"

    before = _canvas(page)
    rail.get_by_role("button", name="Show").click()
    assert _canvas(page) != before, "a dashed outline"
    rail.get_by_role("button", name="Merge").click()
    expect(rail).to_contain_text("Merged by")
    assert shown_mask(page) == masks.union(ours, theirs)
    assert stored_mask(page, tramline, reading) == masks.union(ours, theirs)
    page.keyboard.press("z")
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == theirs
    other.context.close()


def test_strokes_that_come_after_submission_are_kept_beside_the_image(
    page: Page, tramline: Tramline, reading: str, browser: Browser
):
    other = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(other, tramline, reader_of(page))
    other.goto(page.url)
    open_viewer(other)
    _refuse_everything(page)
    drag(page, FIRST)
    other.keyboard.press("8")  # no BAC
    wait_until_saved(other)
    other.get_by_role("button", name="Submit image").click()
    expect(other.locator("[data-save-state]")).to_contain_text("Submitted")
    other.context.close()
    page.unroute(OPERATIONS)

    expect(page.locator("[data-message-text]")).to_contain_text("came too late", timeout=60_000)
    rail = page.locator("[data-branches]")
    expect(rail).to_contain_text("Came too late: the image was submitted.")
    rail.get_by_role("button", name="Leave aside").click()
    expect(rail).to_contain_text("Left aside by")
    assert masks.area_px(stored_mask(page, tramline, reading)) == 0
