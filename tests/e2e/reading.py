"""The way of one image to one reader, through the pages that people use."""

import itertools
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, wait_until_saved
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

_NUMBERS = itertools.count(700)  # grey levels of its own for each image, or intake knows it already


def open_as_reader(
    page: Page, tramline: Tramline, path: Path, name: str, *, coverage_percent: str = ""
) -> str:
    """Take one file in, give it to a reader of its own, and open it as that reader."""
    tramline.run("tests.e2e.given_exam", str(path), name, coverage_percent)
    log_in(page, tramline, f"{name}-reader")
    page.get_by_role("button", name="Read next exam").click()
    return open_viewer(page)


def open_own_image(page: Page, tramline: Tramline, folder: Path) -> str:
    """Open an image of 1000 x 800 px that nobody has seen, as a reader of its own."""
    number = next(_NUMBERS)
    path = write_dicom(folder / f"{number}.dcm", make_dataset(make_grey_levels(1000, 800, seed=number)))
    return open_as_reader(page, tramline, path, f"own-image-{number}")


def reader_of(page: Page) -> str:
    """Return the name of whoever is logged in."""
    return page.locator(".account-name").inner_text().split()[0]


def confirm_guideline(page: Page) -> None:
    """Go from the worklist, which opens no exam yet, to the guideline and back."""
    page.get_by_role("link", name="Read it and confirm it").click()
    expect(page.get_by_role("heading", name="What to label")).to_be_visible()
    page.get_by_role("button", name="I have read version 1 and read by it").click()
    page.get_by_role("button", name="Read next exam").click()


def read_and_submit(page: Page, stroke: Sequence[tuple[float, float]]) -> str:
    """Read with the guideline at hand; submission asks for what is not answered."""
    annotation = open_viewer(page)
    page.keyboard.press("F1")
    expect(page.get_by_role("heading", name="Guideline, version 1")).to_be_visible()
    page.keyboard.press("F1")
    expect(page.get_by_role("heading", name="Guideline, version 1")).to_be_hidden()
    drag(page, stroke)
    page.keyboard.press("7")
    note = page.locator("[data-submit-note]")
    for question in ("Is the image sharp?", "Would you call her back?"):
        page.keyboard.press("Control+Enter")
        expect(note).to_contain_text(question)
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    wait_until_saved(page)
    page.wait_for_timeout(600)  # a press that follows at once counts as the same one
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Back to the worklist")).to_be_visible()
    return annotation
