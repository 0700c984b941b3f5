"""What a reader sees are the stored grey levels through the header's own window, on every pixel asked."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from playwright.sync_api import Page

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, rendered_pixel, shown_mask, stored_mask, wait_until_saved
from tests.e2e.reading import open_as_reader
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e


def _shown_grey_levels(page: Page, points: list[list[int]]) -> list[int]:
    return page.evaluate("(points) => points.map(([r, c]) => window.tramline.greyAt(r, c))", points)


def _some_points(pixels: np.ndarray, count: int = 300) -> list[list[int]]:
    rows, columns = pixels.shape
    inner = np.random.default_rng(7).integers((0, 0), (rows, columns), (count, 2)).tolist()
    return [[0, 0], [0, columns - 1], [rows - 1, 0], [rows - 1, columns - 1], *inner]


def _check_stored_values(page: Page, pixels: np.ndarray) -> None:
    points = _some_points(pixels)

    assert _shown_grey_levels(page, points) == [int(pixels[row, column]) for row, column in points]


def _check_rendered_values(page: Page, pixels: np.ndarray, brightness: np.ndarray) -> None:
    """At one to one, each pixel in sight is the windowed value of its image pixel, within one level."""
    page.keyboard.press("r")
    box = page.locator(".viewer-image[data-active]").bounding_box()
    middle = page.evaluate("() => window.tramline.imageToCss(0, 0)")
    top, left = box["y"] - middle["y"], box["x"] - middle["x"]
    generator = np.random.default_rng(3)
    seen = 0
    for row_share, column_share in generator.uniform(0.1, 0.9, (60, 2)):
        row, column = int(top + row_share * box["height"]), int(left + column_share * box["width"])
        if not (0 <= row < pixels.shape[0] and 0 <= column < pixels.shape[1]):
            continue
        seen += 1
        red, green, blue = rendered_pixel(page, row, column)
        assert red == green == blue
        assert abs(red - 255 * brightness[row, column]) <= 1
    assert seen > 20


def test_a_real_digital_mammogram_shows_its_stored_values_through_its_sigmoid(
    page: Page, tramline: Tramline, shared_data: Path
):
    path = shared_data / "fo-dicom-mg" / "GH133.dcm"
    dataset = pydicom.dcmread(path)
    pixels = dataset.pixel_array
    center, width = float(dataset.WindowCenter[0]), float(dataset.WindowWidth[0])

    open_as_reader(page, tramline, path, "sigmoid")

    _check_stored_values(page, pixels)
    brightness = 1 / (1 + np.exp(-4 * (pixels.astype(float) - center) / width))
    _check_rendered_values(page, pixels, brightness)


def test_monochrome1_of_14_bits_is_stored_as_it_came_and_shown_inverted(
    page: Page, tramline: Tramline, tmp_path: Path
):
    pixels = make_grey_levels(1100, 900, bits=14, seed=11)
    dataset = make_dataset(
        pixels,
        bits_stored=14,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=8000,
        WindowWidth=9001,
    )
    path = write_dicom(tmp_path / "monochrome1.dcm", dataset)

    open_as_reader(page, tramline, path, "inverted")

    _check_stored_values(page, pixels)
    brightness = 1 - np.clip((pixels.astype(float) - 7999.5) / 9000 + 0.5, 0, 1)
    _check_rendered_values(page, pixels, brightness)


def test_a_frame_of_4096_x_3328_opens_and_takes_strokes(page: Page, tramline: Tramline, tmp_path: Path):
    pixels = make_grey_levels(4096, 3328, bits=12, seed=21)
    path = write_dicom(tmp_path / "large.dcm", make_dataset(pixels))

    annotation = open_as_reader(page, tramline, path, "large")
    _check_stored_values(page, pixels)
    drag(page, [(600, 500), (2000, 1600), (3500, 2900)])
    wait_until_saved(page)

    dense = masks.to_dense(shown_mask(page))
    assert dense[600, 500]
    assert dense[2000, 1600]
    assert dense[3500, 2900]
    assert len(masks.components(shown_mask(page))) == 1
    assert stored_mask(page, tramline, annotation) == shown_mask(page)
