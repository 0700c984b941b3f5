"""A model's proposal taken piece by piece, and the reader's own label checked, with one key each."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ml import masks, phantom
from ml.masks import Runs
from tests.conftest import REPOSITORY
from tests.e2e.conftest import Tramline
from tests.e2e.pages import (
    css_point,
    open_viewer,
    rendered_pixel,
    shown_mask,
    stored_mask,
    wait_for,
    wait_until_saved,
)
from tests.e2e.reading import open_as_reader

pytestmark = pytest.mark.e2e

SEED = 4723  # twelve calcified lines
SHIPPED_WEIGHTS = REPOSITORY / "ml" / "networks" / "checkpoints" / "tramline-scunet-phantom-2.safetensors"


@pytest.fixture
def proposal(page: Page, tramline: Tramline, tmp_path: Path) -> str:
    """Open a synthetic mammogram with the shipped network's proposal shown; give the annotation's id."""
    model = tramline.import_model(SHIPPED_WEIGHTS)
    image = phantom.make_phantom(SEED, view_position="CC", image_laterality="R")
    path = tmp_path / "phantom.dcm"
    phantom.write_phantom_dicom(image, path, patient_id="PIECES-1", study_uid="2.25.78")
    annotation = open_as_reader(page, tramline, path, "pieces")
    page.locator("[data-model]").select_option(label=model)
    page.get_by_role("button", name="Run model").click()
    page.locator("[data-proposal]").wait_for(timeout=180_000)
    return annotation


def waiting(page: Page) -> int:
    """Read from the page how many pieces wait for a word."""
    text = page.locator("[data-pieces-text]").inner_text()
    if text.startswith("Nothing"):
        return 0
    return int(text.split(" of ")[1].split(".")[0] if " of " in text else text.split()[0])


def pieces_of(mask: Runs) -> list[Runs]:
    return [component.runs for component in masks.components(mask)]


def middle_of(piece: Runs) -> tuple[float, float]:
    runs = piece.runs
    row, start, end = runs[len(runs) // 2]
    return float(row) + 0.5, (float(start) + float(end)) / 2


def test_pieces_are_accepted_trimmed_rejected_and_asked_again(
    page: Page, tramline: Tramline, proposal: str
) -> None:
    before = waiting(page)
    assert before >= 4, "the shipped network finds the phantom's arteries"

    page.keyboard.press(".")
    expect(page.locator("[data-pieces-text]")).to_contain_text(f"1 of {before}. Add ")
    page.keyboard.press("y")
    accepted = shown_mask(page)
    assert len(pieces_of(accepted)) == 1
    assert waiting(page) == before - 1

    _reject_the_piece_at_hand(page, accepted)
    assert waiting(page) == before - 2
    assert shown_mask(page) == accepted

    _trim_the_piece_at_hand(page, accepted)
    assert waiting(page) == before - 3
    wait_until_saved(page)
    assert stored_mask(page, tramline, proposal) == shown_mask(page)

    page.reload()
    open_viewer(page)
    page.locator("[data-show-last]").click()
    page.locator("[data-proposal]").wait_for()
    wait_for(page, "() => !document.querySelector('[data-pieces-reopen]').hidden")
    assert waiting(page) == before - 3, "a rejected piece stays rejected"
    page.keyboard.press("Shift+N")
    assert waiting(page) == before - 2
    page.keyboard.press("p")
    expect(page.locator("[data-pieces-text]")).to_have_text(
        f"{before - 2} pieces wait for your word. The proposal is hidden: press P to show it."
    )
    expect(page.locator("[data-action=accept-piece]")).to_be_disabled()

    _check_the_label(page)
    wait_until_saved(page)
    assert stored_mask(page, tramline, proposal) == shown_mask(page)


def _reject_the_piece_at_hand(page: Page, accepted: Runs) -> None:
    """What is rejected looks like the bare image."""
    row, column = middle_of(_piece_at_hand(page, accepted))
    red, _, blue = rendered_pixel(page, int(row), int(column))
    assert red != blue, "what waits is coloured"
    page.keyboard.press("n")
    red, _, blue = rendered_pixel(page, int(row), int(column))
    assert red == blue


def _piece_at_hand(page: Page, accepted: Runs) -> Runs:
    """Accept it to learn where it lies, take that back, and return to it."""
    page.keyboard.press("y")
    whole = masks.difference(shown_mask(page), accepted)
    digest = masks.digest(accepted)
    page.keyboard.press("z")
    wait_for(page, f"async () => (await window.tramline.maskDigest('bac')) === '{digest}'")
    page.keyboard.press(",")
    return whole


def _trim_the_piece_at_hand(page: Page, accepted: Runs) -> None:
    """Point at the middle of the piece, which the page has brought to the middle of the image, and trim."""
    box = page.locator(".viewer-image[data-active]").bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.keyboard.press("t")
    expect(page.locator("[data-pieces-note]")).to_contain_text("Point at the place")
    assert shown_mask(page) == accepted

    whole = _piece_at_hand(page, accepted)
    page.mouse.move(*css_point(page, *middle_of(whole)))
    page.keyboard.press("t")
    part = masks.difference(shown_mask(page), accepted)
    assert masks.difference(part, whole) == masks.empty(whole.rows, whole.columns)
    assert 0.4 * masks.area_px(whole) < masks.area_px(part) < 0.95 * masks.area_px(whole)


def _check_the_label(page: Page) -> None:
    """Draw a dot that is no vessel, have the label checked, and do all that the check proposes."""
    with_artery = shown_mask(page)
    page.keyboard.press("f")
    page.keyboard.press("b")
    box = page.locator(".viewer-image[data-active]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.35)
    dot = masks.difference(shown_mask(page), with_artery)
    assert len(pieces_of(dot)) == 1

    page.keyboard.press("Shift+Y")
    expect(page.locator("[data-pieces-text]")).to_contain_text("Remove", timeout=90_000)
    assert waiting(page) >= 1
    for _ in range(waiting(page)):
        now = shown_mask(page)
        page.keyboard.press("y")
        assert masks.area_px(shown_mask(page)) < masks.area_px(now)
    assert masks.intersection(shown_mask(page), dot) == masks.empty(dot.rows, dot.columns)
