"""How many presses an image with twelve calcified segments takes, from the first click to the submission."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from ml import masks
from tests.e2e.pages import css_point, shown_mask
from tests.e2e.reading import open_as_reader
from tests.e2e.system import Tramline
from tests.factories.dicom_files import make_dataset, write_dicom

pytestmark = pytest.mark.e2e

ROWS, COLUMNS = 1100, 850
MOST_ACTIONS = 40
WALL_PX, APART_PX = 1.6, 12


def _segments() -> list[NDArray[np.float64]]:
    """Twelve curved centre lines of 14 to 20 mm, (row, column)."""
    along = np.linspace(0, 1, 80)
    lines = []
    for k in range(12):
        row, column = 140 + 150 * (k // 2), 120 + 340 * (k % 2)
        length, swing, turns = 140 + 5 * k, 10 + 2 * (k % 5), 1 + (k % 3) / 2
        lines.append(
            np.stack(
                [row + 4 * k * along + swing * np.sin(turns * np.pi * along), column + length * along], axis=1
            )
        )
    return lines


def _picture(lines: list[NDArray[np.float64]]) -> NDArray[np.uint16]:
    """Draw tissue with noise, and each segment as two calcified walls."""
    random = np.random.default_rng(12)
    rows, columns = np.mgrid[:ROWS, :COLUMNS] + 0.5
    picture = 1400 + 150 * np.sin(rows / 90) * np.cos(columns / 70) + random.normal(0, 40, (ROWS, COLUMNS))
    for line in lines:
        away = np.full((ROWS, COLUMNS), np.inf)
        for row, column in line:
            np.minimum(away, np.hypot(rows - row, columns - column), out=away)
        picture += 500 * np.exp(-(((away - APART_PX / 2) / WALL_PX) ** 2) / 2)
    picture[:, -60:] = 0  # air
    return picture.clip(0, 4095).astype(np.uint16)


def _count_presses(page: Page) -> None:
    page.evaluate(
        """() => {
          window.presses = 0;
          for (const type of ["pointerdown", "keydown"]) {
            window.addEventListener(type, () => { window.presses += 1; }, { capture: true });
          }
        }"""
    )


def test_an_image_of_twelve_segments_takes_at_most_forty_actions(
    page: Page, tramline: Tramline, tmp_path: Path
):
    lines = _segments()
    path = write_dicom(tmp_path / "twelve.dcm", make_dataset(_picture(lines)))
    open_as_reader(page, tramline, path, "twelve")
    _count_presses(page)

    page.keyboard.press("q")
    for number, line in enumerate(lines, start=1):
        for row, column in (line[0], line[-1]):
            page.mouse.move(*css_point(page, row, column), steps=3)
            page.mouse.down()
            page.mouse.up()
        _wait_for_pieces(page, number)
    drawn = shown_mask(page)
    page.keyboard.press("7")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-next]")).to_be_visible()

    presses = page.evaluate("() => window.presses")
    assert presses <= MOST_ACTIONS, f"{presses} presses"
    for line in lines:
        truth = masks.polyline(ROWS, COLUMNS, line, APART_PX + 2.355 * WALL_PX)
        found = masks.intersection(drawn, masks.polyline(ROWS, COLUMNS, line, 60))
        shared = 2 * masks.intersection_area_px(found, truth)
        assert shared / (masks.area_px(found) + masks.area_px(truth)) > 0.85


def _wait_for_pieces(page: Page, count: int) -> None:
    for _ in range(200):
        if len(masks.components(shown_mask(page))) == count:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"the label has {len(masks.components(shown_mask(page)))} pieces, not {count}")
