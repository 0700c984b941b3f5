"""The circle of a model: trained on a dataset version, tried as a candidate, put to use, taken back."""

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import REPOSITORY
from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in

pytestmark = pytest.mark.e2e

SHIPPED_WEIGHTS = REPOSITORY / "ml" / "networks" / "checkpoints" / "tramline-scunet-phantom-2.safetensors"


def test_a_network_is_trained_put_to_use_and_rolled_back(page: Page, tramline: Tramline):
    version = tramline.run("tests.e2e.given_learnable", "walk").strip().splitlines()[-1]
    before = tramline.import_model(SHIPPED_WEIGHTS)
    tramline.add_reader("walk-scientist", "data_scientist")
    log_in(page, tramline, "walk-scientist")
    page.goto(f"{tramline.url}/models/")
    page.get_by_role("link", name="Train a network").click()
    page.get_by_label("Recipe", exact=True).select_option("segment_try_out")
    page.get_by_label("Dataset version").select_option(label=version)
    page.get_by_label("Seed").fill("3")
    page.get_by_role("button", name="Train").click()
    expect(page.get_by_role("heading", name=f"segment_try_out on {version}, seed 3")).to_be_visible()
    # The page goes on by itself: nobody loads it anew.
    page.get_by_role("link", name="Open Try").click(timeout=120_000)
    expect(page.get_by_text("Candidate: data scientists can run it")).to_be_visible()

    page.get_by_label("Why").fill("Trained on our own readings")
    page.get_by_role("button", name="Activate").click()
    expect(page.get_by_text("Active: readers can run it")).to_be_visible()

    page.get_by_role("button", name=f"Roll back to {before}").click()
    expect(page.get_by_role("heading", name=before)).to_be_visible()
    expect(page.get_by_text("Active: readers can run it")).to_be_visible()
    expect(page.get_by_role("cell", name="Rolled back from Try")).to_be_visible()
