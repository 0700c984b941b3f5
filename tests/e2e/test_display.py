"""Every stored window and table of every header is shown as pydicom computes it, to the grey level."""

import base64
import json
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_rescale, apply_voi, apply_windowing
from pydicom.uid import generate_uid

from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in, log_out, open_viewer, wait_for
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom
from tests.factories.voi_lut import make_voi_lut

pytestmark = pytest.mark.e2e

ROWS, COLUMNS = 300, 260


@dataclass(frozen=True)
class Stored:
    """One way of showing an image: brightness 0 to 1 of each pixel, before inversion."""

    title: str
    brightness: NDArray[np.float64]


def _sigmoid_table(entries: int, white: int) -> NDArray[np.uint16]:
    return np.rint(white / (1 + np.exp(-(np.arange(entries) - entries / 2) / (entries / 8)))).astype(
        np.uint16
    )


def _padded(bits: int) -> NDArray[np.uint16]:
    pixels = make_grey_levels(ROWS, COLUMNS, bits=bits, seed=6)
    pixels[:, :60] = 2**bits - 1
    pixels[:40] = 2**bits - 20
    return pixels


HEADERS: dict[str, dict[str, object]] = {
    "linear, one a threshold": {"bits_stored": 12, "WindowCenter": [2000, 1800], "WindowWidth": [3000, 1]},
    "exact, MONOCHROME1, narrower than a level": {
        "bits_stored": 14,
        "PhotometricInterpretation": "MONOCHROME1",
        "PresentationLUTShape": "INVERSE",
        "VOILUTFunction": "LINEAR_EXACT",
        "WindowCenter": [8000.5, 8000.25],
        "WindowWidth": [9000, 0.5],
        "WindowCenterWidthExplanation": ["NORMAL", "HARDER"],
    },
    "sigmoid of 16 bits, inverse": {
        "bits_stored": 16,
        "PresentationLUTShape": "INVERSE",
        "VOILUTFunction": "SIGMOID",
        "WindowCenter": [30000, 31000],
        "WindowWidth": [20000, 0.75],
    },
    "tables": {
        "bits_stored": 12,
        "WindowCenter": None,
        "WindowWidth": None,
        "VOILUTSequence": [
            make_voi_lut(_sigmoid_table(4096, 65535), explanation="Normal"),
            make_voi_lut(_sigmoid_table(3000, 4095)[::-1], first_mapped=500, bits=12),
        ],
    },
    "rescaled, slope below zero": {
        "bits_stored": 12,
        "RescaleSlope": -2.5,
        "RescaleIntercept": 1000,
        "RescaleType": "US",
        "WindowCenter": [-4000, -3000.5],
        "WindowWidth": [9000, 777],
    },
    "padding of MONOCHROME1": {
        "bits_stored": 12,
        "PhotometricInterpretation": "MONOCHROME1",
        "PixelPaddingValue": 4095,
        "PixelPaddingRangeLimit": 4076,
        "WindowCenter": 2000,
        "WindowWidth": 4400,
    },
    "8 bits": {"bits_stored": 8, "WindowCenter": [128, 100], "WindowWidth": [256, 60]},
}


@pytest.fixture(scope="module")
def exam(tramline: Tramline, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    """Take all images in as one exam of one reader; give what came by mammogram id."""
    folder = tmp_path_factory.mktemp("display")
    study = generate_uid()
    for number, header in enumerate(HEADERS.values()):
        is_padded = "PixelPaddingValue" in header
        bits = int(header["bits_stored"])
        pixels = _padded(bits) if is_padded else make_grey_levels(ROWS, COLUMNS, bits=bits, seed=number)
        write_dicom(folder / f"{number}.dcm", make_dataset(pixels, StudyInstanceUID=study, **header))
    lines = tramline.manage("ingest", str(folder), "--json").splitlines()
    came = {(outcome := json.loads(line))["mammogram"]: dcmread(outcome["path"]) for line in lines}
    assert len(came) == len(HEADERS)
    return came


def _open_exam(page: Page, tramline: Tramline) -> None:
    tramline.add_reader("display-reader", "reader")
    tramline.add_reader("display-admin", "administrator")
    log_in(page, tramline, "display-admin")
    page.goto(f"{tramline.url}/campaigns/")
    page.get_by_label("Name").fill("display")
    page.get_by_role("button", name="Open campaign").click()
    page.get_by_label("Campaign", exact=True).select_option(label="display")
    page.locator("[name=studies]").last.check()
    page.get_by_label("display-reader").check()
    page.get_by_role("button", name="Assign").click()
    log_out(page)
    log_in(page, tramline, "display-reader")
    page.get_by_role("button", name="Read next exam").click()
    open_viewer(page)


def _stored_ways(dataset: Dataset) -> list[Stored]:
    """What pydicom makes of the file's windows and tables, scaled to 0 to 1."""
    values = apply_rescale(dataset.pixel_array, dataset)
    ways = []
    for index in range(np.size(dataset.get("WindowCenter", []))):
        ends = apply_rescale(np.array([0, 2**dataset.BitsStored - 1]), dataset).astype(float)
        with np.errstate(over="ignore"):
            shown = apply_windowing(values, dataset, index)
        ways.append(Stored(f"window {index}", (shown - ends[0]) / (ends[1] - ends[0])))
    for index, item in enumerate(dataset.get("VOILUTSequence", [])):
        white = 2 ** item.LUTDescriptor[2] - 1
        ways.append(Stored(f"table {index}", apply_voi(dataset.pixel_array, dataset, index) / white))
    return ways


def _is_inverted(dataset: Dataset) -> bool:
    is_inverse = dataset.get("PresentationLUTShape") == "INVERSE"
    return dataset.PhotometricInterpretation == "MONOCHROME1" or is_inverse


def _is_padding(dataset: Dataset) -> NDArray[np.bool_]:
    if "PixelPaddingValue" not in dataset:
        return np.zeros((ROWS, COLUMNS), dtype=bool)
    return dataset.pixel_array >= dataset.PixelPaddingRangeLimit


def _canvas(page: Page) -> NDArray[np.uint8]:
    """Read the canvas, the top row first; red, green and blue are the same or it is no grey."""
    read = page.evaluate("() => window.tramline.renderedCanvas()")
    pixels = np.frombuffer(base64.b64decode(read["pixels"]), np.uint8)
    colours = pixels.reshape(read["height"], read["width"], 4)[::-1, :, :3]
    assert (colours == colours[:, :, :1]).all()
    return colours[:, :, 0]


def _shown_image(page: Page) -> NDArray[np.uint8]:
    """Cut the image out of the canvas at 1:1, where it fits in whole."""
    view = page.evaluate("() => window.tramline.view")
    assert view["scale"] == 1
    top, left = round(-view["y"]), round(-view["x"])
    return _canvas(page)[top : top + ROWS, left : left + COLUMNS]


def _check_shown(page: Page, stored: Stored, dataset: Dataset, *, turned: bool) -> None:
    inverted = _is_inverted(dataset) != turned
    exact = 255 * (1 - stored.brightness if inverted else stored.brightness)
    expected = np.where(_is_padding(dataset), 0, np.floor(exact + 0.5))
    # Where the exact value lies between two grey levels, the last digit of a sum decides: either is right.
    is_tie = np.abs(exact - np.floor(exact) - 0.5) < 1e-9
    shown = _shown_image(page)
    wrong = (shown != expected) & ~is_tie
    assert not wrong.any(), f"{stored.title}: {wrong.sum()} of {wrong.size} pixels differ"
    assert np.abs(shown - expected)[is_tie].max(initial=0) <= 1


def _automatic(page: Page, dataset: Dataset) -> Stored:
    """Read the page's own window, and compute its brightness by the formula of LINEAR."""
    windowing = page.evaluate("() => window.tramline.windowing")
    values = apply_rescale(dataset.pixel_array, dataset).astype(float)
    share = (values - (windowing["center"] - 0.5)) / (windowing["width"] - 1) + 0.5
    return Stored("automatic", np.clip(share, 0, 1))


def test_every_header_is_shown_to_the_grey_level(page: Page, tramline: Tramline, exam: dict[str, Dataset]):
    _open_exam(page, tramline)
    seen = set()
    for _ in HEADERS:
        wait_for(page, "() => window.tramline.isReady")
        active = page.evaluate("() => window.tramline.active")
        dataset = exam[active]
        seen.add(active)
        page.keyboard.press("r")
        ways = _stored_ways(dataset)
        for stored in ways:
            _check_shown(page, stored, dataset, turned=False)
            page.keyboard.press("Shift+I")
            _check_shown(page, stored, dataset, turned=True)
            page.keyboard.press("Shift+I")
            page.keyboard.press("Shift+W")
        expect(page.get_by_role("button", name="Automatic")).to_have_attribute("aria-pressed", "true")
        _check_shown(page, _automatic(page, dataset), dataset, turned=False)
        page.keyboard.press("Shift+W")
        _check_shown(page, ways[0], dataset, turned=False)
        page.keyboard.press("PageDown")
    assert seen == set(exam)
