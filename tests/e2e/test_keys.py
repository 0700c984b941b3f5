"""Every key can be changed, follows the person, and no two actions share one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import open_viewer
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
    expect(page.get_by_role("heading", name="Keys of this page")).to_be_visible()

    page.locator('[data-change-key="eraser"]').click()
    page.keyboard.press("b")
    expect(note).to_contain_text("The key B is taken by")
    page.keyboard.press("Shift+X")
    expect(note).to_contain_text("Shift X is now")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys of this page")).not_to_be_visible()
    expect(eraser.locator("kbd")).to_have_text("⇧X")

    page.wait_for_timeout(500)
    page.reload()
    open_viewer(page)
    page.keyboard.press("e")
    expect(eraser).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Shift+X")
    expect(eraser).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("?")
    page.get_by_role("button", name="All keys back to the default").click()
    expect(eraser.locator("kbd")).to_have_text("E")
    page.wait_for_timeout(500)
    answer = page.request.get(f"{tramline.url}/api/me/preferences/")
    assert answer.json() == {"keys": {}}


def test_every_action_has_a_key_or_can_get_one_and_no_key_is_shown_twice(
    page: Page, tramline: Tramline, tmp_path: Path
):
    path = write_dicom(tmp_path / "list.dcm", make_dataset(make_grey_levels(600, 500, seed=63)))
    open_as_reader(page, tramline, path, "list")
    page.keyboard.press("?")
    keys = page.locator("[data-shortcut-list] dt").all_inner_texts()
    names = page.locator("[data-change-key]").evaluate_all("all => all.map((one) => one.dataset.changeKey)")

    assert len(names) == len(keys) > 40
    given = [key for key in keys if key != "none"]
    assert len(given) == len(set(given))
    assert all(re.fullmatch(r"[a-z0-9-]{1,64}", name) for name in names), "the server keeps such names only"
