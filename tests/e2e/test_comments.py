"""A comment points to a place, calls a person, and opens again where and how it was written."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, log_in, open_viewer
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

PLACE = (420, 610)  # row, column


def test_a_comment_is_written_answered_and_settled_between_two_people(
    page: Page, tramline: Tramline, tmp_path: Path, browser: Browser
):
    path = write_dicom(tmp_path / "comment.dcm", make_dataset(make_grey_levels(1000, 800, seed=61)))
    open_as_reader(page, tramline, path, "comment")
    tramline.add_reader("comment-expert", "adjudicator")
    _find_nobody_to_call_and_submit(page)
    page.keyboard.press("r")
    page.mouse.move(*css_point(page, *PLACE))
    page.mouse.wheel(0, -300)
    page.wait_for_timeout(200)
    page.keyboard.press("Shift+C")
    text = page.locator("[data-comment-text]")
    expect(text).to_be_focused()
    page.keyboard.type("brush here? [x] ")
    expect(text).to_have_value("brush here? [x] ")  # no key of the page took a letter
    for person in page.locator("[data-comment-people] button").all():  # experts of other tests, too
        person.click()
    page.keyboard.press("Control+Enter")
    card = page.locator("[data-comment-list] > li")
    expect(card).to_contain_text("brush here? [x] @R")
    link = card.locator(".comment-link").get_attribute("href")
    view, windowing = (page.evaluate(f"() => window.tramline.{name}") for name in ("view", "windowing"))
    assert view["scale"] > 1

    expert = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(expert, tramline, "comment-expert")
    expect(expert.get_by_role("heading", name="Mentions you")).to_be_visible()
    mention = expert.locator(".mentions a")
    assert mention.get_attribute("href") == link
    mention.click()
    open_viewer(expert)
    expect(expert.locator(".comment[data-current]")).to_contain_text("brush here?")
    expert.wait_for_timeout(300)
    assert _nearly(expert.evaluate("() => window.tramline.view"), view)
    assert expert.evaluate("() => window.tramline.windowing") == windowing
    expect(expert.locator(".comment-pins .pin text")).to_have_text("1")

    expert.get_by_label("Answer", exact=True).fill("Yes, both walls.")
    expert.get_by_role("button", name="Answer").click()
    expect(expert.locator(".comment-event")).to_contain_text("Yes, both walls.")
    expert.get_by_role("button", name="Resolve").click()
    expect(expert.locator(".pin-resolved")).to_have_count(1)
    expert.get_by_role("link", name="Worklist", exact=True).click()
    expect(expert.get_by_role("heading", name="Worklist")).to_be_visible()
    expect(expert.get_by_role("heading", name="Mentions you")).to_have_count(0)

    page.reload()
    open_viewer(page)
    expect(page.get_by_text("Comments", exact=True)).to_be_visible()  # unfolded, as she left it
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("[data-comment-count]")).to_have_text("1 open")
    expert.context.close()


def _find_nobody_to_call_and_submit(page: Page) -> None:
    page.keyboard.press("Shift+C")
    expect(page.locator("[data-comment-call]")).to_contain_text("before it is submitted")
    expect(page.locator("[data-comment-people] button")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("8")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-save-state]")).to_have_text("Submitted. Look only.")


def _nearly(view: dict, other: dict) -> bool:
    return all(abs(view[name] - other[name]) < 1.5 / other["scale"] for name in ("scale", "x", "y"))
