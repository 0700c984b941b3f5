"""The main job, end to end, as people do it: in, read, pre-annotate, correct, compare, out.

Once on a real film with the published network, where they lie beside the repository, and once on a
synthetic mammogram with the network that ships. Asserts on pixels and mask bytes.
"""

import base64
import io
import json
import re
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from scipy import ndimage

from ml import masks, metrics, phantom
from tests.conftest import REPOSITORY
from tests.e2e.conftest import Tramline
from tests.e2e.pages import (
    css_point,
    drag,
    log_in,
    log_out,
    open_viewer,
    rendered_pixel,
    shown_mask,
    stored_mask,
    wait_until_saved,
)

pytestmark = pytest.mark.e2e

FILM_SPACING_MM = 0.13
PHANTOM_SEED = 4711
SHIPPED_WEIGHTS = REPOSITORY / "ml" / "networks" / "checkpoints" / "tramline-scunet-phantom-2.safetensors"
ROLES = {"admin": "administrator", "expert": "adjudicator", "data": "data_scientist"}


@dataclass(frozen=True)
class Source:
    """An image to walk the circle with, the model that proposes, and where its artery is."""

    name: str
    upload: list[Path]
    pixels: np.ndarray
    model: str
    # (row, column) along a visibly calcified artery, and a place far from any.
    artery: list[tuple[float, float]]
    elsewhere: tuple[float, float]
    has_bac: bool = True


@pytest.fixture(params=["film", "digital", "phantom"])
def source(request: pytest.FixtureRequest, tramline: Tramline, tmp_path: Path) -> Source:
    if request.param == "film":
        data, weights = request.getfixturevalue("shared_data"), request.getfixturevalue("shared_weights")
        return _film(tramline, data, weights, tmp_path)
    if request.param == "digital":
        return _digital(tramline, request.getfixturevalue("shared_data"))
    return _phantom(tramline, tmp_path)


def _film(tramline: Tramline, data: Path, weights: Path, folder: Path) -> Source:
    """A real film with one long calcified artery, and the network that its authors published."""
    image = folder / "film.png"
    image.write_bytes((data / "cbis-ddsm-bac-p00646" / "testImage.png").read_bytes())
    table = folder / "film.csv"
    table.write_text(
        "file,patient,study,laterality,view,pixel_spacing_mm,photometric_interpretation\n"
        f"film.png,P00646,P00646-1,L,CC,{FILM_SPACING_MM},MONOCHROME2\n"
    )
    checkpoint = weights / "scunet-emory" / "SCU_Net_512_512_best_BCE_pos_all.pt"
    return Source(
        name="film",
        upload=[table, image],
        pixels=np.asarray(Image.open(image).convert("L")).astype(np.uint16),
        model=tramline.import_model(checkpoint),
        artery=[(1003, 1242), (1044, 1193), (1036, 1159), (1076, 1097), (1096, 1043), (1101, 930)],
        elsewhere=(1500, 700),
    )


def _digital(tramline: Tramline, data: Path) -> Source:
    """A real digital mammogram without BAC: the line runs along a vein, the dot is a benign calcification."""
    path = data / "fo-dicom-mg" / "GH133.dcm"
    return Source(
        name="digital",
        upload=[path],
        pixels=pydicom.dcmread(path).pixel_array,
        model=tramline.import_model(SHIPPED_WEIGHTS),
        artery=[(1180, 1340), (1280, 1352), (1380, 1365), (1480, 1385), (1580, 1405)],
        elsewhere=(1708, 1824),
        has_bac=False,
    )


def _phantom(tramline: Tramline, folder: Path) -> Source:
    """A synthetic mammogram as a DICOM file, and the network that ships."""
    image = phantom.make_phantom(PHANTOM_SEED, view_position="CC", image_laterality="R")
    path = folder / "phantom.dcm"
    phantom.write_phantom_dicom(image, path, patient_id="PHANTOM-1", study_uid="2.25.77")
    longest = max(image.bac_lines, key=len)
    return Source(
        name="phantom",
        upload=[path],
        pixels=image.presentation,
        model=tramline.import_model(SHIPPED_WEIGHTS),
        artery=[(float(row), float(column)) for row, column in longest[:: max(1, len(longest) // 6)]],
        elsewhere=_farthest_from(image.bac | ~image.breast),
    )


def _farthest_from(occupied: np.ndarray) -> tuple[float, float]:
    distance_px = ndimage.distance_transform_edt(np.pad(~occupied, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(distance_px.argmax(), distance_px.shape)
    return float(row), float(column)


def test_the_circle_from_intake_to_export(page: Page, tramline: Tramline, source: Source, tmp_path: Path):
    people = {role: f"{source.name}-{role}" for role in ("admin", "anna", "ben", "expert", "data")}
    for role, username in people.items():
        tramline.add_reader(username, ROLES.get(role, "reader"))
    page.set_default_timeout(20_000)

    log_in(page, tramline, people["admin"])
    _take_in(page, tramline, source)
    _assign(page, tramline, source, [people["anna"], people["ben"]])
    log_out(page)

    log_in(page, tramline, people["anna"])
    first = _read_with_model(page, tramline, source)
    log_out(page)

    log_in(page, tramline, people["ben"])
    second = _read_by_line(page, tramline, source)
    log_out(page)

    log_in(page, tramline, people["expert"])
    corrected = _correct(page, tramline, first)
    _compare(page, tramline, reference=second, candidate=corrected)
    log_out(page)

    log_in(page, tramline, people["data"])
    _export(page, tramline, source, tmp_path, annotations=[corrected, second], usernames=people.values())


def _take_in(page: Page, tramline: Tramline, source: Source) -> None:
    page.goto(f"{tramline.url}/intake/")
    page.locator("#intake-files").set_input_files(source.upload)
    row = page.locator("#intake-rows tr", has_text=source.upload[-1].name)
    expect(row.filter(has_text="Stored")).to_be_visible(timeout=60_000)
    expect(page.locator("#intake-counts")).to_contain_text("sent: 1 stored")
    # Once more: recognised, and said so.
    page.reload()
    page.locator("#intake-files").set_input_files(source.upload)
    expect(row.filter(has_text="Here already")).to_be_visible(timeout=60_000)
    expect(page.locator("#intake-counts")).to_contain_text("1 here already")


def _assign(page: Page, tramline: Tramline, source: Source, readers: list[str]) -> None:
    page.goto(f"{tramline.url}/campaigns/")
    page.get_by_label("Name").fill(f"Campaign of {source.name}")
    page.get_by_role("button", name="Open campaign").click()
    page.get_by_label("Campaign", exact=True).select_option(label=f"Campaign of {source.name}")
    # The newest exam is the one that has just come in.
    page.locator("[name=studies]").last.check()
    for reader in readers:
        page.get_by_label(reader).check()
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_role("status")).to_contain_text("2 new assignments")


def _read_with_model(page: Page, tramline: Tramline, source: Source) -> str:
    """Brush, undo, redo, reload, take over a model's proposal, answer, submit; return the annotation's id."""
    page.get_by_role("button", name="Read next exam").click()
    annotation = open_viewer(page)
    _check_grey_levels(page, source)
    _brush(page, tramline, source, annotation)
    _accept_proposal(page, tramline, source, annotation)
    page.get_by_label("Yes").check()
    wait_until_saved(page)
    page.get_by_role("button", name="Submit image").click()
    expect(page.locator("[data-next]")).to_be_visible()
    return annotation


def _check_grey_levels(page: Page, source: Source) -> None:
    """The browser holds exactly the stored values, first and last pixel included."""
    rows, columns = source.pixels.shape
    generator = np.random.default_rng(1)
    points = [
        (0, 0),
        (rows - 1, columns - 1),
        *generator.integers((0, 0), (rows, columns), (200, 2)).tolist(),
    ]
    script = "(points) => points.map(([row, column]) => window.tramline.greyAt(row, column))"

    shown = page.evaluate(script, points)

    assert shown == [int(source.pixels[row, column]) for row, column in points]


def _brush(page: Page, tramline: Tramline, source: Source, annotation: str) -> None:
    row, column = (int(value) for value in source.artery[1])
    before = rendered_pixel(page, row, column)
    empty = shown_mask(page)

    drag(page, source.artery[:3])
    wait_until_saved(page)

    brushed = shown_mask(page)
    dense = masks.to_dense(brushed)
    assert masks.area_px(empty) == 0
    assert all(dense[int(point[0]), int(point[1])] for point in source.artery[:3])
    assert not dense[int(source.elsewhere[0]), int(source.elsewhere[1])]
    assert len(masks.components(brushed)) == 1
    red, _, blue = rendered_pixel(page, row, column)
    assert before[0] == before[2]
    assert red > blue + 20, "the label is orange over a grey image"
    assert stored_mask(page, tramline, annotation) == brushed

    page.keyboard.press("z")
    wait_until_saved(page)
    assert shown_mask(page) == empty
    assert stored_mask(page, tramline, annotation) == empty
    page.keyboard.press("Shift+Z")
    wait_until_saved(page)
    assert shown_mask(page) == brushed

    # A false dot, for the label correction to find.
    drag(page, [source.elsewhere])
    wait_until_saved(page)
    with_dot = shown_mask(page)
    assert len(masks.components(with_dot)) == 2

    page.reload()
    open_viewer(page)
    assert shown_mask(page) == with_dot
    assert stored_mask(page, tramline, annotation) == with_dot


def _accept_proposal(page: Page, tramline: Tramline, source: Source, annotation: str) -> None:
    """Run the model, move the cut-off, accept: the label is the brushed pixels and those above it."""
    brushed = masks.to_dense(shown_mask(page))
    page.locator("[data-model]").select_option(label=source.model)
    page.get_by_role("button", name="Run model").click()
    page.locator("[data-proposal]").wait_for(timeout=180_000)
    page.locator("[data-cutoff]").fill("0.6")
    page.get_by_role("button", name="Accept what is shown").click()
    expect(page.locator("[data-preannotation-note]")).to_contain_text("BAC")
    wait_until_saved(page)

    mammogram = page.locator("#viewer").get_attribute("data-mammogram")
    run = page.request.get(f"{tramline.url}/api/mammograms/{mammogram}/inference-runs/").json()[0]
    image = Image.open(io.BytesIO(page.request.get(f"{tramline.url}{run['probability_url']}").body()))
    proposed = np.asarray(image) >= 0.6 * 255
    assert proposed.shape == source.pixels.shape
    if source.has_bac:
        line = masks.skeleton(masks.polyline(*proposed.shape, source.artery, 3.0))
        near = ndimage.binary_dilation(proposed, iterations=8)
        assert near[line[:, 0], line[:, 1]].mean() > 0.6, "most of the calcified artery comes out"
    assert masks.from_dense(brushed | proposed) == shown_mask(page)
    assert stored_mask(page, tramline, annotation) == shown_mask(page)


def _read_by_line(page: Page, tramline: Tramline, source: Source) -> str:
    """Read as a second reader: one line with width along the whole artery."""
    page.get_by_role("button", name="Read next exam").click()
    annotation = open_viewer(page)
    page.keyboard.press("l")
    for point in source.artery:
        page.mouse.click(*css_point(page, *point))
    page.keyboard.press("Enter")
    wait_until_saved(page)
    dense = masks.to_dense(shown_mask(page))
    assert all(dense[int(row), int(column)] for row, column in source.artery)
    page.get_by_label("Yes").check()
    wait_until_saved(page)
    page.get_by_role("button", name="Submit image").click()
    expect(page.locator("[data-next]")).to_be_visible()
    return annotation


def _correct(page: Page, tramline: Tramline, annotation: str) -> str:
    """Let the algorithm propose, decide, apply; return the id of the new annotation."""
    before = stored_mask(page, tramline, annotation)
    page.goto(f"{tramline.url}/images/")
    page.locator(f"form[action*='{annotation}'] button").click()
    page.locator("[data-pieces] .piece").first.wait_for(timeout=60_000)
    run_id = page.locator("#correction").get_attribute("data-run")
    page.get_by_role("button", name="Accept the clear ones").click()
    while page.locator("[data-apply]").is_disabled():
        left = page.locator("[data-left]").inner_text()
        if left != "Everything is decided.":  # said between these two lines
            page.keyboard.press("k")
            expect(page.locator("[data-left]")).not_to_have_text(left)
    page.get_by_role("button", name="Apply correction").click()
    page.locator("#comparison").wait_for()

    run = page.request.get(f"{tramline.url}/api/correction-runs/{run_id}/").json()
    pieces = [masks.decode(base64.b64decode(piece["runs"])) for piece in run["components"]]
    removed = [
        mask
        for mask, piece in zip(pieces, run["components"], strict=True)
        if (piece["human_decision"] or {}).get("is_removed", False)
    ]
    assert sum(masks.area_px(piece) for piece in pieces) == masks.area_px(before), "the pieces are the label"
    assert removed, "the false dot at least is removed"
    assert all(piece["reason_text"] for piece in run["components"] if piece["decision"] == "remove")
    after = before
    for mask in removed:
        after = masks.difference(after, mask)
    assert stored_mask(page, tramline, run["result"]) == after
    assert stored_mask(page, tramline, annotation) == before, "the submitted label stays byte for byte"
    return run["result"]


def _compare(page: Page, tramline: Tramline, *, reference: str, candidate: str) -> None:
    """The numbers on the page are those of the masks, by arithmetic of our own and by the engine."""
    page.goto(f"{tramline.url}/compare/?reference={reference}&candidate={candidate}")
    page.locator("[data-numbers]").wait_for()
    one, other = (masks.to_dense(stored_mask(page, tramline, each)) for each in (reference, candidate))
    both = (one & other).sum()
    figures = {
        "Dice": 2 * both / (one.sum() + other.sum()),
        "Jaccard": both / (one | other).sum(),
        "Precision": both / other.sum(),
        "Recall": both / one.sum(),
    }
    for name, figure in figures.items():
        row = page.locator(".number-row", has=page.get_by_text(name, exact=True))
        expect(row.locator(".number-value")).to_have_text(f"{figure:.3f}")
        assert len(row.locator(".number-definition").inner_text()) > 20
    mammogram = page.locator("#comparison").get_attribute("data-mammogram")
    facts = page.request.get(f"{tramline.url}/api/mammograms/{mammogram}/").json()
    measured = metrics.compare_masks(
        masks.from_dense(one), masks.from_dense(other), pixel_spacing_mm=tuple(facts["pixel_spacing_mm"])
    )
    text = page.locator("[data-numbers]").inner_text()
    assert f"{measured.dice_l:.3f}" in text
    assert f"{measured.dice_l_sym:.3f}" in text
    assert "1.05 mm" in text


def _export(page: Page, tramline: Tramline, source: Source, folder: Path, *, annotations, usernames) -> None:
    """Freeze a version of what this campaign gave, download it, and check every byte of it."""
    dataset = f"{source.name}-set"
    campaign = f"Campaign of {source.name}"
    headers = {"X-CSRFToken": _csrf_token(page), "Referer": tramline.url}
    api = f"{tramline.url}/api/datasets/"
    page.request.post(api, data={"name": dataset}, headers=headers)
    chosen = {"filter": {"campaign": campaign, "which": "all"}}
    made = page.request.post(f"{api}{dataset}/versions/", data=chosen, headers=headers)
    assert made.ok, made.text()
    page.goto(f"{tramline.url}/datasets/{dataset}/1/")
    page.get_by_role("button", name="Freeze version").click()
    page.get_by_role("button", name="Freeze for good").click()
    expect(page.get_by_text("It never changes.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).click()
    archive = folder / "dataset.zip"
    download.value.save_as(archive)
    with zipfile.ZipFile(archive) as files:
        files.extractall(folder / "zip")
    (root,) = (folder / "zip").iterdir()
    tramline.manage("export_dataset", f"{dataset}@1", str(folder / "export"))

    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=root, check=True)
    by_command = {
        path.relative_to(folder / "export"): path.read_bytes() for path in _files(folder / "export")
    }
    assert by_command == {path.relative_to(root): path.read_bytes() for path in _files(root)}
    everything = b"".join(by_command.values())
    assert not [username for username in usernames if username.encode() in everything]
    _check_items(page, tramline, source, root, annotations)


def _check_items(page: Page, tramline: Tramline, source: Source, root: Path, annotations: list[str]) -> None:
    manifest = json.loads((root / "manifest.json").read_text())
    items = {item["annotation"]["annotation"]: item for item in manifest["items"]}
    for annotation in annotations:
        item = items[annotation]
        image = np.asarray(Image.open(root / item["image"]["file"]))
        assert image.dtype == np.uint16
        assert np.array_equal(image, source.pixels)
        mask = np.asarray(Image.open(root / item["masks"]["bac"]["file"])) > 0
        assert masks.from_dense(mask) == stored_mask(page, tramline, annotation)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _csrf_token(page: Page) -> str:
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
