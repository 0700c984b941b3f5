from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.domain.give_out import join
from annotations.domain.planting_run import perform_planting
from annotations.domain.reading_check import held_checks
from annotations.domain.reference_exam import take_known_reference
from annotations.enums import CheckStrictness, ReadingCheck
from annotations.models import Assignment, PlantedCopy, PlantingRun, ReferenceExam
from ml.phantom import make_phantom
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.correction_run import make_square
from tests.factories.mammogram import make_mammogram
from tests.factories.operations import make_patch
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_reader("administrator")
    client.force_login(lead.user)
    return lead


def address(campaign):
    return reverse("campaign_checks", args=[campaign.id])


def test_lead_holds_checks_and_sees_them_held(client, lead):
    campaign = make_campaign()
    sent = dict.fromkeys(ReadingCheck.values, "off") | {
        "act": "hold",
        "labels_touch": "bar",
        "small_group": "warn",
        "small_group_limit": "5",
        "tiny_piece_limit": "4",
    }

    answer = client.post(address(campaign), sent, follow=True)

    held = {check.name: (check.strictness, check.limit) for check in held_checks(campaign)}
    assert held[ReadingCheck.LABELS_TOUCH] == (CheckStrictness.BAR, None)
    assert held[ReadingCheck.SMALL_GROUP] == (CheckStrictness.WARN, 5)
    page = answer.content.decode()
    assert "The checks hold from now on." in page
    assert '<option value="bar" selected>Bar</option>' in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"act": "hold", "labels_touch": "shout"}, "shout is not one of the available choices"),
        ({"act": "plant", "plant-study": "P-NOBODY"}, "No exam of a patient P-NOBODY is here."),
        ({"act": "plant", "plant-study": "P-NOBODY", "plant-lengths_mm": "long"}, "long are no lengths."),
        ({"act": "plant", "plant-study": "P-NOBODY", "plant-lengths_mm": "900"}, "2.5 to 60 mm"),
        ({"act": "expert", "expert-study": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_is_said_on_the_page(client, lead, sent, words):
    answer = client.post(address(make_campaign()), sent)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not ReferenceExam.objects.exists()


def test_exam_that_no_expert_read_is_refused_on_the_page(client, lead):
    mammogram = make_mammogram()

    answer = client.post(
        address(make_campaign()),
        {"act": "expert", "expert-study": mammogram.study.patient.code, "expert-maximum_tries": "1"},
    )

    assert answer.status_code == 400
    assert "No expert has submitted RMLO of this exam." in answer.content.decode()


def plant(code):
    return {
        "act": "plant",
        "plant-study": code,
        "plant-lengths_mm": "8; 15",
        "plant-maximum_tries": "1",
    }


def test_planting_that_fails_says_why_on_the_page(client, lead):
    campaign, source = make_campaign(), make_mammogram(pixel_spacing_mm=None)
    client.post(address(campaign), plant(source.study.patient.code))

    perform_planting(run_id=PlantingRun.objects.get().id, worker="test", is_stopping=lambda: False)

    page = client.get(address(campaign)).content.decode()
    assert f"No copy of {source.study.patient.code} was made." in page
    assert PlantingRun.objects.get().error in unescape(page)


def test_lead_plants_a_reference_and_gives_it_out(client, lead):
    pixels = make_phantom(5, rows=800, columns=600).presentation
    source = make_mammogram(pixels, pixel_spacing_mm=(0.1, 0.1), image_laterality="L", view_position="CC")
    campaign, reader = make_campaign(), make_reader()
    join(campaign, [reader])
    make_assignment(reader, make_mammogram().study, campaign)
    code = source.study.patient.code

    asked = client.post(address(campaign), plant(code), follow=True)
    again = client.post(address(campaign), plant(code), follow=True)
    perform_planting(run_id=PlantingRun.objects.get().id, worker="test", is_stopping=lambda: False)
    done = client.get(address(campaign))
    given = client.post(address(campaign), {"act": "place"}, follow=True)

    assert f"A copy of {code} waits for a worker" in asked.content.decode()
    assert "is being made already" in again.content.decode()
    assert "waits for a worker" not in done.content.decode()
    assert ReferenceExam.objects.get().study.patient.code in done.content.decode()
    assert len(PlantedCopy.objects.get().recipe["segments"]) == 2
    assert "1 readings of reference exams were given out." in given.content.decode()
    assert Assignment.objects.filter(campaign=campaign, reader=reader).count() == 2


def test_lead_makes_a_reference_of_what_an_expert_read(client, lead):
    mammogram, campaign = make_mammogram(), make_campaign()
    make_annotation(mammogram, make_reader("adjudicator"), labels={"bac": make_square(9, 9)}, submitted=True)

    client.post(
        address(campaign),
        {"act": "expert", "expert-study": mammogram.study.patient.code, "expert-maximum_tries": "3"},
    )

    exam = campaign.reference_exams.get()
    assert (exam.maximum_tries, exam.author) == (3, lead)


@pytest.mark.parametrize("role", ["reader", "adjudicator", "data_scientist"])
def test_page_is_for_the_lead_alone(client, role):
    client.force_login(make_reader(role).user)

    assert client.get(address(make_campaign())).status_code == 403


def test_references_cost_the_same_queries_whatever_their_number(client, lead):
    campaign = make_campaign()
    counts = []
    for _ in (1, 2):
        for mammogram in [make_mammogram() for _ in range(2)]:
            make_annotation(mammogram, make_reader("adjudicator"), submitted=True)
            client.post(
                address(campaign),
                {"act": "expert", "expert-study": mammogram.study.patient.code, "expert-maximum_tries": "1"},
            )
        with CaptureQueriesContext(connection) as queries:
            client.get(address(campaign))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_lead_who_reads_in_the_campaign_learns_of_no_reference(client, lead):
    campaign, mammogram = make_campaign(), make_mammogram(pixel_spacing_mm=(0.1, 0.1))
    exam = take_known_reference(
        campaign=campaign,
        study=mammogram.study,
        masks={mammogram.id: make_patch(make_square(4, 4, 12))},
        maximum_tries=1,
        actor=None,
    )
    row = f'<th scope="row">{exam.study.patient.code}</th>'
    assert row in client.get(address(campaign)).content.decode()

    make_assignment(lead, mammogram.study, campaign)

    page = client.get(address(campaign))
    assert exam.study.patient.code not in page.content.decode()
    assert "closed to you while you take part" in page.content.decode()
    for act in ("plant", "expert", "place"):
        assert client.post(address(campaign), {"act": act}).status_code == 403
    assert client.post(address(campaign), {"act": "hold"}).status_code != 403
