"""A session ends, is about to end, or is somebody else's: the page asks for the password and goes on."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import PASSWORD, Tramline
from tests.e2e.pages import drag, log_in, log_out, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_own_image, reader_of

pytestmark = pytest.mark.e2e

OPERATIONS = "**/api/annotations/*/operations/"
FIRST, SECOND, THIRD = [(200, 200), (300, 500)], [(500, 200), (600, 500)], [(800, 200), (900, 500)]


@pytest.fixture
def reading(page: Page, tramline: Tramline, tmp_path: Path) -> str:
    return open_own_image(page, tramline, tmp_path)


def _refuse_everything(page: Page) -> None:
    page.route(OPERATIONS, lambda route: route.abort())


def test_a_session_that_ends_is_opened_again_on_the_page_and_everything_goes_on(
    page: Page, tramline: Tramline, reading: str
):
    page.context.clear_cookies(name="sessionid")
    drag(page, FIRST)
    dialog = page.locator("[data-log-in]")
    expect(dialog).to_contain_text("You are logged out")
    expect(page.locator("[data-save-state]")).to_contain_text("1 stroke not yet saved: you are logged out")

    drag(page, SECOND)  # the dialog stands beside the drawing
    expect(dialog.get_by_label("Name")).to_have_value(reader_of(page))
    expect(dialog.get_by_label("Name")).not_to_be_editable()
    dialog.get_by_label("Password").fill("another long password")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog).to_contain_text("do not belong together")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()

    expect(dialog).to_be_hidden()
    wait_until_saved(page)
    drag(page, THIRD)
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == shown_mask(page)
    log_out(page)


def test_the_end_of_a_session_is_told_before_it_comes(page: Page, tramline: Tramline, reading: str):
    soon = datetime.now(UTC) + timedelta(minutes=4)

    def end_soon(route: Route) -> None:
        session = route.fetch()
        route.fulfill(response=session, json={**session.json(), "ends_at": soon.isoformat()})

    page.route("**/api/session/", end_soon)
    page.reload()
    open_viewer(page)
    dialog = page.locator("[data-log-in]")
    expect(dialog).to_contain_text("Your session ends soon")
    drag(page, FIRST)
    wait_until_saved(page)
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()

    expect(dialog).to_be_hidden()
    drag(page, SECOND)
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == shown_mask(page)


def test_somebody_else_who_logs_in_meanwhile_does_not_get_her_strokes(
    page: Page, tramline: Tramline, reading: str
):
    name = reader_of(page)
    tramline.add_reader(f"{name}-other", "reader")
    page.context.clear_cookies(name="sessionid")
    other = page.context.new_page()
    log_in(other, tramline, f"{name}-other")
    drag(page, FIRST)
    drawn = shown_mask(page)

    dialog = page.locator("[data-log-in]")
    expect(dialog).to_contain_text(f"{name}-other is logged in now")
    dialog.get_by_label("Password").fill(PASSWORD)
    dialog.get_by_role("button", name="Log in").click()
    wait_until_saved(page)

    assert stored_mask(page, tramline, reading) == drawn


def test_logging_out_first_sends_and_then_asks(page: Page, tramline: Tramline, reading: str):
    name, url = reader_of(page), page.url
    _refuse_everything(page)
    drag(page, FIRST)
    drawn = shown_mask(page)
    page.get_by_role("button", name="Log out").click()
    question = page.locator("[data-log-out-anyway]")
    expect(question).to_contain_text("1 change has not reached the server", timeout=10_000)
    question.get_by_role("button", name="Log out all the same").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.unroute(OPERATIONS)
    log_in(page, tramline, name)
    page.goto(url)
    open_viewer(page)
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == drawn
