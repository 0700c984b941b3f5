"""What label correction proposes in a campaign, decided one after the other by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in

pytestmark = pytest.mark.e2e


def test_key_n_leads_from_the_borderline_piece_to_the_sure_removal_and_back(page: Page, tramline: Tramline):
    campaign = tramline.run("tests.e2e.given_corrections", "border").strip().splitlines()[-1]
    log_in(page, tramline, "border")
    page.goto(f"{tramline.url}/campaigns/{campaign}/corrections/")
    expect(page.get_by_text("1 borderline, 1 sure removal, 0 decided.")).to_be_visible()
    page.get_by_role("link", name="Review next piece").click()
    seen = []
    for key in ("k", "r"):
        expect(page.get_by_text("1 piece is left to decide.")).to_be_visible()
        seen.append(page.url)
        page.keyboard.press(key)
        expect(page.get_by_text("Everything is decided.")).to_be_visible()
        page.keyboard.press("n")
        page.wait_for_url(lambda url, last=page.url: url != last)
    expect(page.get_by_text("No piece is left to decide.")).to_be_visible()
    assert len(set(seen)) == 2
