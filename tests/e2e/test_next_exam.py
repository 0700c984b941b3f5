"""A reader goes from exam to exam with keys: next, skip with a reason, submit, how hard it was, next."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import Tramline
from tests.e2e.pages import log_in, log_out, open_viewer
from tests.factories.dicom_files import make_dataset, make_grey_levels, write_dicom

NEWEST_PATIENT = "from annotations.models import Patient; print(Patient.objects.latest('created_at').code)"


def make_three_exams(page: Page, tramline: Tramline, folder) -> None:
    """Take three images in, each an exam of its own, and give them to one reader by a plan."""
    tramline.add_reader("next-reader", "reader")
    tramline.add_reader("next-lead", "administrator")
    log_in(page, tramline, "next-lead")
    page.goto(f"{tramline.url}/intake/")
    paths = [
        write_dicom(
            folder / f"{number}.dcm",
            make_dataset(make_grey_levels(400, 300, seed=9100 + number), PatientID="next exam"),
        )
        for number in range(3)
    ]
    page.locator("#intake-files").set_input_files(paths)
    expect(page.locator("#intake-counts")).to_contain_text("sent: 3 stored", timeout=60_000)
    patient = tramline.manage("shell", "-v", "0", "-c", NEWEST_PATIENT).strip()
    page.goto(f"{tramline.url}/campaigns/")
    page.get_by_label("Name").fill("Next exam")
    page.get_by_role("button", name="Open campaign").click()
    page.get_by_role("row", name="Next exam").get_by_role("link", name="Plan").click()
    # Other tests of this run take in exams of several images, which end only with all of them.
    page.get_by_label("Only of these patients").fill(patient)
    page.get_by_label("How many new exams").fill("3")
    page.locator("label", has_text="next-reader").click()
    page.get_by_label("Percent of exams read by two").fill("0")
    page.get_by_label("Percent of exams read by three").fill("0")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_text("3 new readings; 3 exams in all.")).to_be_visible()
    page.get_by_role("button", name="Give it out").click()
    expect(page.get_by_text("3 readings are given out.")).to_be_visible()
    log_out(page)


def test_reader_goes_from_exam_to_exam(page: Page, tramline: Tramline, tmp_path):
    make_three_exams(page, tramline, tmp_path)
    log_in(page, tramline, "next-reader")
    expect(page.get_by_text("3 exams left to read")).to_be_visible()

    page.keyboard.press("n")
    page.wait_for_url("**/read/**")
    first = open_viewer(page)

    page.get_by_text("Skip this exam").click()
    page.get_by_label("Why").select_option("Poor image quality")
    page.get_by_role("button", name="Skip and open the next").click()
    page.wait_for_url(lambda address: "/read/" in address and first not in address)
    second = open_viewer(page)
    assert second != first

    page.keyboard.press("8")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("How hard was this exam?")).to_be_visible()
    page.get_by_label("Hard", exact=True).check()
    page.keyboard.press("Shift+X")
    page.wait_for_url(lambda address: second not in address)
    third = open_viewer(page)
    assert third not in (first, second)

    page.goto(tramline.url)
    expect(page.get_by_text("1 exam left to read, one of them in progress.")).to_be_visible()
    page.get_by_text("Done: 2").click()
    expect(page.get_by_text("Skipped by the reader: Poor image quality")).to_be_visible()
    expect(page.get_by_label("Difficulty")).to_have_value("hard")
