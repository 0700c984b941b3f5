"""Fingers, pen and palm, as the browser gets them from a screen: what holds the image and what draws."""

from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, shown_mask, wait_for
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

ROWS, COLUMNS = 1000, 800
Point = tuple[float, float]

pytestmark = [pytest.mark.e2e, pytest.mark.browser_context_args(has_touch=True)]


class Screen:
    """A touch screen with a pen."""

    def __init__(self, page: Page):
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def touch(self, kind: str, **fingers: Point) -> None:
        """Put fingers at css positions, or lift all but those named."""
        points = [{"x": x, "y": y, "id": int(name[1:])} for name, (x, y) in fingers.items()]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def pen(self, kind: str, at: Point, force: float = 0.5) -> None:
        is_down = kind != "mouseReleased"
        self.session.send(
            "Input.dispatchMouseEvent",
            {
                "type": kind,
                "x": at[0],
                "y": at[1],
                "button": "left" if kind != "hover" else "none",
                "buttons": int(is_down),
                "clickCount": 1,
                "pointerType": "pen",
                "force": force,
            },
        )


def _open(page: Page, tramline: Tramline, folder: Path, name: str) -> Screen:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(ROWS, COLUMNS, seed=len(name))))
    open_as_reader(page, tramline, path, name)
    page.keyboard.press("r")
    return Screen(page)


def _view(page: Page) -> dict:
    return page.evaluate("() => window.tramline.view")


def _scale_after(page: Page, scale: float) -> None:
    wait_for(page, f"() => Math.abs(window.tramline.view.scale - {scale}) < 0.01")


def _radius_px(page: Page) -> float:
    return float(page.locator("[data-brush-size]").inner_text().removesuffix(" mm")) / 0.1 / 2


def test_fingers_hold_the_image_and_draw_only_where_that_is_switched_on(
    page: Page, tramline: Tramline, tmp_path: Path
):
    screen = _open(page, tramline, tmp_path, "fingers")
    before = _view(page)
    x, y = css_point(page, 500, 400)

    # One finger pans: what it touched stays below it.
    screen.touch("touchStart", f1=(x, y))
    for step in range(1, 6):
        screen.touch("touchMove", f1=(x + 12 * step, y - 8 * step))
    screen.touch("touchEnd")
    moved = _view(page)
    assert (before["x"] - moved["x"], before["y"] - moved["y"]) == (60, -40)

    _zoom_with_two_fingers(page, screen)

    page.keyboard.press("r")
    page.locator("[data-areas]").evaluate("(section) => { section.open = true }")
    page.locator("[data-finger-drawing]").check()
    a, b = (480.0, 380.0), (520.0, 460.0)
    _finger_stroke(screen, a, b)
    drawn = shown_mask(page)
    assert drawn == masks.capsule(ROWS, COLUMNS, a, b, _radius_px(page))

    # A second finger just after the first: the stroke that began is taken back, and both hold the image.
    start = css_point(page, 600, 300)
    screen.touch("touchStart", f1=start)
    screen.touch("touchMove", f1=(start[0] + 8, start[1]))
    screen.touch("touchStart", f1=(start[0] + 8, start[1]), f2=(start[0] + 108, start[1]))
    screen.touch("touchMove", f1=(start[0] + 8, start[1]), f2=(start[0] + 158, start[1]))
    _scale_after(page, 1.5)
    screen.touch("touchEnd")
    assert shown_mask(page) == drawn

    # The browser takes a finger away that only touched: a palm. Nothing stays, the next stroke draws as ever.
    page.keyboard.press("r")
    start = css_point(page, 600, 300)
    screen.touch("touchStart", f1=start)
    screen.touch("touchCancel")
    assert shown_mask(page) == drawn
    _finger_stroke(screen, (620.0, 380.0), (660.0, 400.0))
    second = masks.capsule(ROWS, COLUMNS, (620, 380), (660, 400), _radius_px(page))
    assert shown_mask(page) == masks.union(drawn, second)

    # Taken away in the middle of a stroke, what she drew until then stays.
    start, end = css_point(page, 560.0, 500.0), css_point(page, 640.0, 500.0)
    screen.touch("touchStart", f1=start)
    screen.touch("touchMove", f1=end)
    screen.touch("touchCancel")
    third = masks.capsule(ROWS, COLUMNS, (560, 500), (640, 500), _radius_px(page))
    assert shown_mask(page) == masks.union(masks.union(drawn, second), third)


def _zoom_with_two_fingers(page: Page, screen) -> None:
    """Two fingers zoom; the point between them stays between them."""
    middle = css_point(page, 520, 380)
    screen.touch("touchStart", f1=(middle[0] - 50, middle[1]))
    screen.touch("touchStart", f1=(middle[0] - 50, middle[1]), f2=(middle[0] + 50, middle[1]))
    for step in range(1, 6):
        arm = 50 + 10 * step
        screen.touch(
            "touchMove", f1=(middle[0] - arm + 20, middle[1] + 30), f2=(middle[0] + arm + 20, middle[1] + 30)
        )
    _scale_after(page, 2)
    assert css_point(page, 520, 380) == pytest.approx((middle[0] + 20, middle[1] + 30), abs=1)
    screen.touch("touchEnd", f1=(middle[0] - 80, middle[1] + 30))
    screen.touch("touchEnd")
    assert masks.area_px(shown_mask(page)) == 0, "no finger drew"


def test_another_tool_chosen_in_the_middle_of_a_stroke_keeps_it(
    page: Page, tramline: Tramline, tmp_path: Path
):
    _open(page, tramline, tmp_path, "keys-in-a-stroke")
    start, end = css_point(page, 480.0, 380.0), css_point(page, 520.0, 460.0)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end)
    page.keyboard.press("e")
    page.mouse.move(*css_point(page, 600.0, 460.0))
    page.mouse.up()

    drawn = masks.capsule(ROWS, COLUMNS, (480, 380), (520, 460), _radius_px(page))
    assert shown_mask(page) == drawn


def _finger_stroke(screen: Screen, a: Point, b: Point) -> None:
    start, end = css_point(screen.page, *a), css_point(screen.page, *b)
    screen.touch("touchStart", f1=start)
    screen.touch("touchMove", f1=end)
    screen.touch("touchEnd")


def test_a_pen_draws_under_the_palm_and_presses_only_where_that_is_switched_on(
    page: Page, tramline: Tramline, tmp_path: Path
):
    screen = _open(page, tramline, tmp_path, "pen")
    radius_px = _radius_px(page)
    a, b, palm = css_point(page, 480, 380), css_point(page, 520, 460), css_point(page, 700, 500)
    before = _view(page)

    # The palm lies on the glass first, and moves while the pen draws: it neither draws nor pans.
    screen.touch("touchStart", f1=palm)
    screen.pen("mousePressed", a, force=0.1)
    screen.touch("touchMove", f1=(palm[0] + 40, palm[1] + 40))
    screen.pen("mouseMoved", b, force=1)
    screen.touch("touchMove", f1=(palm[0] + 90, palm[1] + 10))
    screen.pen("mouseReleased", b)
    screen.touch("touchEnd")
    assert _view(page) == before
    drawn = masks.capsule(ROWS, COLUMNS, (480, 380), (520, 460), radius_px)
    assert shown_mask(page) == drawn, "pressure is off by default"

    page.keyboard.press("z")
    page.locator("[data-areas]").evaluate("(section) => { section.open = true }")
    page.locator("[data-pen-pressure]").check()
    screen.pen("mousePressed", a, force=0.25)
    screen.pen("mouseMoved", b, force=0.75)
    page.wait_for_timeout(100)
    assert "pressure" in (page.locator(".viewer-image[data-active] .cursor-text").text_content() or "")
    screen.pen("mouseReleased", b)
    light = masks.capsule(ROWS, COLUMNS, (480, 380), (480, 380), radius_px * 0.5)
    firm = masks.capsule(ROWS, COLUMNS, (480, 380), (520, 460), radius_px * 1.5)
    assert shown_mask(page) == masks.union(light, firm)
