"""The way of one image to one reader, through the pages that people use."""

import itertools
from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in, open_viewer
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
