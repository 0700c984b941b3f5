import csv
import io

import pytest
from django.urls import reverse

from annotations.domain.re_annotation import perform_re_annotation
from annotations.models import Annotation, ReAnnotationRun
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.exam_review import accept, make_correction, make_reading
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def expert(client):
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    return expert


def address(campaign):
    return reverse("review_changes", args=[campaign.id])


def count_all():
    for run in ReAnnotationRun.objects.filter(state="queued"):
        perform_re_annotation(run_id=run.id, worker="test", is_stopping=lambda: False)


@pytest.fixture
def campaign(expert):
    """Make a campaign with two accepted readings, one of which was corrected."""
    campaign = make_campaign()
    make_correction(first := make_reading(campaign, make_reader()), expert, row=50)
    for reading in (first, make_reading(campaign, make_reader())):
        accept(reading, expert)
    return campaign


def test_report_tells_every_figure_with_its_definition(client, campaign):
    count_all()

    page = client.get(address(campaign))

    text = page.content.decode()
    assert [each["label"] for each in page.context["reports"]] == ["bac", "microcalcification"]
    for each in page.context["reports"]:
        assert [row.totals.n_images for row in each["rows"]] == [2, 1, 1, 1, 1]
        for definition in each["definitions"].values():
            assert text.count(definition) >= 2  # at the head of its column, and below the table
    assert [each["rows"][0].totals.images["added"] for each in page.context["reports"]] == [1, 0]


def test_where_patients_do_not_differ_no_interval_is_shown(client, campaign, expert):
    for pair in (make_reading(campaign, make_reader()) for _ in range(2)):
        accept(pair, expert)
    count_all()

    text = client.get(address(campaign)).content.decode()

    assert "0 % (patients do not differ: no interval)" in " ".join(text.split())
    assert "100 % (one patient)" in " ".join(text.split())


def test_what_is_not_counted_yet_is_said_and_can_be_asked_for(client, campaign):
    before = client.get(address(campaign)).content.decode()
    ReAnnotationRun.objects.all().update(state="failed")
    asked = client.post(address(campaign), follow=True).content.decode()
    count_all()

    assert "2 of 2 accepted images are not counted yet. A worker is at it" in before
    assert "is being counted now" in asked
    assert "not counted yet" not in client.get(address(campaign)).content.decode()


def test_csv_has_a_line_for_each_image_and_label(client, campaign):
    count_all()

    answer = client.get(address(campaign), {"as": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert answer["Content-Type"].startswith("text/csv")
    assert sorted((row["label"], row["outcome"], row["n_added"]) for row in rows) == [
        ("bac", "added", "1"),
        ("bac", "unchanged", "0"),
        ("microcalcification", "unchanged", "0"),
        ("microcalcification", "unchanged", "0"),
    ]
    (of_bac, _) = client.get(address(campaign)).context["reports"]
    assert {row["reader"] for row in rows} == {row.reader for row in of_bac["rows"]} - {""}


def test_nothing_accepted_says_what_comes_here(client, expert):
    campaign = make_campaign()

    assert "Nothing is accepted yet" in client.get(address(campaign)).content.decode()
    assert client.get(address(campaign), {"as": "csv"}).content.decode().count("\n") == 1


@pytest.mark.parametrize("role", ["reader", "data_scientist", "administrator"])
def test_report_is_for_those_who_review(client, role):
    campaign = make_campaign()
    person = make_reader(role)
    make_assignment(person, campaign=campaign)
    client.force_login(person.user)

    assert client.get(address(campaign)).status_code == 403
    assert client.post(address(campaign)).status_code == 403


def test_expert_who_still_reads_here_learns_no_figure(client, expert, campaign):
    make_assignment(expert, campaign=campaign)

    assert client.get(address(campaign)).status_code == 403


def test_exam_that_the_expert_still_reads_elsewhere_is_in_no_figure_and_no_line(client, expert, campaign):
    count_all()
    mine = Annotation.objects.filter(assignment__campaign=campaign, derived_from=None).first()
    make_assignment(expert, mine.mammogram.study)

    page = client.get(address(campaign))
    lines = client.get(address(campaign), {"as": "csv"}).content.decode()

    assert page.context["image_count"] == 1
    assert mine.reader.pseudonym not in page.content.decode()
    assert str(mine.id) not in lines
    assert lines.count("\n") == 3
