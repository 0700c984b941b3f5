"""A browser that dies, a line that fails, a disk that is full: no stroke is lost, and the page says so."""

import base64
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, drag, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_own_image
from tests.factories.operations import make_stroke, operation_to_json

pytestmark = pytest.mark.e2e

OPERATIONS = "**/api/annotations/*/operations/"
FIRST, SECOND, THIRD = [(200, 200), (300, 500)], [(500, 200), (600, 500)], [(800, 200), (900, 500)]
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
    return open_own_image(page, tramline, tmp_path)


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
    wait_until_saved(page)  # a second stroke that is drawn meanwhile may go with the first, and be stale
    drag(page, SECOND)
    wait_until_saved(page)

    assert seen == [(200, 200)] * 3
    assert stored_mask(page, tramline, reading) == shown_mask(page)
    assert masks.area_px(shown_mask(page)) > 0


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
