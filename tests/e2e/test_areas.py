"""Brush, eraser and the tools that change areas at once, held to masks computed beside them."""

import re
from itertools import pairwise
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from scipy import ndimage

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

ROWS, COLUMNS = 1000, 800
Point = tuple[float, float]


def _pixels(name: str) -> NDArray[np.uint16]:
    return make_grey_levels(ROWS, COLUMNS, seed=crc32(name.encode()))


def _open(page: Page, tramline: Tramline, folder: Path, name: str, **attributes: object) -> str:
    """Open an image of its own at one to one: an image pixel is a pixel of the screen."""
    pixels = _pixels(name)
    path = write_dicom(folder / f"{name}.dcm", make_dataset(pixels, **attributes))
    annotation = open_as_reader(page, tramline, path, name)
    page.keyboard.press("r")
    return annotation


def _drag(page: Page, points: list[Point], *, modifier: str | None = None) -> None:
    """Press at the first point (row, column), go straight to each other one, release."""
    page.mouse.move(*css_point(page, *points[0]))
    if modifier:
        page.keyboard.down(modifier)
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*css_point(page, *point))
    page.mouse.up()
    if modifier:
        page.keyboard.up(modifier)


def _click(page: Page, point: Point, *, modifier: str | None = None) -> None:
    _drag(page, [point], modifier=modifier)


def _choose(page: Page, key: str) -> None:
    page.keyboard.press(key)


def _radius_px(page: Page) -> float:
    return float(page.locator("[data-brush-size]").inner_text().removesuffix(" mm")) / 0.1 / 2


def _stroke(points: list[Point], radius_px: float) -> masks.Runs:
    drawn = masks.capsule(ROWS, COLUMNS, points[0], points[0], radius_px)
    for a, b in pairwise(points):
        drawn = masks.union(drawn, masks.capsule(ROWS, COLUMNS, a, b, radius_px))
    return drawn


def _polygon(points: list[Point]) -> masks.Runs:
    return masks.from_polygons(ROWS, COLUMNS, [points])


def _footprint(page: Page) -> masks.Runs:
    """Read the pixels that the outline at the pointer encloses."""
    path = page.locator(".viewer-image[data-active] path.footprint").get_attribute("d") or ""
    sides = sorted((int(row), int(column)) for column, row in re.findall(r"M(\d+) (\d+)v1", path))
    runs = [[row, start, end] for (row, start), (_, end) in zip(sides[::2], sides[1::2], strict=True)]
    return masks.Runs.checked(ROWS, COLUMNS, runs)


def _message(page: Page):
    return page.locator("[data-notice-text]")


def test_lasso_fill_split_and_reclassify_change_exactly_their_pixels(
    page: Page, tramline: Tramline, tmp_path: Path
):
    annotation = _open(page, tramline, tmp_path, "areas")

    # The lasso fills what is drawn around, by even-odd, crossings included; with Shift it takes away.
    star: list[Point] = [(350, 300), (520, 380), (350, 460), (520, 300), (420, 480)]
    _choose(page, "i")
    _drag(page, star)
    assert shown_mask(page) == _polygon(star)
    bite: list[Point] = [(340, 370), (440, 370), (440, 390), (340, 390)]
    _drag(page, bite, modifier="Shift")
    lassoed = masks.difference(_polygon(star), _polygon(bite))
    assert shown_mask(page) == lassoed
    for _ in range(2):
        _choose(page, "z")
    assert masks.area_px(shown_mask(page)) == 0

    # A ring with a gap is not filled and says so; closed, its hole is filled to the last pixel.
    ring: list[Point] = [(350, 300), (350, 450), (500, 450), (500, 300)]
    _choose(page, "b")
    _drag(page, ring)
    _choose(page, "u")
    _click(page, (420, 380))
    expect(_message(page)).to_contain_text("not closed")
    _choose(page, "b")
    _drag(page, [ring[-1], ring[0]])
    closed = _stroke([*ring, ring[0]], _radius_px(page))
    assert shown_mask(page) == closed
    _choose(page, "u")
    page.mouse.move(*css_point(page, 420, 380))
    assert masks.union(_footprint(page), closed) == masks.from_dense(
        ndimage.binary_fill_holes(masks.to_dense(closed))
    )
    _click(page, (420, 380))
    filled = shown_mask(page)
    assert filled == masks.from_dense(ndimage.binary_fill_holes(masks.to_dense(closed)))
    expect(_message(page)).to_be_hidden()
    for _ in range(3):
        _choose(page, "z")

    _split(page)
    _reclassify(page)

    wait_until_saved(page)
    for label in ("bac", "microcalcification"):
        assert stored_mask(page, tramline, annotation, label) == shown_mask(page, label)


def _split(page: Page) -> None:
    """A line across makes two of a piece, a click where it is narrow as well; a line beside it none."""
    vessel: list[Point] = [(400, 260), (430, 400), (400, 540)]
    _choose(page, "b")
    _drag(page, vessel)
    whole = shown_mask(page)
    assert len(masks.components(whole)) == 1

    _choose(page, "x")
    _drag(page, [(370, 330), (450, 345)])
    cut = shown_mask(page)
    assert len(masks.components(cut)) == 2
    removed = masks.difference(whole, cut)
    assert masks.difference(cut, whole) == masks.empty(ROWS, COLUMNS)
    assert masks.area_px(removed) <= 1.5 * 2 * _radius_px(page) + 2

    _click(page, (415, 470))
    assert len(masks.components(shown_mask(page))) == 3
    _drag(page, [(600, 300), (650, 500)])
    expect(_message(page)).to_contain_text("Nothing was cut")
    assert len(masks.components(shown_mask(page))) == 3
    for _ in range(2):
        _choose(page, "z")
    assert shown_mask(page) == whole


def _reclassify(page: Page) -> None:
    """The piece under the pointer changes its label, by key or by press, and one undo takes it all back."""
    vessel = shown_mask(page)
    speck = masks.capsule(ROWS, COLUMNS, (600, 400), (600, 400), _radius_px(page))
    _choose(page, "b")
    _click(page, (600, 400))
    assert shown_mask(page) == masks.union(vessel, speck)

    page.mouse.move(*css_point(page, 603, 402))
    _choose(page, "c")
    assert shown_mask(page) == vessel
    assert shown_mask(page, "microcalcification") == speck
    expect(page.locator("[data-choose-tool=brush]")).to_have_attribute("aria-pressed", "true")
    _choose(page, "z")
    assert shown_mask(page) == masks.union(vessel, speck)
    assert masks.area_px(shown_mask(page, "microcalcification")) == 0
    _choose(page, "Shift+z")

    page.mouse.move(*css_point(page, 700, 300))
    _choose(page, "c")
    expect(page.locator("[data-choose-tool=reclassify]")).to_have_attribute("aria-pressed", "true")
    _click(page, (598, 399))
    assert shown_mask(page) == masks.union(vessel, speck)


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_the_gate_lets_bright_pixels_through_and_the_footprint_shows_them(
    page: Page, tramline: Tramline, tmp_path: Path, photometric: str
):
    name = f"gate-{photometric.lower()}"
    annotation = _open(page, tramline, tmp_path, name, PhotometricInterpretation=photometric)
    pixels = _pixels(name)
    spot: Point = (505.0, 405.0)

    _choose(page, "b")
    _click(page, spot, modifier="Control")
    level = int(pixels[505, 405])
    is_bright = masks.from_dense(pixels >= level if photometric == "MONOCHROME2" else pixels <= level)
    expect(page.locator("[data-gate-on]")).to_be_checked()
    assert masks.area_px(shown_mask(page)) == 0, "picking paints nothing"

    page.keyboard.press("Shift+w")
    page.keyboard.press("Shift+i")
    _drag(page, [(500, 350), (515, 450)])
    under = _stroke([(500, 350), (515, 450)], _radius_px(page))
    expected = masks.intersection(under, is_bright)
    assert 0 < masks.area_px(expected) < masks.area_px(under)
    assert shown_mask(page) == expected

    page.mouse.move(*css_point(page, 530, 400))
    assert _footprint(page) == masks.intersection(_stroke([(530, 400)], _radius_px(page)), is_bright)

    _choose(page, "Shift+g")
    expect(page.locator("[data-gate-on]")).not_to_be_checked()
    _drag(page, [(500, 350), (515, 450)])
    assert shown_mask(page) == under
    wait_until_saved(page)
    answer = page.request.get(f"{tramline.url}/api/annotations/{annotation}/operations/").json()
    assert [operation["details"].get("gate") for operation in answer["operations"]] == [level, None]


def test_zoomed_in_the_footprint_is_what_a_press_paints_down_to_one_pixel(
    page: Page, tramline: Tramline, tmp_path: Path
):
    _open(page, tramline, tmp_path, "footprint")
    _choose(page, "b")
    circle = page.locator(".viewer-image[data-active] circle.cursor-circle")
    page.mouse.move(*css_point(page, 500, 400))
    assert _footprint(page) == masks.empty(ROWS, COLUMNS)
    expect(circle).to_be_visible()

    for _ in range(7):
        page.keyboard.press("+")
    expect(circle).to_be_hidden()
    for size_mm in ("1.00 mm", "0.20 mm", "0.10 mm"):
        _shrink_to(page, size_mm)
        spot = (503.3, 402.9)
        page.mouse.move(*css_point(page, *spot))
        outlined = _footprint(page)
        _click(page, spot)
        assert shown_mask(page) == outlined
        assert masks.area_px(outlined) >= 1
        _choose(page, "z")
    assert masks.area_px(outlined) == 1, "the finest brush paints the pixel under the pointer"

    _drag(page, [(503.3, 402.9), (509.8, 420.1)])
    assert len(masks.components(shown_mask(page))) == 1, "a fine line has no gaps"
    _choose(page, "e")
    _drag(page, [(503.3, 402.9), (509.8, 420.1)])
    assert masks.area_px(shown_mask(page)) == 0


def _shrink_to(page: Page, size: str) -> None:
    for _ in range(40):
        if page.locator("[data-brush-size]").inner_text() == size:
            return
        page.keyboard.press("[")
    raise AssertionError(f"the brush never had {size}")
