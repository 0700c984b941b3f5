"""Four views, a mirrored one, one that is asked about, and an earlier exam, as a reader meets them."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.exam_files import COLUMNS, ROWS, SPACING_MM, write_exam
from tests.e2e.pages import (
    css_point,
    log_in,
    log_out,
    open_viewer,
    shown_mask,
    stored_mask,
    wait_for,
    wait_until_saved,
)

pytestmark = pytest.mark.e2e

ALL_OPEN = (
    "() => Object.entries(tramline.views).every(([name, view]) => name.includes('spot') || view.isOpen)"
)


@pytest.fixture(scope="module")
def exam_page(
    browser: Browser, tramline: Tramline, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """One reader with one exam and an earlier one, on one page for all tests of this file."""
    files = write_exam(tmp_path_factory.mktemp("exam"), patient="hanging")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    for person, role in [("hanging-reader", "reader"), ("hanging-admin", "administrator")]:
        tramline.add_reader(person, role)
    tramline.manage("ingest", *(str(path) for path in files if not path.name.startswith("1")))
    _assign(page, tramline)
    tramline.manage("ingest", *(str(path) for path in files if path.name.startswith("1")))
    log_in(page, tramline, "hanging-reader")
    page.get_by_role("button", name="Read next exam").click()
    open_viewer(page)
    yield page
    page.close()


def _assign(page: Page, tramline: Tramline) -> None:
    log_in(page, tramline, "hanging-admin")
    page.goto(f"{tramline.url}/campaigns/")
    page.get_by_label("Name").fill("hanging")
    page.get_by_role("button", name="Open campaign").click()
    page.get_by_label("Campaign", exact=True).select_option(label="hanging")
    page.locator("[name=studies]").last.check()
    page.get_by_label("hanging-reader").check()
    page.get_by_role("button", name="Assign").click()
    log_out(page)


def choose(page: Page, view: str) -> str:
    """Turn to an image by its chip; return the id of its annotation."""
    chip = page.locator(f'a.chip[data-view="{view}"]')
    chip.click()
    expect(chip).to_have_attribute("aria-current", "page")
    wait_for(page, "() => tramline.isReady")
    return str(chip.get_attribute("href")).strip("/").split("/")[-1]


def show_four(page: Page, *, are_shown: bool) -> None:
    if (page.locator("#viewer").get_attribute("data-layout") == "four") != are_shown:
        page.keyboard.press("4")


def canvas_of(page: Page) -> np.ndarray:
    """Photograph the canvas of the active image as it stands, without asking it to draw."""
    canvas = page.locator(".viewer-image[data-active] canvas")
    return np.asarray(Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")).astype(int)


def is_orange(picture: np.ndarray) -> np.ndarray:
    return picture[..., 0] - picture[..., 2] > 60


def test_stroke_on_a_mirrored_view_lands_in_the_stored_pixels_below_the_hand(
    exam_page: Page, tramline: Tramline
) -> None:
    page = exam_page
    annotation = choose(page, "LCC")
    page.keyboard.press("b")
    left, right = (page.evaluate("(x) => tramline.imageToCss(x, 0).x", x) for x in (COLUMNS, 0))
    top, bottom = (page.evaluate("(y) => tramline.imageToCss(0, y).y", y) for y in (0, ROWS))
    y = (top + bottom) / 2

    page.mouse.move(left + (right - left) * 0.1, y)
    page.mouse.down()
    page.mouse.move(left + (right - left) * 0.4, y, steps=12)
    page.mouse.up()
    page.mouse.move(left + 5, top + 5)
    wait_until_saved(page)

    rows, columns = np.nonzero(masks.to_dense(stored_mask(page, tramline, annotation)))
    assert left < right
    assert abs(columns.min() - COLUMNS * 0.6) < 5
    assert abs(columns.max() - COLUMNS * 0.9) < 5
    assert abs(rows.mean() - ROWS / 2) < 3


def test_redraw_of_a_part_of_a_mirrored_view_leaves_what_a_whole_redraw_shows(exam_page: Page) -> None:
    page = exam_page
    choose(page, "LCC")
    page.mouse.move(5, 5)
    page.wait_for_timeout(300)
    drawn_in_parts = canvas_of(page)

    page.keyboard.press("f")
    page.wait_for_timeout(500)
    drawn_whole = canvas_of(page)

    np.testing.assert_array_equal(drawn_in_parts, drawn_whole)
    columns = np.nonzero(is_orange(drawn_whole))[1]
    assert len(columns) > 20
    assert columns.max() < drawn_whole.shape[1] / 2


def test_right_breasts_hang_left_and_chest_walls_meet_in_the_middle(exam_page: Page) -> None:
    page = exam_page
    choose(page, "RCC")

    show_four(page, are_shown=True)
    wait_for(page, ALL_OPEN, limit_s=40)

    boxes = {
        view: page.get_by_role("img", name=f"Mammogram {view}", exact=True).bounding_box()
        for view in ("RCC", "LCC", "LMLO")
    }
    assert boxes["RCC"]["x"] < boxes["LCC"]["x"] == boxes["LMLO"]["x"]
    assert boxes["RCC"]["y"] == boxes["LCC"]["y"] < boxes["LMLO"]["y"]
    picture = canvas_of(page).mean(axis=(0, 2))
    assert picture[-22:-2].mean() > 5 * picture[2:22].mean() + 5  # within the frame of the active image
    expect(page.locator(".viewer-image[data-strip]")).to_contain_text("spot compression, magnified 1.8 times")


def test_first_press_on_another_image_chooses_it_and_draws_nothing(exam_page: Page) -> None:
    page = exam_page
    choose(page, "RCC")
    show_four(page, are_shown=True)
    wait_for(page, ALL_OPEN, limit_s=40)
    page.keyboard.press("b")
    box = page.get_by_role("img", name="Mammogram LMLO").bounding_box()
    assert box

    page.mouse.click(box["x"] + 60, box["y"] + box["height"] / 2)

    expect(page.locator('a.chip[data-view="LMLO"]')).to_have_attribute("aria-current", "page")
    assert page.evaluate("() => tramline.pending") == 0
    assert not is_orange(canvas_of(page)[30:, 120:-120]).any()


def test_mm_on_a_magnified_view_are_those_in_the_breast_wherever_they_stand(exam_page: Page) -> None:
    page = exam_page
    show_four(page, are_shown=False)
    spot = page.locator("a.chip[data-view*=spot]")
    spot.click()
    expect(spot).to_have_attribute("aria-current", "page")
    wait_for(page, "() => tramline.isReady")
    page.keyboard.press("b")
    expect(page.locator("[data-brush-size]")).to_contain_text("mm")
    size_mm = float(page.locator("[data-brush-size]").inner_text().split()[0])

    page.mouse.click(*css_point(page, 150, 150))

    dot = shown_mask(page)
    mm_per_px = SPACING_MM / 1.8
    top, _, bottom, _ = masks.bounding_box(dot)
    assert abs((bottom - top) * mm_per_px - size_mm) < 1.01 * mm_per_px
    area = page.locator('[data-label="bac"] [data-area]')
    expect(area).to_have_text(f"{masks.area_px(dot) * mm_per_px**2:.1f} mm²")
    expect(area).to_have_attribute("title", re.compile(r"divided by 1\.8"))


def test_zoom_is_linked_until_it_is_switched_off(exam_page: Page) -> None:
    page = exam_page
    choose(page, "RCC")
    show_four(page, are_shown=True)
    wait_for(page, ALL_OPEN, limit_s=40)
    box = page.get_by_role("img", name="Mammogram RCC", exact=True).bounding_box()
    assert box

    page.mouse.move(box["x"] + box["width"] - 60, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -500)
    wait_for(
        page,
        "() => ['LCC', 'LMLO'].every((view) => tramline.views[view].scale === tramline.views.RCC.scale)",
    )
    page.keyboard.press("Shift+K")
    before = page.evaluate("() => tramline.views.LCC.scale")
    page.mouse.wheel(0, -300)
    wait_for(page, f"() => tramline.views.RCC.scale > {before} * 1.2")
    page.wait_for_timeout(300)

    assert page.evaluate("() => tramline.views.LCC.scale") == before
    page.keyboard.press("Shift+K")
    page.keyboard.press("f")


def test_a_mirrored_picture_without_a_word_is_asked_about_and_hangs_as_answered(
    exam_page: Page, tramline: Tramline
) -> None:
    page = exam_page
    show_four(page, are_shown=False)
    choose(page, "RMLO?")
    question = page.locator("[data-view-question]")
    expect(question).to_contain_text("The header says right breast. Its chest wall is at the left")
    mammogram = page.evaluate("() => tramline.active")
    question.get_by_role("button", name="Use this answer").click()
    expect(question).to_contain_text("Choose breast and view first")
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    page.keyboard.press("Shift+S")

    question.get_by_label("Breast").select_option("R")
    question.get_by_label("View").select_option("MLO")
    question.get_by_role("button", name="Use this answer").click()

    expect(page.locator('a.chip[data-view="RMLO"]')).to_be_visible()
    expect(question).to_be_hidden()
    assert page.evaluate("() => tramline.view.axes") == [-1, 0, 0, 1]
    hanging = page.request.get(f"{tramline.url}/api/mammograms/{mammogram}/hanging/").json()
    assert (hanging["name"], hanging["confidence"], hanging["mirrored"]) == ("RMLO", "stated", True)


def test_earlier_image_hangs_beside_and_blinks_without_any_label(exam_page: Page) -> None:
    page = exam_page
    show_four(page, are_shown=False)
    choose(page, "RCC")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    earlier = page.get_by_role("img", name="Mammogram RCC, 12 months earlier")

    with page.expect_response(lambda answer: answer.url.endswith("/pixels/")):
        page.keyboard.press("Shift+P")
    expect(earlier).to_be_visible()
    expect(earlier).to_contain_text("Earlier RCC")
    boxes = earlier.bounding_box(), page.get_by_role("img", name="Mammogram RCC", exact=True).bounding_box()
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 1

    page.keyboard.press("Shift+P")
    expect(earlier).to_be_hidden()
    page.keyboard.down("Shift")
    page.keyboard.down("B")
    expect(earlier).to_be_visible()
    page.wait_for_timeout(500)
    page.keyboard.up("B")
    page.keyboard.up("Shift")
    expect(earlier).to_be_hidden()
    own = {chip.get_attribute("href").strip("/").split("/")[-1] for chip in page.locator("a.chip").all()}
    of_annotations = {found[1] for url in asked if (found := re.search("/annotations/([^/]+)/", url))}
    assert of_annotations <= own


def test_drawing_while_an_earlier_image_blinks_draws_nothing(exam_page: Page) -> None:
    page = exam_page
    show_four(page, are_shown=False)
    choose(page, "RCC")
    page.keyboard.press("b")
    before = page.evaluate("() => tramline.maskDigest('bac')")
    page.keyboard.press("Shift+B")
    earlier = page.get_by_role("img", name="Mammogram RCC, 12 months earlier")
    expect(earlier).to_be_visible()
    box = earlier.bounding_box()
    assert box

    page.mouse.move(box["x"] + 300, box["y"] + 300)
    page.mouse.down()
    page.mouse.move(box["x"] + 400, box["y"] + 320, steps=5)
    page.mouse.up()
    page.keyboard.press("Shift+B")

    expect(earlier).to_be_hidden()
    assert page.evaluate("() => tramline.maskDigest('bac')") == before
