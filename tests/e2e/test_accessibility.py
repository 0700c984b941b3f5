"""axe finds nothing on any page, and what it cannot find: the viewer is usable with the keys alone."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import REPOSITORY
from tests.e2e.conftest import PASSWORD, Tramline
from tests.e2e.pages import log_in, open_viewer, wait_for

pytestmark = pytest.mark.e2e

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
RUN = """
async (tags) => {
  const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
  // A key on the picture of a tool is no name of it that anybody would say.
  const isKey = (id, [target]) =>
    id === "label-content-name-mismatch" && document.querySelector(target).closest(".viewer-tools") !== null;
  return violations.flatMap(({ id, help, nodes }) =>
    nodes
      .filter(({ target }) => !isKey(id, target))
      .map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`));
}
"""
# Page by name: who looks, and where; the places of `typical_state` are filled in by name.
PAGES = {
    "log-in": ("", "/login/"),
    "worklist": ("reader", "/"),
    "worklist with a mention": ("adjudicator", "/"),
    "viewer": ("reader", ""),
    "viewer, submitted": ("reader", ""),
    "viewer, by an expert": ("adjudicator", ""),
    "correction": ("adjudicator", ""),
    "adjudication": ("adjudicator", ""),
    "reference standard": ("adjudicator", ""),
    "comparison": ("adjudicator", ""),
    "comparison, nothing chosen": ("data_scientist", "/compare/"),
    "images": ("adjudicator", "/images/"),
    "intake": ("administrator", "/intake/"),
    "campaigns": ("administrator", "/campaigns/"),
    "campaign board": ("administrator", ""),
    "campaign plan": ("administrator", ""),
    "campaign guideline": ("administrator", ""),
    "campaign settings": ("administrator", ""),
    "campaign checks": ("administrator", ""),
    "campaign agreement": ("administrator", ""),
    "campaign reviews": ("adjudicator", ""),
    "campaign changes": ("adjudicator", ""),
    "campaign review": ("adjudicator", ""),
    "campaign reference": ("adjudicator", ""),
    "campaign corrections": ("adjudicator", ""),
    "campaign quality": ("data_scientist", ""),
    "campaign adjudication": ("adjudicator", ""),
    "worklist, done": ("reader", ""),
    "training feedback": ("trainee", ""),
    "worklist, at a closed gate": ("gated", "/"),
    "worklist, guideline to confirm": ("new", "/"),
    "guideline, to confirm": ("new", ""),
    "e-mails": ("reader", "/notices/"),
    "webhooks": ("administrator", "/webhooks/"),
    "models": ("data_scientist", "/models/"),
    "model": ("data_scientist", ""),
    "comparisons of models": ("data_scientist", "/models/compare/"),
    "comparison of models": ("data_scientist", ""),
    "models over campaigns": ("administrator", "/models/batches/"),
    "model over a campaign": ("administrator", ""),
    "trainings": ("data_scientist", "/models/training/"),
    "training": ("data_scientist", ""),
    "datasets": ("data_scientist", "/datasets/"),
    "dataset version, frozen": ("data_scientist", "/datasets/axe/1/"),
    "dataset version, draft": ("data_scientist", "/datasets/axe/2/"),
    "no such page": ("reader", "/nowhere/"),
    "not for this role": ("reader", "/images/"),
}


@pytest.fixture(scope="module")
def places(tramline: Tramline) -> dict[str, str]:
    return json.loads(tramline.run("tests.e2e.typical_state").splitlines()[-1])


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: `make check` fetches it from npm, once")
    return Path(AXE).read_text()


def _open(page: Page, tramline: Tramline, person: str, address: str) -> None:
    if person:
        log_in(page, tramline, f"axe-{person}")
    page.goto(tramline.url + address)
    if address.startswith("/read/"):
        open_viewer(page)
    page.wait_for_timeout(700)


def _findings(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    return page.evaluate(RUN, RULES)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, tramline: Tramline, places: dict[str, str], axe: str, name: str):
    person, address = PAGES[name]

    _open(page, tramline, person, address or places[name])

    findings = _findings(page, axe)
    assert not findings, "\n".join(findings)


def test_axe_finds_nothing_with_everything_open_in_the_viewer(
    page: Page, tramline: Tramline, places: dict[str, str], axe: str
):
    _open(page, tramline, "reader", places["viewer"])
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.keyboard.press("Shift+V")
    page.keyboard.press("Shift+C")
    findings = _findings(page, axe)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    findings += _findings(page, axe)

    assert not findings, "\n".join(findings)


def test_an_image_is_read_with_the_keys_alone(page: Page, tramline: Tramline, places: dict[str, str]):
    page.goto(f"{tramline.url}/login/")
    page.keyboard.type("axe-reader")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible(timeout=30_000)
    page.goto(tramline.url + places["viewer"])
    open_viewer(page)
    first = page.evaluate("() => window.tramline.active")
    page.keyboard.press("+")
    page.keyboard.press("+")
    before = page.evaluate("() => window.tramline.view")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    after = page.evaluate("() => window.tramline.view")
    assert after["x"] != before["x"]
    assert after["y"] != before["y"]
    page.keyboard.press("e")
    expect(page.locator('[data-choose-tool="eraser"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("PageDown")
    wait_for(page, f"() => window.tramline.isReady && window.tramline.active !== '{first}'")
    page.keyboard.press("PageUp")
    wait_for(page, f"() => window.tramline.isReady && window.tramline.active === '{first}'")
    page.keyboard.press("9")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-save-state]")).to_have_text("Submitted. Look only.")


def test_the_focus_can_be_seen_goes_in_order_and_is_never_caught(
    page: Page, tramline: Tramline, places: dict[str, str]
):
    _open(page, tramline, "reader", places["viewer, submitted"])
    seen, tops = [], []
    for _step in range(150):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            """() => {
              const one = document.activeElement;
              const box = one.getBoundingClientRect();
              const style = getComputedStyle(one);
              const ring = style.outlineStyle !== "none" || style.boxShadow !== "none";
              one.dataset.order ??= String(document.querySelectorAll("[data-order]").length);
              const html = one.outerHTML.slice(0, 120);
              const isBody = one === document.body;
              return { order: one.dataset.order, isBody, ring, shown: box.width > 0, html };
            }"""
        )
        if focus["isBody"] or (seen and focus["order"] == "0"):
            break
        assert focus["order"] not in seen, f"the focus is caught at {focus['html']}"
        assert focus["ring"], f"nobody sees the focus on {focus['html']}"
        assert focus["shown"], f"the focus is on something hidden: {focus['html']}"
        seen.append(focus["order"])
        tops.append(focus["html"])
    else:
        pytest.fail(f"150 steps do not lead round the page: {tops[-5:]}")
    assert len(seen) > 15
