"""Whatever happens to the server or the line, no acknowledged stroke is lost and none counts twice."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, shown_mask, stored_mask, wait_for, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

OPERATIONS = "**/api/annotations/*/operations/"
FIRST, SECOND = [(200, 200), (300, 500)], [(700, 200), (800, 500)]


def _open(page: Page, tramline: Tramline, folder: Path, name: str, seed: int) -> str:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(1000, 800, seed=seed)))
    return open_as_reader(page, tramline, path, name)


def test_strokes_wait_while_the_server_is_away_and_survive_a_reload(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "away", 31)
    page.route(OPERATIONS, lambda route: route.abort())
    drag(page, FIRST)
    drag(page, SECOND)
    drawn = shown_mask(page)
    expect(page.locator("[data-save-state]")).to_contain_text("2 strokes not yet saved")
    assert masks.area_px(stored_mask(page, tramline, annotation)) == 0

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    open_viewer(page)
    assert shown_mask(page) == drawn, "what was not sent is still there"

    page.unroute(OPERATIONS)
    wait_for(page, "() => window.tramline.pending === 0", limit_s=60)
    assert stored_mask(page, tramline, annotation) == drawn


def test_an_answer_lost_after_the_server_stored_does_not_double_a_stroke(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "lost", 32)
    lost = []

    def store_but_lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    page.route(OPERATIONS, store_but_lose_the_first_answer)
    drag(page, FIRST)
    wait_until_saved(page)

    assert len(lost) == 1
    assert lost[0].ok
    assert masks.area_px(shown_mask(page)) > 0
    assert stored_mask(page, tramline, annotation) == shown_mask(page)


def test_strokes_of_one_reader_on_two_devices_that_do_not_meet_join_by_themselves(
    page: Page, tramline: Tramline, tmp_path: Path, browser: Browser
):
    annotation = _open(page, tramline, tmp_path, "devices", 33)
    other = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(other, tramline, "devices-reader")
    other.goto(page.url)
    open_viewer(other)
    drag(other, [(300, 200), (300, 500)])
    wait_until_saved(other)
    theirs = shown_mask(other)

    drag(page, [(500, 350), (700, 350)])
    ours = shown_mask(page)
    wait_until_saved(page)

    assert masks.area_px(masks.intersection(ours, theirs)) == 0
    assert stored_mask(page, tramline, annotation) == masks.union(ours, theirs)
    assert shown_mask(page) == masks.union(ours, theirs)
    expect(page.locator("[data-message-text]")).to_contain_text("changed elsewhere")
    other.context.close()
