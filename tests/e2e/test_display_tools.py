"""Looking closer: labels at fit zoom, loupe, true size, read-outs, and maps over the image."""

import base64
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from ml import masks
from ml.phantom import make_exam
from tests.e2e.conftest import Tramline
from tests.e2e.pages import css_point, drag, rendered_pixel, shown_mask, wait_for, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import (
    DigitalMammographyXRayImageStorageForProcessing,
    make_dataset,
    write_dicom,
)

pytestmark = pytest.mark.e2e

ROWS, COLUMNS = 1800, 1400
STORE_HEATMAP = """
from annotations.models import Mammogram
from tests.factories.image_map import make_image_map
make_image_map(Mammogram.objects.get(id="{}"))
"""


def _write_raw_breast(path: Path) -> Path:
    phantom = make_exam(
        2, views=("LCC",), rows=ROWS, columns=COLUMNS, pixel_spacing_mm=0.14, has_bac=True, severity=0.9
    )[0]
    facts = phantom.acquisition
    dataset = make_dataset(
        phantom.raw,
        bits_stored=facts.bits_stored,
        SOPClassUID=DigitalMammographyXRayImageStorageForProcessing,
        PresentationIntentType="FOR PROCESSING",
        ImagerPixelSpacing=[0.14, 0.14],
        ImageLaterality="L",
        ViewPosition="CC",
        WindowCenter=64500,
        WindowWidth=2000,
        KVP=facts.kvp,
        AnodeTargetMaterial=facts.anode,
        FilterMaterial=facts.filter_material,
        BodyPartThickness=facts.body_part_thickness_mm,
        Grid=facts.grid,
        PixelIntensityRelationship="LIN",
        PixelIntensityRelationshipSign=facts.pixel_intensity_relationship_sign,
        EstimatedRadiographicMagnificationFactor=1.07,
    )
    return write_dicom(path, dataset)


def _canvas(page: Page) -> NDArray[np.int16]:
    """Read red, green and blue of the canvas, the top row first."""
    read = page.evaluate("() => window.tramline.renderedCanvas()")
    pixels = np.frombuffer(base64.b64decode(read["pixels"]), np.uint8)
    return pixels.reshape(read["height"], read["width"], 4)[::-1, :, :3].astype(np.int16)


def _is_coloured(canvas: NDArray[np.int16]) -> NDArray[np.bool_]:
    return np.ptp(canvas, axis=2) > 20


def test_looking_closer(page: Page, tramline: Tramline, tmp_path: Path):
    open_as_reader(page, tramline, _write_raw_breast(tmp_path / "raw.dcm"), "closer")

    _check_stroke_draws_its_part(page)
    _check_no_label_pixel_vanishes(page)
    _check_opacity_and_outline(page)
    _check_loupe(page)
    _check_true_size(page)
    _check_maps(page)
    _check_stored_heatmap(page, tramline)


TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
COUNT_DRAWINGS = """
() => {
  const { clear } = WebGL2RenderingContext.prototype;
  window.drawings = [];
  WebGL2RenderingContext.prototype.clear = function (...bits) {
    window.drawings.push(this.isEnabled(this.SCISSOR_TEST) ? "a part" : "everything");
    return clear.apply(this, bits);
  };
}
"""


def _check_stroke_draws_its_part(page: Page) -> None:
    """A brush that moves has only the place below it drawn anew."""
    page.mouse.move(*css_point(page, 400, 200))
    rendered_pixel(page, 400, 200)  # after it the graphics card has all of the image
    page.evaluate(TWO_FRAMES)
    page.evaluate(COUNT_DRAWINGS)

    drag(page, [(400, 200), (500, 300)])
    wait_until_saved(page)

    assert set(page.evaluate("() => window.drawings")) == {"a part"}
    page.keyboard.press("z")
    wait_until_saved(page)


def _check_no_label_pixel_vanishes(page: Page) -> None:
    """Dots of a few pixels are all seen with the whole image in sight, each near its place."""
    for _ in range(30):
        page.keyboard.press("[")
    places = np.random.default_rng(4).integers((300, 100), (1500, 700), (12, 2)).tolist()
    for row, column in places:
        page.mouse.click(*css_point(page, row, column))
    wait_until_saved(page)
    page.mouse.move(2, 2)

    dots = masks.components(shown_mask(page))
    assert len(dots) >= len(places) / 2  # some may touch; one would be enough to vanish
    assert max(dot.area_px for dot in dots) < 60
    view = page.evaluate("() => window.tramline.view")
    coloured = _is_coloured(_canvas(page))
    for dot in dots:
        top, left, bottom, right = dot.box
        row = round(((top + bottom) / 2 - view["y"]) * view["scale"])
        column = round(((left + right) / 2 - view["x"]) * view["scale"])
        assert coloured[row - 2 : row + 3, column - 2 : column + 3].any(), f"dot at {top}, {left}"


def _check_opacity_and_outline(page: Page) -> None:
    opacity = page.locator("[data-opacity]")
    steps = []
    for _ in range(4):
        page.keyboard.press("Shift+O")
        steps.append(opacity.input_value())
    assert steps == ["70", "100", "20", "40"]
    page.keyboard.press("o")
    expect(page.locator("[data-outline-only]")).to_be_checked()
    assert _is_coloured(_canvas(page)).any()
    page.keyboard.press("o")


def _check_loupe(page: Page) -> None:
    """Inside the circle the picture is larger, outside nothing changes; Escape takes it away."""
    before = _canvas(page)
    middle = css_point(page, 900, 300)
    page.keyboard.press("m")
    page.mouse.move(*middle)
    expect(page.locator(".loupe-ring")).to_be_visible()
    with_loupe = _canvas(page)

    box = page.locator("[data-active]").bounding_box()
    row, column = middle[1] - box["y"], middle[0] - box["x"]
    rows, columns = np.mgrid[: before.shape[0], : before.shape[1]] + 0.5
    distance = np.hypot(rows - row, columns - column)
    changed = (with_loupe != before).any(axis=2)
    assert not changed[distance > 112].any()
    assert changed[distance < 108].mean() > 0.3
    page.keyboard.press("Escape")
    expect(page.locator(".loupe-ring")).to_have_count(0)
    assert (_canvas(page) == before).all()


def _check_true_size(page: Page) -> None:
    """The screen is measured with a card once; then a mm of the image is a mm of the screen."""
    readout = page.locator("[data-zoom-readout]")
    page.keyboard.press("Shift+R")
    expect(page.get_by_role("dialog", name="How large is this screen?")).to_be_visible()
    length = page.locator("[data-card-length]")
    length.fill("428")
    assert round(page.locator("[data-card]").bounding_box()["width"]) == 428
    page.get_by_role("button", name="The bar is as long as the card").click()

    expect(readout).to_contain_text("true size")
    scale = page.evaluate("() => window.tramline.view.scale")
    assert scale == pytest.approx(0.14 / (85.6 / 428))
    page.keyboard.press("r")
    expect(readout).to_have_text("100 % · 1 cm is 7 mm")
    page.mouse.move(*css_point(page, 900, 300))
    expect(page.locator("[data-point-readout]")).to_contain_text("42.0, 126.0 mm (detector) · r 900")
    page.keyboard.press("Shift+R")
    expect(readout).to_contain_text("true size")
    page.keyboard.press("f")


def _check_maps(page: Page) -> None:
    """Both maps are measured and painted where the breast is; without a classifier it is said so."""
    legend = page.locator("[data-map-legend]")
    page.mouse.move(2, 2)
    page.keyboard.press("Shift+D")
    expect(legend).to_contain_text("Thickness of dense tissue", timeout=40_000)
    wait_for(page, "() => window.tramline.isReady")
    dense = _is_coloured(_canvas(page)).mean()
    page.keyboard.press("Shift+T")
    expect(legend).to_contain_text("Thickness of mineral", timeout=40_000)
    mineral = _is_coloured(_canvas(page)).mean()
    assert dense > 0.05
    assert 0 < mineral < dense / 2
    page.keyboard.press("Shift+H")
    expect(page.locator("[data-map-note]")).to_have_text(
        "This image has no heatmap. No classifier has run on this image."
    )
    expect(legend).to_be_hidden()
    page.keyboard.press("Shift+H")
    assert _is_coloured(_canvas(page)).mean() < 0.01


def _check_stored_heatmap(page: Page, tramline: Tramline) -> None:
    """What a classifier stored is painted where it says, with its name and its scale."""
    mammogram = page.evaluate("() => window.tramline.active")
    tramline.manage("shell", "--verbosity", "0", "--command", STORE_HEATMAP.format(mammogram))

    page.keyboard.press("Shift+H")

    legend = page.locator("[data-map-legend]")
    expect(legend).to_contain_text("By drawn by a test", timeout=20_000)
    coloured = _is_coloured(_canvas(page))
    view = page.evaluate("() => window.tramline.view")
    for share, painted in ((1 / 2, 1.0), (1 / 6, 0.0)):
        row = round((ROWS * share - view["y"]) * view["scale"])
        column = round((COLUMNS * share - view["x"]) * view["scale"])
        around = coloured[row - 9 : row + 9, column - 9 : column + 9]
        assert around.mean() == pytest.approx(painted, abs=0.1)
