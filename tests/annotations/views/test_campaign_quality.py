import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.reading_measure import measure_reading
from annotations.domain.reference_exam import take_known_reference
from ml import masks
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def address(campaign):
    return reverse("campaign_quality", args=[campaign.id])


def read(campaign, reader=None, *, is_measured=True):
    mammogram = make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    assignment = make_assignment(reader or make_reader(), mammogram.study, campaign)
    annotation = make_annotation(
        mammogram, assignment=assignment, labels={"bac": make_square(9, 9, 20)}, submitted=True
    )
    if is_measured:
        measure_reading(annotation.id)
    return annotation


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("adjudicator", 200), ("data_scientist", 200), ("reader", 403)],
)
def test_page_is_for_who_watches_over_the_readings(client, role, status):
    campaign = make_campaign()
    annotation = read(campaign)
    client.force_login(make_reader(role).user)

    answer = client.get(address(campaign))

    assert answer.status_code == status
    if status == 200:
        is_led_there = reverse("viewer", args=[annotation.id]) in answer.content.decode()
        assert is_led_there == (role != "administrator")


def test_reader_does_not_see_it_even_of_her_own_campaign(client):
    campaign, reader = make_campaign(), make_reader()
    read(campaign, reader)
    client.force_login(reader.user)

    assert client.get(address(campaign)).status_code == 403


def test_expert_who_still_reads_in_it_sees_nothing(client):
    campaign, expert = make_campaign(), make_reader("adjudicator")
    read(campaign)
    make_assignment(expert, make_mammogram().study, campaign)
    client.force_login(expert.user)

    assert client.get(address(campaign)).status_code == 403


@pytest.mark.parametrize("along", ["exams", "days", "session", "nonsense"])
def test_pictures_stand_along_what_was_asked_for(client, along):
    campaign = make_campaign()
    read(campaign)
    client.force_login(make_reader("administrator").user)

    page = client.get(address(campaign), {"along": along}).content.decode()

    shown = "exams" if along == "nonsense" else along
    assert f'href="?along={shown}#drift-title" aria-current="page"' in page
    assert page.count("<svg viewBox") == 1  # length alone is known of this exam


def test_what_holds_for_every_reader_is_said_once(client):
    campaign = make_campaign()
    for _ in range(3):
        read(campaign)
    client.force_login(make_reader("administrator").user)

    page = client.get(address(campaign)).content.decode()

    assert page.count("No reference exam was read.") == 1
    assert page.count("fewer than eight exams") == 1
    assert "Too few exams for a trend" not in page
    assert "Wilson" not in page


def test_empty_campaign_says_what_comes(client):
    client.force_login(make_reader("administrator").user)

    page = client.get(address(make_campaign())).content.decode()

    assert "This campaign has no reference exam." in page
    assert "Nobody has submitted an exam yet." in page


def test_lead_lets_unmeasured_readings_be_measured(client):
    campaign = make_campaign()
    read(campaign, is_measured=False)
    client.force_login(make_reader("administrator").user)

    assert "1 reading not measured yet." in client.get(address(campaign)).content.decode()
    answer = client.post(address(campaign), follow=True)

    assert "1 readings are being measured." in answer.content.decode()


def test_expert_may_not_ask_for_measures(client):
    campaign = make_campaign()
    read(campaign)
    client.force_login(make_reader("adjudicator").user)

    assert client.post(address(campaign)).status_code == 403


def test_page_is_no_leaderboard(client):
    campaign = make_campaign()
    pseudonyms = {read(campaign).reader.pseudonym for _ in range(3)}
    client.force_login(make_reader("administrator").user)

    page = client.get(address(campaign)).content.decode()

    places = [page.index(f'">{pseudonym} <span') for pseudonym in sorted(pseudonyms)]
    assert places == sorted(places)
    for word in ("best", "worst", "place 1", "winner"):
        assert word not in page.lower()


def test_three_readings_cost_as_many_queries_as_one(client):
    campaign = make_campaign()
    client.force_login(make_reader("administrator").user)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            read(campaign)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(campaign))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_exam_that_an_expert_still_reads_elsewhere_is_no_point_of_hers(client):
    campaign, expert = make_campaign(), make_reader("adjudicator")
    shown, hidden = read(campaign), read(campaign)
    make_assignment(expert, hidden.mammogram.study)
    client.force_login(expert.user)

    page = client.get(address(campaign)).content.decode()

    assert reverse("viewer", args=[shown.id]) in page
    assert reverse("viewer", args=[hidden.id]) not in page
    assert hidden.reader.pseudonym not in page


def test_expert_who_reads_a_reference_elsewhere_sees_no_figure_of_it(client):
    campaign, expert = make_campaign(), make_reader("adjudicator")
    annotation = read(campaign, is_measured=False)
    take_known_reference(
        campaign=campaign,
        study=annotation.mammogram.study,
        masks={annotation.mammogram_id: masks.encode(masks.from_dense(make_square(9, 9, 20)))},
        maximum_tries=1,
        actor=None,
    )
    measure_reading(annotation.id)
    client.force_login(expert.user)
    before = client.get(address(campaign)).context["references"]

    make_assignment(expert, annotation.mammogram.study)

    assert [row.images for row in before] == [1]
    assert client.get(address(campaign)).context["references"] == []
