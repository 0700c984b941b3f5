"""What a reader looks at, and for how long: counted as it was, and no faster way round it."""

import itertools
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import open_viewer
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e


def _open(
    page: Page, tramline: Tramline, folder: Path, name: str, seed: int, *, coverage_percent: str = ""
) -> str:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(1500, 1200, seed=seed)))
    return open_as_reader(page, tramline, path, name, coverage_percent=coverage_percent)


def _ask(page: Page, tramline: Tramline, annotation: str, what: str) -> dict:
    return page.request.get(f"{tramline.url}/api/annotations/{annotation}/{what}/").json()


def test_the_breast_must_be_seen_at_one_to_one_where_the_campaign_asks_for_it(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "coverage", 51, coverage_percent="90")
    page.keyboard.press("8")
    page.wait_for_timeout(1500)
    expect(page.locator("[data-coverage-text]")).to_have_text(
        "0 % of the breast seen at 1:1. This campaign asks for 90 % before you submit."
    )
    page.keyboard.press("Control+Enter")
    note = page.locator("[data-submit-note]")
    expect(note).to_contain_text("0 % of the breast seen at 1:1")
    expect(page.locator(".unseen-area")).to_be_visible()
    assert _ask(page, tramline, annotation, "coverage")["share"] == 0, "zoomed out, nothing is seen"

    shares = [0.0]
    for _step in range(12):
        page.keyboard.press("Shift+J")
        page.wait_for_timeout(1200)
        shares.append(_share_shown(page))
        if shares[-1] >= 90:
            break
    assert shares[-1] >= 90, f"after {len(shares) - 1} steps: {shares}"
    assert all(later > earlier for earlier, later in itertools.pairwise(shares))
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-save-state]")).to_have_text("Submitted. Look only.")
    assert _ask(page, tramline, annotation, "coverage")["share"] >= 0.9


def _share_shown(page: Page) -> float:
    return float(page.locator("[data-coverage-text]").inner_text().split(" %")[0])


def test_what_was_seen_outlives_a_reload_and_a_glance_does_not_count(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "glance", 52)
    page.get_by_text("Seen at 1:1", exact=True).click()
    page.keyboard.press("r")
    page.wait_for_timeout(120)
    page.keyboard.press("f")
    page.wait_for_timeout(1200)
    assert _share_shown(page) == 0

    page.keyboard.press("r")
    page.wait_for_timeout(1200)
    seen = _share_shown(page)
    assert 5 < seen < 95
    page.wait_for_timeout(3500)
    page.reload()
    open_viewer(page)
    page.get_by_text("Seen at 1:1", exact=True).click()

    expect(page.locator("[data-coverage-text]")).to_contain_text(f"{seen:g} % of the breast")
    assert int(_ask(page, tramline, annotation, "coverage")["share"] * 100) == seen


def test_time_at_work_is_counted_and_shown_only_when_asked_for(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "time", 53)
    expect(page.locator("body")).not_to_contain_text("of work on this image")
    for step in range(20):
        page.mouse.move(500 + step, 400)
        page.wait_for_timeout(150)
    page.wait_for_timeout(2500)  # reads without touching anything: counts as soon as she goes on
    page.mouse.move(600, 300)
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
          delete document.hidden;
        }"""
    )
    page.wait_for_timeout(500)

    seconds = _ask(page, tramline, annotation, "reading-intervals")["active_seconds"]
    assert 5 < seconds < 25
    page.get_by_text("Seen at 1:1", exact=True).click()
    expect(page.locator("[data-time-text]")).to_contain_text("of work on this image")
