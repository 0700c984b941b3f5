"""A browser that dies, a line that fails, a session that ends: no stroke is lost, and the page says so."""

import base64
import itertools
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ml import masks
from tests.e2e.conftest import PASSWORD, Tramline
from tests.e2e.pages import css_point, drag, log_in, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom
from tests.factories.operations import make_stroke, operation_to_json

pytestmark = pytest.mark.e2e

NUMBERS = itertools.count(700)  # each image has grey levels of its own, or intake knows it already
OPERATIONS = "**/api/annotations/*/operations/"
FIRST, SECOND, THIRD = [(200, 200), (300, 500)], [(500, 200), (600, 500)], [(800, 200), (900, 500)]
ROW = [(400, 200), (400, 500)]


# Bytes are named only: what a test asks is what can be read.
READ_JOURNAL = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("tramline");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const all = request.result.transaction("operations").objectStore("operations").getAll();
    const named = ([key, value]) => [key, typeof value === "object" ? "bytes" : value];
    const shown = (record) => Object.fromEntries(Object.entries(record).map(named));
    all.onsuccess = () => resolve(all.result.map(shown));
  };
})"""
WRITE_JOURNAL = """(records) => new Promise((resolve, reject) => {
  const request = indexedDB.open("tramline");
  request.onerror = () => reject(request.error);
  request.onsuccess = () => {
    const writing = request.result.transaction("operations", "readwrite");
    for (const record of records) writing.objectStore("operations").put(record);
    writing.oncomplete = () => resolve(request.result.close());
  };
})"""


@pytest.fixture
def reading(page: Page, tramline: Tramline, tmp_path: Path) -> str:
    """Open an image of its own for a reader of its own; return the annotation's id."""
    number = next(NUMBERS)
    name = f"never-lose-{number}"
    path = write_dicom(tmp_path / f"{name}.dcm", make_dataset(make_grey_levels(1000, 800, seed=number)))
    return open_as_reader(page, tramline, path, name)


def _reader_of(page: Page) -> str:
    return page.locator(".account-name").inner_text().split()[0]


def _refuse_everything(page: Page) -> None:
    page.route(OPERATIONS, lambda route: route.abort())


def _kill_renderer(page: Page) -> None:
    """Kill the process behind the tab: no unload, no last word."""
    session = page.context.browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    with page.expect_event("crash"):
        for process in processes:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)


def _canvas(page: Page) -> str:
    return page.evaluate("() => window.tramline.renderedCanvas().pixels")


def _open_again(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    open_viewer(page)
    return page


def test_a_tab_that_is_killed_in_the_middle_of_a_stroke_loses_that_stroke_alone(
    page: Page, tramline: Tramline, reading: str
):
    _refuse_everything(page)
    drag(page, FIRST)
    drag(page, SECOND)
    drawn = shown_mask(page)
    page.wait_for_timeout(100)
    page.mouse.move(*css_point(page, *THIRD[0]))
    page.mouse.down()
    page.mouse.move(*css_point(page, *THIRD[1]), steps=5)

    url = page.url
    _kill_renderer(page)
    again = _open_again(page.context, url)

    wait_until_saved(again)
    assert stored_mask(again, tramline, reading) == drawn
    assert shown_mask(again) == drawn


def test_the_journal_cannot_be_read_from_the_disk_or_by_the_next_person(
    page: Page, tramline: Tramline, reading: str
):
    _refuse_everything(page)
    drag(page, FIRST)
    drawn = shown_mask(page)
    page.wait_for_timeout(200)

    records = page.evaluate(READ_JOURNAL)

    assert len(records) == 1
    assert set(records[0]) == {"annotation", "format", "id", "iv", "key", "sealed", "sequence"}
    assert records[0]["annotation"] == reading
    assert page.evaluate("() => Object.keys(localStorage).concat(Object.keys(sessionStorage))") == []
    page.unroute(OPERATIONS)
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == drawn
    assert page.evaluate(READ_JOURNAL) == []


def test_a_request_that_comes_twice_and_a_lost_answer_count_once(
    page: Page, tramline: Tramline, reading: str
):
    seen = []

    def send_twice_and_lose_the_first_answer(route: Route) -> None:
        first, second = route.fetch(), route.fetch()
        seen.append((first.status, second.status))
        if len(seen) == 1:
            route.abort()
        else:
            route.fulfill(response=second)

    page.route(OPERATIONS, send_twice_and_lose_the_first_answer)
    drag(page, FIRST)
    drag(page, SECOND)
    wait_until_saved(page)

    assert all(statuses == (200, 200) for statuses in seen)
    assert len(seen) >= 2
    assert stored_mask(page, tramline, reading) == shown_mask(page)
    assert masks.area_px(shown_mask(page)) > 0


def test_a_session_that_ends_is_opened_again_on_the_page_and_everything_goes_on(
    page: Page, tramline: Tramline, reading: str
):
    page.context.clear_cookies(name="sessionid")
    drag(page, FIRST)
    dialog = page.locator("[data-log-in]")
    expect(dialog).to_contain_text("You are logged out")
    expect(page.locator("[data-save-state]")).to_contain_text("1 stroke not yet saved: you are logged out")

    drag(page, SECOND)  # the dialog stands beside the drawing
    expect(dialog.get_by_label("Name")).to_have_value(_reader_of(page))
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
    name = _reader_of(page)
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


def test_an_hour_without_a_line_ends_with_everything_saved(page: Page, tramline: Tramline, reading: str):
    page.context.set_offline(True)
    drag(page, FIRST)
    expect(page.locator("[data-save-state]")).to_contain_text(
        "1 stroke not yet saved: this computer has no network"
    )
    drag(page, SECOND)
    drag(page, THIRD)
    drawn = shown_mask(page)
    expect(page.locator("[data-save-state]")).to_contain_text("3 strokes not yet saved")

    page.context.set_offline(False)
    wait_until_saved(page)

    assert stored_mask(page, tramline, reading) == drawn


def test_a_full_disk_is_told_and_nothing_is_lost_while_the_page_lives(
    page: Page, tramline: Tramline, reading: str
):
    page.evaluate(
        """() => {
          IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
        }"""
    )
    _refuse_everything(page)
    drag(page, FIRST)
    expect(page.locator("[data-message-text]")).to_contain_text("its storage is full. Do not close the page")
    drawn = shown_mask(page)
    page.unroute(OPERATIONS)
    wait_until_saved(page)

    assert stored_mask(page, tramline, reading) == drawn


def test_a_journal_of_the_first_form_is_sent_and_one_of_a_newer_page_stays(
    page: Page, tramline: Tramline, reading: str
):
    url = page.url
    page.goto(f"{tramline.url}/")
    drawn = masks.from_dense(np.pad(np.ones((20, 30), dtype=bool), ((300, 680), (400, 370))))
    operation = operation_to_json(make_stroke(masks.encode(drawn)))
    nothing = base64.b64encode(masks.encode(masks.empty(1000, 800))).decode()
    first_form = {
        "id": operation["id"],
        "annotation": reading,
        "operation": operation,
        "intent": {"sets": operation["patch"], "clears": nothing},
        "version": 0,
    }
    newer = {"id": "a newer one", "annotation": reading, "format": 99}
    page.evaluate(WRITE_JOURNAL, [first_form, newer])

    page.goto(url)
    open_viewer(page)

    expect(page.locator("[data-message-text]")).to_contain_text("from a newer form of this page")
    wait_until_saved(page)
    assert stored_mask(page, tramline, reading) == drawn
    assert page.evaluate(READ_JOURNAL) == [newer]
    expect(page.locator("[data-branches]")).to_contain_text("Not readable here")


def test_drawing_moves_to_the_other_tab_with_what_is_not_saved_yet(
    page: Page, tramline: Tramline, reading: str
):
    _refuse_everything(page)
    drag(page, FIRST)
    drawn = shown_mask(page)
    second = _open_again(page.context, page.url)
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
    log_in(other, tramline, _reader_of(page))
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
    log_in(other, tramline, _reader_of(page))
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


def test_logging_out_first_sends_and_then_asks(page: Page, tramline: Tramline, reading: str):
    name, url = _reader_of(page), page.url
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
