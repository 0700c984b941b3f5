"""What a campaign asks beside BAC: answered by keys, and kept while the server cannot be reached."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in, open_viewer, wait_until_saved
from tests.e2e.reading import confirm_guideline
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

pytestmark = pytest.mark.e2e

OF_IMAGE = "Is the image sharp?"
OF_EXAM = "Would you call her back?"
EXAM_ANSWERS = "**/api/assignments/*/exam-answers/"


def _open_exam_with_questions(page: Page, tramline: Tramline, folder: Path, name: str, seed: int) -> str:
    path = write_dicom(folder / f"{name}.dcm", make_dataset(make_grey_levels(600, 500, seed=seed)))
    tramline.run("tests.e2e.given_gate", name, str(path))
    log_in(page, tramline, f"{name}-reader")
    confirm_guideline(page)
    return open_viewer(page)


def _choice(page: Page, question: str, answer: str) -> Locator:
    return page.get_by_role("group", name=question).get_by_role("radio", name=answer)


def test_questions_of_a_campaign_are_answered_by_keys_alone(page: Page, tramline: Tramline, tmp_path: Path):
    annotation = _open_exam_with_questions(page, tramline, tmp_path, "question-keys", 91)
    page.keyboard.press("2")
    expect(page.locator('[data-choose-label="microcalcification"]')).to_have_attribute("aria-pressed", "true")
    expect(_choice(page, OF_IMAGE, "No")).not_to_be_checked()

    page.keyboard.press("0")
    page.keyboard.press("2")
    expect(_choice(page, OF_IMAGE, "No")).to_be_checked()
    page.keyboard.press("1")  # the question about the exam comes by itself
    expect(_choice(page, OF_EXAM, "Yes")).to_be_checked()
    page.keyboard.press("1")  # and behind the last one a digit is what it was
    expect(page.locator('[data-choose-label="bac"]')).to_have_attribute("aria-pressed", "true")
    expect(_choice(page, OF_IMAGE, "No")).to_be_checked()

    page.keyboard.press("0")  # all are answered: the first once more
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    expect(page.locator('[data-choose-label="microcalcification"]')).to_have_attribute("aria-pressed", "true")
    wait_until_saved(page)
    answers = page.request.get(f"{tramline.url}/api/annotations/{annotation}/").json()["answers"]
    assert answers["is_the_image_sharp"] == "no"


def test_the_key_of_questions_is_listed_and_can_be_changed(page: Page, tramline: Tramline, tmp_path: Path):
    _open_exam_with_questions(page, tramline, tmp_path, "question-own-key", 92)
    page.keyboard.press("?")
    row = page.locator("[data-shortcut-list] div", has=page.locator('[data-change-key="next-question"]'))
    expect(row).to_contain_text("Next question of the campaign; there 1, 2, 3 … answer it")
    keys = page.locator("[data-shortcut-list] dt").all_inner_texts()
    assert len(keys) == len(set(keys))
    page.locator('[data-change-key="next-question"]').click()
    page.keyboard.press("5")
    expect(page.locator("[data-shortcut-note]")).to_contain_text("5 is now")
    page.keyboard.press("Escape")

    page.wait_for_timeout(500)
    page.reload()
    open_viewer(page)
    page.keyboard.press("0")
    page.keyboard.press("2")
    expect(_choice(page, OF_IMAGE, "No")).not_to_be_checked()
    page.keyboard.press("5")
    page.keyboard.press("2")
    expect(_choice(page, OF_IMAGE, "No")).to_be_checked()


def test_a_question_touched_with_the_mouse_takes_no_digits(page: Page, tramline: Tramline, tmp_path: Path):
    _open_exam_with_questions(page, tramline, tmp_path, "question-mouse", 93)
    _choice(page, OF_IMAGE, "Yes").click()
    page.keyboard.press("2")
    expect(_choice(page, OF_IMAGE, "Yes")).to_be_checked()
    expect(page.locator('[data-choose-label="microcalcification"]')).to_have_attribute("aria-pressed", "true")


def test_an_answer_about_the_exam_outlives_a_cut_line_and_the_page(
    page: Page, tramline: Tramline, tmp_path: Path
):
    _open_exam_with_questions(page, tramline, tmp_path, "question-offline", 94)
    assignment = page.evaluate(
        "() => JSON.parse(document.getElementById('viewer-facts').textContent).exam.assignment"
    )
    page.route(EXAM_ANSWERS, lambda route: route.abort())
    _choice(page, OF_EXAM, "Yes").click()
    expect(page.locator("[data-save-state]")).to_contain_text("1 answer not yet saved")
    expect(_choice(page, OF_EXAM, "Yes")).to_be_checked()
    _choice(page, OF_IMAGE, "Yes").click()
    page.keyboard.press("7")
    page.wait_for_timeout(600)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-submit-note]")).to_contain_text(
        "Your answers about the exam are not saved yet."
    )

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()  # the browser asks; she leaves all the same
    open_viewer(page)
    expect(_choice(page, OF_EXAM, "Yes")).to_be_checked()
    expect(page.locator("[data-save-state]")).to_contain_text("1 answer not yet saved")
    page.unroute(EXAM_ANSWERS)
    wait_until_saved(page)  # by itself
    stored = page.request.get(f"{tramline.url}/api/assignments/{assignment}/exam-answers/").json()
    assert stored["answers"] == {"would_you_call_her_back": "yes"}


def test_an_answer_that_the_server_refuses_is_listed_after_a_reload_too(
    page: Page, tramline: Tramline, tmp_path: Path
):
    _open_exam_with_questions(page, tramline, tmp_path, "question-refused", 95)
    refusal = '{"code": "exam_not_open", "message": "This exam is submitted."}'
    page.route(
        EXAM_ANSWERS, lambda route: route.fulfill(status=409, body=refusal, content_type="application/json")
    )
    _choice(page, OF_EXAM, "Yes").click()
    listed = page.locator("[data-branch-list] li")
    expect(listed).to_contain_text("1 answer about the exam of")
    expect(_choice(page, OF_EXAM, "Yes")).not_to_be_checked()

    page.reload()
    open_viewer(page)
    expect(listed).to_contain_text("It says: would_you_call_her_back yes. The server refuses: This exam is")
    with page.expect_download():
        listed.get_by_role("button", name="Save report").click()
