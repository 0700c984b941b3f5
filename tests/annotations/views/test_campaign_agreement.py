"""The page of agreement: who sees it, what it says in every state, what it asks of the database."""

import csv
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.domain.agreement_run import request_agreement
from annotations.models import AdjudicationRequest, AgreementReport, AgreementRun, Assignment
from tests.factories.agreement import compare_readings, make_read_campaign
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db

PAGES = ["campaign_agreement", "campaign_agreement_figures", "campaign_agreement_comparisons"]


def ask(campaign, person, name="campaign_agreement", query="", **sent):
    client = Client()
    client.force_login(person.user)
    address = reverse(name, args=[campaign.id]) + query
    return client.post(address, sent) if sent or "compare" in name else client.get(address)


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def rows_of(answer):
    return list(csv.DictReader(answer.content.decode().splitlines()))


@pytest.fixture
def compared():
    read = make_read_campaign(readers=3, exams=2)
    compare_readings(read.campaign)
    return read


@pytest.mark.parametrize("role", ["adjudicator", "data_scientist", "administrator"])
def test_figures_stand_under_pseudonyms(compared, role):
    page = ask(compared.campaign, make_reader(role))

    assert page.status_code == 200
    for reader in compared.readers:
        assert reader.pseudonym in text_of(page)
        assert reader.user.get_username() not in page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_readers_see_no_figure(compared, name):
    assert ask(compared.campaign, compared.readers[0], name).status_code == 403


@pytest.mark.parametrize("name", [*PAGES, "campaign_compare_readings"])
def test_whoever_still_reads_in_the_campaign_sees_no_figure(compared, name):
    expert = make_reader("adjudicator")
    make_assignment(reader=expert, campaign=compared.campaign)

    page = ask(compared.campaign, expert, name)

    assert page.status_code == 403
    assert "closed to you while you take part in it as a reader" in text_of(page)
    assert not any(reader.pseudonym in text_of(page) for reader in compared.readers)
    assert AgreementRun.objects.count() == 1


def test_closed_page_promises_no_exam_to_whom_only_a_repeat_is_left(compared):
    expert = make_reader("adjudicator")
    repeat = make_assignment(reader=expert, campaign=compared.campaign)
    Assignment.objects.filter(id=repeat.id).update(
        opens_on=timezone.localdate() + timedelta(days=28), round=2
    )

    text = text_of(ask(compared.campaign, expert, "campaign_agreement"))

    assert "closed to you while you take part in it as a reader" in text
    for hint in ("still read", "your exams", "submitted", "Read them"):
        assert hint not in text


def test_whoever_still_reads_an_exam_elsewhere_sees_none_of_its_cases(compared):
    expert = make_reader("adjudicator")
    before = rows_of(ask(compared.campaign, expert, "campaign_agreement_comparisons"))
    study = compared.images[0].study
    make_assignment(reader=expert, study=study)

    after = rows_of(ask(compared.campaign, expert, "campaign_agreement_comparisons"))

    hidden = {str(image.id) for image in compared.images if image.study_id == study.id}
    assert {row["image"] for row in before} - {row["image"] for row in after} == hidden
    page = ask(compared.campaign, expert).content.decode()
    assert not any(image in page for image in hidden)


def test_points_and_worst_cases_lead_to_both_labels(compared):
    page = ask(compared.campaign, make_reader("adjudicator")).content.decode()

    pairs = rows_of(ask(compared.campaign, make_reader("adjudicator"), "campaign_agreement_comparisons"))
    known = {(row["first_reading"], row["second_reading"]) for row in pairs}
    linked = re.findall(r"reference=([0-9a-f-]{36})&amp;candidate=([0-9a-f-]{36})&amp;label=bac", page)
    assert len(linked) >= 4
    assert set(linked) <= known


def test_the_lead_who_may_not_look_at_labels_gets_no_link_to_them(compared):
    assert "candidate=" not in ask(compared.campaign, make_reader("administrator")).content.decode()


def test_every_figure_of_the_file_has_its_definition_beside_it(compared):
    rows = rows_of(ask(compared.campaign, make_reader("data_scientist"), "campaign_agreement_figures"))

    assert len(rows) == len(compared.campaign.agreement_reports.get().figures)
    assert all(row["definition"] and row["interval_definition"] for row in rows)
    names = {reader.pseudonym for reader in compared.readers}
    assert {name for row in rows for name in row["readers"].split()} == names


def test_comparisons_of_the_file_stand_as_their_readers_do(compared):
    rows = rows_of(ask(compared.campaign, make_reader("data_scientist"), "campaign_agreement_comparisons"))

    assert len(rows) == 4 * 3 * 2
    drawn = {
        (compared.readers[reader].pseudonym, str(compared.images[image].id)): mask.sum()
        for (reader, image), mask in compared.drawn.items()
    }
    for row in (row for row in rows if row["label"] == "bac"):
        for side in ("first", "second"):
            assert float(row[f"area_{side}_px"]) == drawn[row[f"{side}_reader"], row["image"]]


@pytest.mark.parametrize(
    ("role", "may"), [("adjudicator", True), ("administrator", True), ("data_scientist", False)]
)
def test_the_worst_cases_are_sent_to_adjudication(compared, role, may):
    page = ask(compared.campaign, make_reader(role)).content.decode()
    images = re.findall(r'name="image" value="([0-9a-f-]{36})"', page)
    assert ("Send these to adjudication" in page) is may

    answer = ask(compared.campaign, make_reader(role), "campaign_send_cases", image=images)

    assert answer.status_code == (302 if may else 403)
    sent = {str(one) for one in AdjudicationRequest.objects.values_list("mammogram_id", flat=True)}
    assert sent == (set(images) if may else set())


def test_an_image_of_another_campaign_is_not_sent(compared):
    other = make_read_campaign(readers=2, exams=1)
    compare_readings(other.campaign)

    ask(
        compared.campaign,
        make_reader("adjudicator"),
        "campaign_send_cases",
        image=[str(other.images[0].id), "no id"],
    )

    assert not AdjudicationRequest.objects.exists()


def test_nothing_read_says_what_will_stand_here():
    page = ask(make_campaign(), make_reader("adjudicator"))

    assert "Nothing has been read yet" in text_of(page)
    assert "Compare the readings" not in text_of(page)


def test_readings_without_a_report_are_compared_by_one_button():
    read = make_read_campaign(readers=2, exams=1)
    expert = make_reader("adjudicator")
    assert "Compare the readings" in text_of(ask(read.campaign, expert))

    ask(read.campaign, expert, "campaign_compare_readings")

    assert read.campaign.agreement_runs.get().requested_by == expert
    assert "waits for a worker to be free" in text_of(ask(read.campaign, expert))


def test_comparing_where_nothing_was_read_is_refused_on_the_page():
    campaign, expert = make_campaign(), make_reader("adjudicator")
    client = Client()
    client.force_login(expert.user)

    page = client.post(reverse("campaign_compare_readings", args=[campaign.id]), follow=True)

    assert "No exam of this campaign has been submitted yet" in text_of(page)


def test_a_run_that_failed_says_why(compared):
    run, _ = request_agreement(campaign=compared.campaign, actor=None)
    AgreementRun.objects.filter(id=run.id).update(state="failed", error="The disk was full.")

    page = text_of(ask(compared.campaign, make_reader("adjudicator")))

    assert "The last comparison did not end well: The disk was full." in page


def test_a_report_that_is_behind_says_by_how_much(compared):
    withdrawn = Assignment.objects.filter(reader=compared.readers[0]).first()
    Assignment.objects.filter(id=withdrawn.id).update(
        state="withdrawn", submitted_at=None, ended_at=withdrawn.created_at, end_reason="blurred"
    )

    page = text_of(ask(compared.campaign, make_reader("adjudicator")))

    assert "The figures are not up to date. 2 of those in the report count no more" in page


@pytest.mark.parametrize("readers", [1, 2])
def test_one_reader_or_two_are_told_what_is_missing(readers):
    read = make_read_campaign(readers=readers, exams=2)
    compare_readings(read.campaign)

    page = text_of(ask(read.campaign, make_reader("adjudicator")))

    if readers == 1:
        assert f"Only {read.readers[0].pseudonym} has read in this round" in page
    else:
        assert "no image was read by three readers" in page


def test_images_that_nobody_marked_are_agreed_on_and_left_out_of_means():
    read = make_read_campaign(readers=2, exams=2)
    compare_readings(read.campaign)

    page = text_of(ask(read.campaign, make_reader("adjudicator"), query="?label=microcalcification"))

    assert "on all of them both marked nothing, and agree" in page
    assert "neither reader marked anything" in page


@pytest.mark.parametrize(
    "query", ["?label=moon&round=x&measure=luck&pair=1,2", "?pair=,", "?round=99999999999999", "?label="]
)
def test_an_address_that_makes_no_sense_shows_what_most_people_look_at_first(compared, query):
    assert ask(compared.campaign, make_reader("adjudicator"), query=query).status_code == 200


def test_the_page_asks_as_often_of_many_as_of_few():
    counts = []
    for exams, readers in ((1, 2), (3, 4)):
        read = make_read_campaign(readers=readers, exams=exams)
        compare_readings(read.campaign)
        expert = make_reader("adjudicator")
        ask(read.campaign, expert)
        with CaptureQueriesContext(connection) as asked:
            assert ask(read.campaign, expert).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 35


def test_report_of_earlier_definitions_says_so_and_offers_a_new_one(compared):
    expert, report = make_reader("adjudicator"), AgreementReport.objects.get()
    assert "Compute anew" not in text_of(ask(compared.campaign, expert))
    AgreementReport.objects.create(
        run=AgreementRun.objects.create(campaign=compared.campaign, state="succeeded"),
        campaign=compared.campaign,
        number=2,
        as_of=report.as_of,
        reading_count=report.reading_count,
        definition_version=report.definition_version,
        definitions={**report.definitions, "version": report.definitions["version"] - 1},
        figures=report.figures,
    )

    before = text_of(ask(compared.campaign, expert))
    compare_readings(compared.campaign)
    after = text_of(ask(compared.campaign, expert))

    assert "They were computed by an earlier version of their definitions" in before
    assert "Compute anew" in before
    assert "report 3" in after
    assert "earlier version" not in after
