"""Disagreements resolved in a real browser: one key each, no name, every byte as decided, and undone."""

import base64
import hashlib
import json
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, Response, expect

from ml import masks
from tests.e2e.conftest import Tramline
from tests.e2e.disputed_campaign import SIZE
from tests.e2e.pages import css_point, drag, log_in, wait_for

pytestmark = pytest.mark.e2e

SEGMENTS = 20
SHOWN = "(document.querySelector('#adjudication')?.dataset.segment ?? null)"


@dataclass
class Session:
    """What the browser was told, and what is to be in the reference standard by the keys pressed."""

    page: Page
    campaign: str
    images: list[str]
    unread: list[Response] = field(default_factory=list)
    told: dict[str, dict] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    keys: int = 0
    kept: dict[str, masks.Runs] = field(default_factory=dict)

    def hear(self, response: Response) -> None:
        """Note an answer; it is read later, since an event must not wait for the browser."""
        if response.request.resource_type == "fetch" and response.url.split("/")[3] == "api":
            self.unread.append(response)

    def read_answers(self) -> None:
        while self.unread:
            response = self.unread.pop(0)
            if "json" not in response.headers.get("content-type", ""):
                continue
            self.texts.append(response.text())
            answer = response.json()
            for segment in [*answer.get("segments", []), *filter(None, [answer.get("segment")])]:
                self.told[segment["id"]] = segment

    def shown(self, *, after: str | None = None) -> dict:
        """Wait until a segment, another one than `after`, can be seen."""
        wait_for(self.page, f"() => {SHOWN} !== null && {SHOWN} !== {json.dumps(after)}")
        self.read_answers()
        return self.told[self.page.evaluate(f"() => {SHOWN}")]

    def press(self, key: str, segment: dict) -> None:
        self.page.keyboard.press(key)
        self.keys += 1
        self.kept[segment["id"]] = kept_by(key, segment)

    def expected_digest(self) -> str:
        """Join what was kept on each image, where nothing was agreed on, as decision 11 writes it."""
        lines = ["tramline-reference-1"]
        for image in sorted(self.images):
            whole = nothing = masks.empty(*SIZE)
            for identity, mask in self.kept.items():
                if self.told[identity]["mammogram"] == image:
                    whole = masks.union(whole, mask)
            for label, mask in (("bac", whole), ("microcalcification", nothing)):
                lines.append(f"{image} {label} {masks.digest(mask)}")
        return hashlib.sha256("\n".join([*lines, ""]).encode()).hexdigest()


def kept_by(key: str, segment: dict) -> masks.Runs:
    rows, columns = segment["rows"], segment["columns"]
    if key == "n":
        return masks.empty(rows, columns)
    if key == "b":
        return masks.decode(base64.b64decode(segment["runs"]), versions=(1, 2))
    return masks.from_polygons(rows, columns, segment["versions"][int(key) - 1]["rings"])


def begin(page: Page, tramline: Tramline, name: str, segments: int) -> tuple[Session, list[str]]:
    """Make a disputed campaign and open it as its expert; return also what she must not learn."""
    facts = json.loads(tramline.run("tests.e2e.disputed_campaign", name, str(segments)))
    session = Session(page, facts["campaign"], facts["images"])
    page.on("response", session.hear)
    log_in(page, tramline, name)
    page.goto(f"{tramline.url}/campaigns/{facts['campaign']}/adjudication/")
    return session, facts["untold"]


def build_reference(session: Session, tramline: Tramline) -> str:
    """Build a version and return its digest as the page shows it; end where the decisions are."""
    page = session.page
    session.read_answers()
    page.goto(f"{tramline.url}/campaigns/{session.campaign}/reference/")
    page.get_by_role("button", name="Build").click()
    expect(page.get_by_text("is built.")).to_be_visible()
    digest = page.locator("code.digest").first.inner_text()
    page.goto(f"{tramline.url}/campaigns/{session.campaign}/adjudication/")
    return digest


def test_twenty_segments_with_twenty_keys(page: Page, tramline: Tramline) -> None:
    session, untold = begin(page, tramline, "adjudicating", SEGMENTS)
    segment = session.shown()
    lengths = []
    for number in range(SEGMENTS):
        lengths.append(segment["length_mm"])
        choices = ["1", "n", "2", "b"] if len(segment["versions"]) == 2 else ["1", "n"]
        session.press(choices[number % len(choices)], segment)
        if number + 1 < SEGMENTS:
            segment = session.shown(after=segment["id"])
    expect(page.get_by_text("All segments are decided.")).to_be_visible()

    assert session.keys == SEGMENTS
    assert lengths == sorted(lengths, reverse=True), "the longest first"
    assert {version["letter"] for each in session.told.values() for version in each["versions"]} == {"A", "B"}
    session.read_answers()
    everything = " ".join(session.texts) + page.content()
    assert [word for word in untold if word in everything] == []

    first = build_reference(session, tramline)
    assert first == session.expected_digest()
    _take_back_decide_otherwise_and_return(session, tramline, segment, first)


def _take_back_decide_otherwise_and_return(
    session: Session, tramline: Tramline, last: dict, first: str
) -> None:
    """Undo gives the very bytes of before, from the page and after having left it."""
    page, digests = session.page, []
    for key in ("1", "n"):
        page.get_by_role("button", name="Take the last decision back").click()
        assert session.shown()["id"] == last["id"]
        session.press(key, last)
        expect(page.get_by_text("All segments are decided.")).to_be_visible()
        page.keyboard.press("z")
        assert session.shown()["id"] == last["id"]
        session.press(key, last)
        expect(page.get_by_text("All segments are decided.")).to_be_visible()
        digests.append(build_reference(session, tramline))
        assert digests[-1] == session.expected_digest()
    assert digests[0] != digests[1]
    assert first in digests


def test_a_segment_drawn_anew_in_place_is_what_was_drawn(page: Page, tramline: Tramline) -> None:
    session, _ = begin(page, tramline, "redrawing", 1)
    segment = session.shown()
    top, left, bottom, right = segment["box"]
    assert css_point(page, top, left)[0] > css_point(page, top, right)[0], "hung as in the viewer"
    expect(page.locator(".overview-picture")).to_have_css("transform", "matrix(-1, 0, 0, 1, 0, 0)")
    page.keyboard.press("r")
    drag(page, [(bottom + 30, left), (bottom + 30, right)])
    page.keyboard.press("e")
    drag(page, [(top + 4, left - 20), (top + 4, left + 20)])
    with page.expect_request("**/decisions/") as sent:
        page.keyboard.press("Enter")
    expect(page.get_by_text("All segments are decided.")).to_be_visible()

    drawn = masks.decode(base64.b64decode(sent.value.post_data_json["runs"]), versions=(1, 2))
    session.kept[segment["id"]] = drawn
    assert build_reference(session, tramline) == session.expected_digest()
    pixels, before = masks.to_dense(drawn), masks.to_dense(kept_by("b", segment))
    assert pixels[bottom + 30, left:right].all()
    assert before[top + 4, left : left + 20].all()
    assert not pixels[top + 4, left : left + 20].any()
    assert pixels[top + 4, left + 40]
