"""What a reader did stays hers: undone in a later visit, told pixel by pixel, and looked back on."""

import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import (
    css_point,
    drag,
    log_in,
    log_out,
    open_viewer,
    shown_mask,
    stored_mask,
    wait_for,
    wait_until_saved,
)
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

STROKES = 30 if os.environ.get("TRAMLINE_NIGHTLY") else 12


def _open(page: Page, tramline: Tramline, folder: Path, name: str, seed: int) -> str:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(1000, 800, seed=seed)))
    return open_as_reader(page, tramline, path, name)


def _stroke(page: Page, number: int) -> None:
    """Draw one of many strokes that cross each other; every fifth one erases."""
    page.keyboard.press("e" if number % 5 == 4 else "b")
    row = 150 + 23 * number
    drag(page, [(row, 200 + 5 * number), (1000 - row, 600 - 7 * number)])


def test_strokes_are_undone_after_a_reload_and_a_new_log_in(page: Page, tramline: Tramline, tmp_path: Path):
    annotation = _open(page, tramline, tmp_path, "undo", 51)
    address = page.url
    states = []
    for number in range(STROKES):
        states.append(shown_mask(page))
        _stroke(page, number)
        assert shown_mask(page) != states[-1], f"stroke {number} changed nothing"
    wait_until_saved(page)
    drawn = shown_mask(page)

    page.reload()
    open_viewer(page)
    for _ in range(3):
        page.keyboard.press("z")
    page.keyboard.press("Shift+Z")
    wait_until_saved(page)
    page.goto(f"{tramline.url}/")
    log_out(page)
    log_in(page, tramline, "undo-reader")
    page.goto(address)
    open_viewer(page)
    assert shown_mask(page) == states[-2]
    for _ in range(2):
        page.keyboard.press("Shift+Z")
    wait_for(page, "() => window.tramline.canUndo && !window.tramline.canRedo")
    assert shown_mask(page) == drawn

    for number in reversed(range(STROKES)):
        page.keyboard.press("z")
        assert shown_mask(page) == states[number], f"undo of stroke {number}"
    wait_until_saved(page)
    assert masks.area_px(stored_mask(page, tramline, annotation)) == 0
    expect(page.locator("[data-action=undo]")).to_be_disabled()


def test_a_card_says_who_drew_the_pixel_under_the_pointer(page: Page, tramline: Tramline, tmp_path: Path):
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    _open(page, tramline, tmp_path, "card", 52)
    drag(page, [(300, 200), (300, 600)])
    page.keyboard.press("e")
    drag(page, [(250, 400), (350, 400)])
    wait_until_saved(page)

    page.mouse.move(*css_point(page, 300, 400))
    begun = time.monotonic()
    page.keyboard.press("Shift+A")
    card = page.locator("[data-provenance]")
    expect(card.locator("[data-of]")).to_have_count(2)
    print(
        f"\nthe card stands after {1000 * (time.monotonic() - begun):.0f} ms, the test's own asking included"
    )
    expect(card.locator("h2")).to_have_text("No label here")
    expect(card.locator("li").first).to_contain_text("Erased by you with the eraser")
    expect(card.locator("li").first).to_contain_text(", center ")
    card.get_by_text("1 other change here").click()
    expect(card.locator("[data-of]").last).to_contain_text("Drawn by you with the brush")
    expect(card.locator("[data-of]").last).to_be_visible()

    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.mouse.move(*css_point(page, 300, 250))
    page.keyboard.press("Shift+A")
    expect(card.locator("h2")).to_have_text("BAC")
    expect(card.locator("li")).to_have_count(1)
    drag(page, [(500, 200), (500, 600)])
    assert faults == [], "the card is no part of what other panels look for"


def test_the_time_line_shows_every_state_and_one_can_be_returned_to(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "times", 53)
    states = [shown_mask(page)]
    for number in range(6):
        _stroke(page, number)
        states.append(shown_mask(page))
    wait_until_saved(page)

    page.keyboard.press("Shift+Q")
    words = page.locator("[data-timeline-words]")
    expect(words).to_contain_text("Step 6 of 6. Drawn with the brush")
    for number in (5, 4, 3, 2):
        page.keyboard.press("ArrowLeft")
        expect(words).to_contain_text(f"Step {number} of 6")
        assert shown_mask(page) == states[number]
    drag(page, [(500, 100), (500, 700)])
    assert shown_mask(page) == states[2], "nothing is drawn in the past"
    page.keyboard.press("Escape")
    expect(page.locator("[data-timeline]")).to_be_hidden()
    assert shown_mask(page) == states[6]

    page.keyboard.press("Shift+Q")
    page.locator("[data-timeline-at]").fill("2")
    page.get_by_role("button", name="Return to this state").click()
    assert shown_mask(page) == states[2]
    wait_until_saved(page)
    assert stored_mask(page, tramline, annotation) == states[2]
    page.keyboard.press("z")
    assert shown_mask(page) == states[6]
