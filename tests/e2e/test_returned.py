"""An exam sent back: the comment stands at its place, its reader mends it, the expert sees what changed."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, drag, log_in, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import confirm_guideline, read_and_submit
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

STROKE = [(300, 200), (500, 260)]  # row, column
MISSED = [(600, 500), (800, 560)]
NOTE = "A vessel is missing"


def test_an_exam_goes_back_to_its_reader_and_comes_again(
    page: Page, tramline: Tramline, tmp_path: Path, browser: Browser
):
    path = write_dicom(tmp_path / "back.dcm", make_dataset(make_grey_levels(1000, 800, seed=95)))
    tramline.run("tests.e2e.given_gate", "back", str(path))
    log_in(page, tramline, "back-reader")
    confirm_guideline(page)
    first = read_and_submit(page, STROKE)

    expert = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(expert, tramline, "back-expert")
    _comment_and_send_back(expert)

    page.goto(tramline.url)
    expect(page.get_by_role("heading", name="Came back to you")).to_be_visible()
    expect(page.get_by_text(NOTE)).to_be_visible()
    page.get_by_role("button", name="Go on with").click()
    second = open_viewer(page)
    assert second != first
    _see_comment_at_its_place(page)
    before = shown_mask(page)
    drag(page, MISSED)
    wait_until_saved(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Back to the worklist")).to_be_visible()

    expert.reload()
    expect(expert.get_by_text("Waits for a review again")).to_be_visible()
    expert.get_by_role("link", name="what changed").click()
    assert {f"{which}={reading}" for which, reading in (("reference", second), ("candidate", first))} == set(
        expert.url.split("?")[1].split("&")
    )
    expect(expert.get_by_role("heading", level=1)).to_be_visible()
    readings = [stored_mask(expert, tramline, each) for each in (first, second)]
    assert readings[0] == before
    assert masks.area_px(masks.difference(readings[1], readings[0])) > 0
    expert.context.close()


def _comment_and_send_back(page: Page) -> None:
    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name="Reviews of back").click()
    page.get_by_role("link", name="Review the first").click()
    review = page.url
    page.get_by_role("link", name="Look at the reading").click()
    open_viewer(page)
    page.mouse.move(*css_point(page, *MISSED[0]))
    text = page.locator("[data-comment-text]")
    while not text.is_visible():  # comments come after the image
        page.keyboard.press("Shift+C")
        page.wait_for_timeout(200)
    page.keyboard.type("and here?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-comment-list] > li")).to_contain_text("and here?")
    page.goto(review)
    expect(page.get_by_text("1 open comment")).to_be_visible()
    page.get_by_label("What to look at").fill(NOTE)
    page.get_by_role("button", name="Send back to the reader").click()
    expect(page.get_by_text("is back with its reader.")).to_be_visible()
    page.goto(review)
    expect(page.get_by_text("With its reader again")).to_be_visible()


def _see_comment_at_its_place(page: Page) -> None:
    expect(page.locator("[data-comment-list] > li")).to_contain_text("and here?")
    pin = page.locator(".comment-pins .pin").bounding_box()
    x, y = css_point(page, *MISSED[0])
    assert pin is not None
    assert pin["x"] - 30 <= x <= pin["x"] + pin["width"] + 30
    assert pin["y"] - 30 <= y <= pin["y"] + pin["height"] + 30
