"""An exam from a pool stays with whoever reads it; gone to another, she is told and loses nothing."""

import itertools
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import drag, log_in, open_viewer, wait_for, wait_until_saved
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

OPERATIONS = "**/api/annotations/*/operations/"
LINE, OTHER = [(200, 200), (300, 500)], [(500, 200), (600, 500)]
_NUMBERS = itertools.count(9700)


@pytest.fixture
def pool(page: Page, tramline: Tramline, tmp_path: Path) -> str:
    """Read an exam of a pool as the first of its two readers; the clock of the page can be put forward."""
    number = next(_NUMBERS)
    name = f"pool-{number}"
    path = write_dicom(tmp_path / "one.dcm", make_dataset(make_grey_levels(1000, 800, seed=number)))
    tramline.run("tests.e2e.given_pool", name, str(path))
    page.clock.install()
    log_in(page, tramline, f"{name}-one")
    page.keyboard.press("n")
    page.wait_for_url("**/read/**")
    open_viewer(page)
    return name


def _beat(page: Page) -> None:
    """Let a little more than a minute pass on the page, after a move of the pointer."""
    page.mouse.move(300, 300)
    page.clock.fast_forward(61_000)


def _held_until(tramline: Tramline, pool: str) -> datetime:
    return datetime.fromisoformat(tramline.run("tests.e2e.given_pool", pool, "lease").strip())


def _lapse(tramline: Tramline, pool: str) -> bool:
    """Let the lease run out while the other reader asks; return whether she got the exam."""
    return tramline.run("tests.e2e.given_pool", pool, "lapse").strip() == "True"


def test_heartbeat_keeps_the_exam_while_she_reads(page: Page, tramline: Tramline, pool: str):
    before = _held_until(tramline, pool)

    with page.expect_response("**/lease/") as answer:
        _beat(page)

    assert answer.value.ok
    assert _held_until(tramline, pool) > before


def test_a_page_that_nobody_works_on_holds_nothing(page: Page, tramline: Tramline, pool: str):
    page.clock.fast_forward(16 * 60_000)
    wait_for(page, "() => Boolean(window.tramline?.isReady)")
    before = _held_until(tramline, pool)

    page.clock.fast_forward(61_000)
    page.wait_for_timeout(500)

    assert _held_until(tramline, pool) == before


def test_a_lease_that_ran_out_is_told_and_what_was_drawn_is_kept(page: Page, tramline: Tramline, pool: str):
    page.route(OPERATIONS, lambda route: route.abort())
    drag(page, LINE)  # on its way, and not yet with the server
    assert _lapse(tramline, pool)

    _beat(page)

    expect(page.get_by_text("it went back to the pool", exact=False).first).to_be_visible()
    page.unroute(OPERATIONS)
    wait_for(page, "() => window.tramline.pending === 0")
    expect(page.get_by_text("Nothing is lost", exact=False).first).to_be_visible()
    expect(page.locator("[data-branches]")).to_contain_text("1 stroke")


def test_a_lease_that_ran_out_over_a_stroke_leaves_the_exam_with_her(
    page: Page, tramline: Tramline, pool: str
):
    drag(page, LINE)
    wait_until_saved(page)

    assert not _lapse(tramline, pool)
    with page.expect_response("**/lease/") as answer:
        _beat(page)
    drag(page, OTHER)

    assert answer.value.ok
    wait_until_saved(page)
