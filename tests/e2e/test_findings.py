"""Dots and groups of microcalcifications: marked, assessed, undone, kept, and shown after submission."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, open_viewer, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

Point = tuple[float, float]

# Around two of the dots, (row, column).
RING: list[Point] = [(460, 360), (460, 430), (520, 430), (520, 360)]


def _press(page: Page, points: list[Point]) -> None:
    page.mouse.move(*css_point(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*css_point(page, *point))
    page.mouse.up()


def _rows(page: Page) -> Locator:
    return page.locator("[data-findings-list] [data-finding]")


def _marks(page: Page) -> list[tuple[str | None, str | None]]:
    marks = page.locator(".viewer-image[data-active] .finding").all()
    return [(mark.get_attribute("data-shape"), mark.get_attribute("data-assessment")) for mark in marks]


def _stored(page: Page, tramline: Tramline, annotation: str) -> list[dict]:
    wait_until_saved(page)
    return page.request.get(f"{tramline.url}/api/annotations/{annotation}/").json()["findings"]


def test_dots_and_groups_are_marked_assessed_undone_kept_and_shown_after_submission(
    page: Page, tramline: Tramline, tmp_path: Path
):
    path = write_dicom(tmp_path / "findings.dcm", make_dataset(make_grey_levels(1000, 800, seed=77)))
    annotation = open_as_reader(page, tramline, path, "findings")
    page.keyboard.press("r")

    _mark(page, tramline, annotation)
    _assess_by_keyboard(page, tramline, annotation)
    _remove_and_undo(page)
    kept = _stored(page, tramline, annotation)

    page.reload()
    open_viewer(page)
    expect(_rows(page)).to_have_count(4)
    page.keyboard.press("8")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-next]")).to_be_visible()
    expect(_rows(page)).to_have_count(4)
    expect(_rows(page).nth(3).locator("[data-assessment]")).to_be_disabled()
    expect(_rows(page).nth(0).locator("[data-remove]")).to_be_hidden()
    record = page.request.get(f"{tramline.url}/api/annotations/{annotation}/").json()
    assert (record["state"], record["findings"]) == ("submitted", kept)

    page.reload()
    open_viewer(page)
    expect(page.locator("[data-findings-count]")).to_have_text("3 dots, 1 group")
    assert len(_marks(page)) == 4


def _mark(page: Page, tramline: Tramline, annotation: str) -> None:
    """Presses set dots where they are; on a dot that is there they take hold of it instead."""
    page.keyboard.press("d")
    for point in ((480, 380), (500, 410), (640, 420)):
        _press(page, [point])
    _press(page, [(501, 411)])
    assert _marks(page) == [("dot", "unknown")] * 3
    _press(page, [(640, 420), (650, 440)])
    dots = _stored(page, tramline, annotation)
    assert [dot["points"] for dot in dots] == [[[380, 480]], [[410, 500]], [[440, 650]]]

    page.keyboard.press("g")
    _press(page, RING)
    expect(page.locator("[data-findings-count]")).to_have_text("3 dots, 1 group")
    expect(_rows(page).nth(3)).to_contain_text("Group 1 · 2 dots")


def _assess_by_keyboard(page: Page, tramline: Tramline, annotation: str) -> None:
    _rows(page).nth(3).locator("[data-assessment]").focus()
    page.keyboard.press("m")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(_rows(page).nth(3).locator("[data-histology]")).to_be_focused()
    page.keyboard.press("c")
    group = _stored(page, tramline, annotation)[3]
    assert (group["shape"], group["assessment"], group["histology"]) == ("group", "malignant", "dcis")
    assert [tuple(point) for point in group["points"]] == [(column, row) for row, column in RING]
    assert _marks(page)[3] == ("group", "malignant")

    _rows(page).nth(0).locator("[data-jump]").focus()
    page.keyboard.press("Enter")
    middle = css_point(page, 480, 380)
    box = page.locator(".viewer-image[data-active]").bounding_box() or {}
    assert middle == pytest.approx((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), abs=3)


def _remove_and_undo(page: Page) -> None:
    """The row has the focus; what is undone comes back in its old place with its words."""
    page.keyboard.press("Delete")
    expect(_rows(page)).to_have_count(3)
    page.keyboard.press("z")
    expect(_rows(page)).to_have_count(4)
    for _ in range(2):
        page.keyboard.press("z")
    assert _marks(page)[3] == ("group", "unknown")
    for _ in range(2):
        page.keyboard.press("Shift+z")
    assert _marks(page)[3] == ("group", "malignant")
