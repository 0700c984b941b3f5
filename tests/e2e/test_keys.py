"""Every key can be changed, follows the person, and no two actions share one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, open_viewer
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e


def test_a_reader_gives_an_action_another_key_and_takes_it_back(
    page: Page, tramline: Tramline, tmp_path: Path
):
    path = write_dicom(tmp_path / "keys.dcm", make_dataset(make_grey_levels(600, 500, seed=62)))
    open_as_reader(page, tramline, path, "keys")
    eraser = page.locator('[data-choose-tool="eraser"]')
    note = page.locator("[data-shortcut-note]")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys of this page")).to_be_focused()

    page.locator('[data-change-key="eraser"]').click()
    page.keyboard.press("b")
    expect(note).to_contain_text("The key B is taken by")
    row = page.locator("[data-shortcut-list] div", has=page.locator('[data-change-key="eraser"]'))
    expect(row).to_contain_text("The key B is taken by")
    expect(row.locator(".key-message")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Shift+E")
    expect(note).to_contain_text("Shift E is now")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys of this page")).not_to_be_visible()
    expect(eraser.locator("kbd")).to_have_text("Shift E")

    page.wait_for_timeout(500)
    page.reload()
    open_viewer(page)
    page.keyboard.press("e")
    expect(eraser).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Shift+E")
    expect(eraser).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("?")
    page.get_by_role("button", name="All keys back to the default").click()
    expect(eraser.locator("kbd")).to_have_text("E")
    page.wait_for_timeout(500)
    answer = page.request.get(f"{tramline.url}/api/me/preferences/")
    assert answer.json() == {"keys": {}}


def test_every_action_has_a_key_and_no_key_is_shown_twice(page: Page, tramline: Tramline, tmp_path: Path):
    path = write_dicom(tmp_path / "list.dcm", make_dataset(make_grey_levels(600, 500, seed=63)))
    open_as_reader(page, tramline, path, "list")
    page.keyboard.press("?")
    keys = page.locator("[data-shortcut-list] dt").all_inner_texts()
    names = page.locator("[data-change-key]").evaluate_all("all => all.map((one) => one.dataset.changeKey)")

    assert len(names) == len(keys) > 40
    assert "none" not in keys
    assert len(keys) == len(set(keys))
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", name) for name in names), "the server keeps such names only"


def test_a_dialog_has_its_keys_for_itself_and_information_passes(
    page: Page, tramline: Tramline, tmp_path: Path
):
    path = write_dicom(tmp_path / "ruler.dcm", make_dataset(make_grey_levels(600, 500, seed=64)))
    open_as_reader(page, tramline, path, "ruler")
    knots = page.locator('.line-overlay[data-kind="ruler"] .tube-knot')
    page.keyboard.press("k")
    for row, column in ((200, 200), (300, 260)):
        page.mouse.click(*css_point(page, row, column))
    expect(knots.nth(1)).to_be_visible()  # a third one is the pointer, while it is over the image

    page.keyboard.press("?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys of this page")).not_to_be_visible()
    expect(knots.nth(1)).to_be_visible()
    page.keyboard.press("Escape")
    expect(knots).to_have_count(0)

    page.keyboard.press("4")
    notice = page.locator("[data-notice-text]")
    expect(notice).to_have_text("This exam has one image.")
    expect(page.locator("[data-message]")).to_be_hidden()
    expect(notice).to_be_empty(timeout=10_000)


def test_the_bar_below_the_image_loses_nothing_and_never_moves_the_image(
    page: Page, tramline: Tramline, tmp_path: Path
):
    path = write_dicom(tmp_path / "bar.dcm", make_dataset(make_grey_levels(600, 500, seed=65)))
    open_as_reader(page, tramline, path, "bar")
    readout = page.locator("[data-point-readout]")
    stage = page.locator(".viewer-stage")
    for width, height in ((1280, 800), (1920, 1080), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(2, 2)
        expect(readout).to_be_empty()
        before = stage.bounding_box()
        page.mouse.move(*css_point(page, 300, 250))
        expect(readout).to_contain_text("grey")
        expect(readout).to_be_in_viewport(ratio=1)
        assert stage.bounding_box() == before
        for name in ("fit", "one-to-one", "true-size", "loupe", "invert"):
            button = page.locator(f'.viewer-bottom [data-action="{name}"]')
            button.scroll_into_view_if_needed()
            expect(button).to_be_in_viewport(ratio=1)
