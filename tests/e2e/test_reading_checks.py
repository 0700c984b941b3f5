"""What contradicts itself is said at submission, with a way to its place; training shows what was missed."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, open_viewer, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e


def _open(page: Page, tramline: Tramline, folder: Path, name: str, *, seed: int) -> str:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(1000, 800, seed=seed)))
    open_as_reader(page, tramline, path, name)
    tramline.run("tests.e2e.given_answer", name, name)
    page.reload()
    return open_viewer(page)


def _state(page: Page, tramline: Tramline, annotation: str) -> str:
    return page.request.get(f"{tramline.url}/api/annotations/{annotation}/").json()["state"]


def _picture(page: Page, name: str) -> None:
    """Keep a picture for whoever wants to look at the page."""
    if folder := os.environ.get("TRAMLINE_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_barred_image_is_changed_and_warned_one_submitted_as_it_is(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "checks", seed=901)
    checks = page.locator("[data-checks]")
    drag(page, [(300, 200), (300, 500)])
    page.locator("[data-choose-label=microcalcification]").click()
    drag(page, [(250, 350), (350, 350)])
    page.keyboard.press("8")

    page.keyboard.press("Control+Enter")
    expect(checks).to_contain_text("Here a microcalcification label touches a BAC label.")
    expect(checks.locator("[data-strictness=bar]")).to_have_count(1)
    expect(checks.locator("[data-submit-anyway]")).to_be_hidden()
    before = page.evaluate("() => window.tramline.imageToCss(350, 300)")
    checks.get_by_role("button", name="touches a BAC label").click()
    assert page.evaluate("() => window.tramline.imageToCss(350, 300)") != before
    _picture(page, "barred")

    page.locator("#viewer").focus()
    page.keyboard.press("Control+z")
    expect(checks).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(checks).to_contain_text("You labelled BAC here and answered that none is present.")
    assert _state(page, tramline, annotation) == "open"
    _picture(page, "warned")
    checks.get_by_role("button", name="Submit anyway").click()

    expect(page.locator("[data-next]")).to_be_visible()
    expect(checks).to_be_hidden()
    assert _state(page, tramline, annotation) == "submitted"


def test_training_exam_shows_what_was_missed_and_is_tried_again(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "training", seed=902)
    feedback = page.locator("[data-feedback]")
    expect(feedback).to_be_hidden()
    drag(page, [(300, 200), (300, 600)])
    drag(page, [(500, 200), (500, 400)])
    page.keyboard.press("7")
    wait_until_saved(page)

    page.keyboard.press("Control+Enter")

    expect(feedback).to_contain_text("1 of 2 segments")
    rows = feedback.locator("[data-feedback-pieces] li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("Missed: 2")
    expect(rows.nth(1)).to_contain_text("Too much: 1")
    marks = page.locator(".feedback-piece")
    assert [mark.get_attribute("data-kind") for mark in marks.all()] == ["missed", "extra"]
    _picture(page, "feedback")
    feedback.get_by_role("button", name="Try again (2 of 2)").click()

    again = open_viewer(page)
    assert again != annotation
    expect(page.locator("[data-feedback]")).to_be_hidden()
    drag(page, [(300, 200), (300, 600)])
    drag(page, [(700, 200), (700, 500)])
    page.keyboard.press("7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-feedback]")).to_contain_text("2 of 2 segments")
    expect(page.locator("[data-feedback-tries] tbody tr")).to_have_count(2)
    expect(page.locator("[data-feedback]")).to_contain_text("This was try 2 of 2.")
    expect(page.locator("[data-try-again]")).to_be_hidden()
    _picture(page, "second_try")
