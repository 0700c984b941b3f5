"""The reading page in Firefox: drawn with its own pointer events, stored and shown as anywhere else."""

import base64
import json
from collections.abc import Iterator

import pytest

from ml import masks
from tests.e2e.conftest import PASSWORD, Tramline
from tests.e2e.firefox import Firefox, find_firefox, what_is_missing

pytestmark = pytest.mark.e2e

ROWS, COLUMNS = 1000, 800
TAB, ENTER = "\ue004", "\ue007"


@pytest.fixture
def exam(tramline: Tramline) -> dict[str, str]:
    return json.loads(tramline.run("tests.e2e.typical_state", "fox").splitlines()[-1])


@pytest.fixture
def firefox() -> Iterator[Firefox]:
    missing = what_is_missing()
    if missing:
        pytest.skip(f"the reading page was not tried in Firefox. Debian: apt-get install {missing}")
    with Firefox(find_firefox() or "") as browser:
        yield browser


def _open_viewer(firefox: Firefox) -> None:
    firefox.wait_for("Boolean(window.tramline?.isReady)")


def _shown(firefox: Firefox) -> masks.Runs:
    return masks.decode(base64.b64decode(firefox.evaluate("tramline.maskRuns('bac')")))


def _stored(firefox: Firefox, annotation: str) -> masks.Runs:
    firefox.wait_for("tramline.pending === 0")
    answer = firefox.evaluate(f"fetch('/api/annotations/{annotation}/').then((answer) => answer.json())")
    return masks.decode(base64.b64decode(answer["masks"]["bac"]["runs"]))


def _along_a_row(firefox: Firefox, row: int, first: int, last: int) -> tuple[list, list]:
    """Whole css px on one row of the screen, and the image points (row, column) that they hit at 1:1."""
    corner = firefox.evaluate("tramline.imageToCss(0, 0)")
    on_page = [(round(corner["x"] + column), round(corner["y"] + row)) for column in (first, last)]
    return on_page, [(y - corner["y"], x - corner["x"]) for x, y in on_page]


def test_a_stroke_undo_window_and_reload_in_firefox(
    firefox: Firefox, tramline: Tramline, exam: dict[str, str]
):
    firefox.goto(f"{tramline.url}/login/")
    firefox.type("fox")
    firefox.press(TAB)
    firefox.type(PASSWORD)
    firefox.press(ENTER)
    firefox.wait_for("document.querySelector('h1')?.textContent === 'Worklist'")
    firefox.goto(tramline.url + exam["viewer"])
    _open_viewer(firefox)
    firefox.press("r")
    firefox.wait_for("tramline.view.scale === 1")

    on_page, (start, end) = _along_a_row(firefox, 480, 340, 460)
    firefox.drag(on_page)
    radius_px = float(firefox.evaluate("document.querySelector('[data-brush-size]').textContent")[:-3]) / 0.2
    capsule = masks.capsule(ROWS, COLUMNS, start, end, radius_px)
    assert _shown(firefox) == capsule
    assert _stored(firefox, exam["annotation"]) == capsule

    firefox.press("z")
    assert _stored(firefox, exam["annotation"]) == _shown(firefox) == masks.empty(ROWS, COLUMNS)
    firefox.press("\ue008", "z")
    assert _stored(firefox, exam["annotation"]) == _shown(firefox) == capsule

    before = firefox.evaluate("tramline.windowing")
    drag_window, _ = _along_a_row(firefox, 600, 300, 380)
    firefox.drag(drag_window, button=2)
    after = firefox.evaluate("tramline.windowing")
    assert after["width"] != before["width"]
    assert after["voiFunction"] == "LINEAR"
    for row, column in [(420, 300), (560, 500), (640, 420)]:
        stored = firefox.evaluate(f"tramline.greyAt({row}, {column})")
        share = (stored - (after["center"] - 0.5)) / (after["width"] - 1) + 0.5
        grey = int(min(max(share, 0), 1) * 255 + 0.5)
        assert firefox.evaluate(f"tramline.renderedPixel({row}, {column})") == [grey] * 3

    firefox.reload()
    _open_viewer(firefox)
    assert _shown(firefox) == capsule
