"""Following a vessel, joining pieces and measuring along a curve, with a hand on the mouse."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from ml import masks
from ml.phantom import Phantom, make_phantom
from tests.e2e.pages import css_point, drag, shown_mask, stored_mask, wait_for, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.e2e.system import Tramline
from tests.factories.dicom_files import make_dataset, write_dicom

pytestmark = pytest.mark.e2e

SPACING_MM = 0.1
TRUTH_REACH_MM = 1.5  # pixels of other vessels do not count against the line


def _open_phantom(page: Page, tramline: Tramline, folder: Path, seed: int) -> tuple[Phantom, str]:
    """Open the phantom of a seed of its own, since the same pixels are not taken in twice."""
    phantom = make_phantom(seed, rows=1000, columns=750, pixel_spacing_mm=SPACING_MM)
    path = write_dicom(folder / "phantom.dcm", make_dataset(phantom.presentation))
    return phantom, open_as_reader(page, tramline, path, f"lines{seed}")


def _follow(page: Page, line: NDArray[np.float64]) -> masks.Runs:
    """Two clicks and one key."""
    before_px = masks.area_px(shown_mask(page))
    page.keyboard.press("q")
    _click(page, line[0])
    _click(page, line[-1])
    return _wait_for_area_other_than(page, before_px)


def _line(phantom: Phantom) -> NDArray[np.float64]:
    return max(phantom.bac_lines, key=len)


def _click(page: Page, point: NDArray[np.float64]) -> None:
    page.mouse.move(*css_point(page, *point), steps=3)
    page.mouse.click(*css_point(page, *point))


def _wait_for_area_other_than(page: Page, area_px: int) -> masks.Runs:
    for _ in range(200):
        mask = shown_mask(page)
        if masks.area_px(mask) != area_px:
            return mask
        page.wait_for_timeout(50)
    pytest.fail(f"the label still has {area_px} px")


def _length_mm(line: NDArray[np.float64]) -> float:
    return float(np.hypot(*np.diff(line, axis=0).T).sum()) * SPACING_MM


def _truth_near(phantom: Phantom, line: NDArray[np.float64]) -> masks.Runs:
    """The calcified pixels of one vessel."""
    rows, columns = phantom.bac.shape
    near = masks.polyline(rows, columns, line, 2 * TRUTH_REACH_MM / SPACING_MM)
    return masks.intersection(masks.from_dense(phantom.bac), near)


def _dice(one: masks.Runs, other: masks.Runs) -> float:
    return 2 * masks.intersection_area_px(one, other) / (masks.area_px(one) + masks.area_px(other))


def test_a_vessel_is_followed_with_two_clicks_and_a_key_to_the_same_bytes_at_any_window(
    page: Page, tramline: Tramline, tmp_path: Path
):
    phantom, annotation = _open_phantom(page, tramline, tmp_path, seed=8)
    line = _line(phantom)

    followed = _follow(page, line)

    assert len(masks.components(followed)) == 1
    assert _dice(followed, _truth_near(phantom, line)) > 0.75
    centre_line = masks.prune_spurs(followed, masks.skeleton(followed))
    length_mm = masks.spline_length_mm(centre_line, (SPACING_MM, SPACING_MM))
    assert length_mm == pytest.approx(_length_mm(line), rel=0.12)
    shown = set()
    for drag_px in range(10, 110, 10):
        page.keyboard.press("z")
        page.keyboard.press("w")
        middle = css_point(page, 500, 200)
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] + drag_px, middle[1] + drag_px)
        page.mouse.up()
        shown.add(str(page.evaluate("() => window.tramline.windowing")))
        assert masks.encode(_follow(page, line)) == masks.encode(followed)
    assert len(shown) == 10
    wait_until_saved(page)
    assert stored_mask(page, tramline, annotation) == followed


def test_pieces_are_joined_over_a_gap_and_where_there_is_none_it_says_so(
    page: Page, tramline: Tramline, tmp_path: Path
):
    phantom, _ = _open_phantom(page, tramline, tmp_path, seed=5)
    line = _line(phantom)
    followed = _follow(page, line)
    middle = line[len(line) // 2]
    along = (line[-1] - line[0]) / np.hypot(*(line[-1] - line[0]))
    across = 25 * np.array([-along[1], along[0]])

    page.keyboard.press("e")
    drag(page, [tuple(middle - across), tuple(middle + across)])
    cut = shown_mask(page)
    assert len(masks.components(cut)) == 2
    page.keyboard.press("j")
    _click(page, middle)
    joined = _wait_for_area_other_than(page, masks.area_px(cut))

    assert len(masks.components(joined)) == 1
    assert _dice(joined, followed) > 0.97
    page.keyboard.press("z")
    assert shown_mask(page) == cut
    drag(page, [tuple(line[4]), tuple(line[-4])])
    assert _wait_for_area_other_than(page, masks.area_px(cut)) == joined
    page.keyboard.press("z")
    page.keyboard.press("z")
    _click(page, middle)
    expect(page.locator("[data-notice-text]")).to_contain_text("Only one piece")
    assert shown_mask(page) == followed


def test_the_ruler_reads_a_curve_and_a_line_by_hand_takes_its_width_from_the_image(
    page: Page, tramline: Tramline, tmp_path: Path
):
    phantom, _ = _open_phantom(page, tramline, tmp_path, seed=3)
    line = _line(phantom)

    page.keyboard.press("k")
    for point in line[np.linspace(0, len(line) - 1, 6).round().astype(int)]:
        _click(page, point)
    page.keyboard.press("Enter")
    read_mm = float((page.locator("[data-kind=ruler] text").text_content() or "").removesuffix(" mm"))
    assert read_mm == pytest.approx(_length_mm(line), rel=0.03)
    assert masks.area_px(shown_mask(page)) == 0
    page.keyboard.press("Escape")
    expect(page.locator("[data-kind=ruler] text")).to_have_count(0)

    page.keyboard.press("Shift+L")
    for point in line[np.linspace(0, len(line) - 1, 5).round().astype(int)]:
        _click(page, point)
    page.keyboard.press("Enter")
    assert _dice(shown_mask(page), _truth_near(phantom, line)) > 0.7


def test_escape_drops_a_line_backspace_takes_an_anchor_back_and_brackets_change_the_width(
    page: Page, tramline: Tramline, tmp_path: Path
):
    phantom, _ = _open_phantom(page, tramline, tmp_path, seed=20)
    line = _line(phantom)
    page.keyboard.press("q")

    _click(page, line[0])
    page.mouse.move(*css_point(page, *line[-1]), steps=4)
    wait_for(page, "() => document.querySelector('[data-kind=draft] .tube-band') !== null")
    page.keyboard.press("Escape")
    assert page.locator("[data-kind=draft] .tube-band").count() == 0
    assert masks.area_px(shown_mask(page)) == 0

    _click(page, line[0])
    page.keyboard.down("Shift")
    _click(page, line[len(line) // 2])
    page.keyboard.up("Shift")
    assert page.locator("[data-kind=draft] .tube-knot").count() == 2
    page.keyboard.press("Backspace")
    assert page.locator("[data-kind=draft] .tube-knot").count() == 1
    _click(page, line[-1])
    measured = _wait_for_area_other_than(page, 0)

    page.keyboard.press("z")
    for _ in range(4):
        page.keyboard.press("]")
    _click(page, line[0])
    _click(page, line[-1])
    wider = _wait_for_area_other_than(page, 0)
    assert masks.area_px(wider) / masks.area_px(measured) == pytest.approx(1.1**4, rel=0.1)
    expect(page.locator(".cursor-text").first).to_contain_text("x1.5")
