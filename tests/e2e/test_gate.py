"""From the guideline to the second exam: confirmed, read, reviewed, corrected, accepted, and on."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import confirm_guideline, read_and_submit
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

FIRST_STROKE = [(300, 200), (500, 260)]  # row, column
SECOND_STROKE = [(600, 500), (800, 560)]


def test_first_exam_is_reviewed_before_the_second_opens(
    page: Page, tramline: Tramline, tmp_path: Path, browser: Browser
):
    paths = [
        write_dicom(tmp_path / f"gate{seed}.dcm", make_dataset(make_grey_levels(1000, 800, seed=seed)))
        for seed in (81, 82)
    ]
    tramline.run("tests.e2e.given_gate", "gate", *map(str, paths))
    log_in(page, tramline, "gate-reader")
    confirm_guideline(page)
    first = read_and_submit(page, FIRST_STROKE)
    page.goto(tramline.url)
    expect(
        page.get_by_text("An expert looks at your first 1 exam before the others open: 0 of 1 accepted.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Read next exam")).to_have_count(0)

    expert = browser.new_context(viewport=page.viewport_size).new_page()
    log_in(expert, tramline, "gate-expert")
    correction = _correct_and_accept(expert)

    page.goto(tramline.url)
    page.get_by_role("button", name="Read next exam").click()
    assert open_viewer(page) != first
    before, after = (stored_mask(expert, tramline, each) for each in (first, correction))
    assert masks.area_px(after) > masks.area_px(before) > 0
    assert page.request.get(f"{tramline.url}/api/annotations/{correction}/").status == 404


def _correct_and_accept(page: Page) -> str:
    page.get_by_role("link", name="Campaigns").click()
    page.get_by_role("link", name="Reviews of gate").click()
    page.get_by_role("link", name="Review the first").click()
    page.get_by_role("button", name="Correct this reading").click()
    correction = open_viewer(page)
    before = shown_mask(page)
    drag(page, SECOND_STROKE)
    wait_until_saved(page)
    drawn = shown_mask(page)
    for _ in range(2):  # no further than to what was copied
        page.keyboard.press("Control+z")
        page.wait_for_timeout(300)
    assert shown_mask(page) == before
    page.keyboard.press("Control+y")
    wait_until_saved(page)
    assert shown_mask(page) == drawn
    page.keyboard.press("Control+Enter")
    page.get_by_role("link", name="Back to the review").click()
    expect(page.get_by_text("Corrected by")).to_be_visible()
    page.get_by_role("button", name="Accept the reading").click()
    expect(page.get_by_text("is accepted.")).to_be_visible()
    return correction
