import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotations.forms.campaign import NEWEST_EXAMS
from annotations.models import Assignment, AuditEntry, Campaign
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    lead = make_reader("administrator")
    client.force_login(lead.user)
    return lead


def test_campaign_is_opened_by_the_lead(client, lead):
    body = {
        "name": "Blind",
        "purpose": "reading",
        "labels": ["bac"],
        "preannotation": "hidden",
        "gate_exams": 3,
        "coverage_percent_required": 90,
    }
    answer = client.post(reverse("campaigns"), body)

    assert answer["Location"] == reverse("campaigns")
    campaign = Campaign.objects.get()
    assert (campaign.labels, campaign.preannotation, campaign.gate_exams) == (["bac"], "hidden", 3)
    assert (campaign.shows_priors, campaign.coverage_share_required) == (False, 0.9)
    assert AuditEntry.objects.get(act="create_campaign").actor == lead


def test_exams_are_given_by_the_lead_and_the_new_ones_are_counted(client, lead):
    campaign, studies = make_campaign(), [make_mammogram().study, make_mammogram().study]
    given = make_assignment(study=studies[0], campaign=campaign)
    readers = [given.reader, make_reader()]
    body = {
        "act": "assign",
        "campaign": campaign.id,
        "studies": [study.id for study in studies],
        "readers": [reader.id for reader in readers],
    }

    page = client.post(reverse("campaigns"), body, follow=True).content.decode()

    assert "3 new assignments." in page
    assert Assignment.objects.count() == 4
    assert {entry.actor for entry in AuditEntry.objects.filter(act="assign_study")} == {lead}


def test_campaigns_show_what_is_left_and_what_was_given(client, lead):
    campaign = make_annotation(submitted=True).assignment.campaign
    make_assignment(campaign=campaign)

    (shown,) = client.get(reverse("campaigns")).context["campaigns"]

    assert (shown.open_count, shown.assignment_count) == (1, 2)


def test_readings_in_a_pool_are_left_to_read(client, lead):
    give_out_exams(make_campaign(), make_studies(4), make_readers(2), is_pool=True)

    (shown,) = client.get(reverse("campaigns")).context["campaigns"]

    assert (shown.open_count, shown.assignment_count) == (4, 0)


def test_form_offers_the_newest_exams_alone(client, lead):
    make_campaign()
    studies = [make_study() for _number in range(NEWEST_EXAMS + 1)]

    form = client.get(reverse("campaigns")).context["assignment_form"]

    assert set(form.fields["studies"].queryset) == set(studies[1:])


def test_form_that_lacks_something_says_what(client, lead):
    campaign = make_campaign()
    make_mammogram()

    answer = client.post(reverse("campaigns"), {"act": "assign", "campaign": campaign.id})

    assert answer.status_code == 400
    assert "Tick at least one reader." in answer.content.decode()
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("role", ["adjudicator", "data_scientist"])
def test_expert_sees_her_own_work_and_opens_no_campaign(client, role):
    expert = make_reader(role)
    client.force_login(expert.user)
    campaign = make_campaign()
    make_assignment(campaign=campaign)
    make_assignment(expert, campaign=campaign)

    answer = client.get(reverse("campaigns"))

    assert [found.open_count for found in answer.context["campaigns"]] == [1]
    assert "Results open when you have read your exams." in answer.content.decode()
    assert client.post(reverse("campaigns"), {"name": "Mine"}).status_code == 403
    assert Campaign.objects.count() == 1


def test_campaigns_are_not_for_readers(client):
    client.force_login(make_reader().user)

    assert client.get(reverse("campaigns")).status_code == 403
    assert client.post(reverse("campaigns"), {"name": "Mine"}).status_code == 403
    assert not Campaign.objects.exists()


def _make_given_exams(campaigns):
    for _number in range(campaigns):
        campaign = make_campaign()
        for _exam in range(2):
            make_assignment(campaign=campaign)


@pytest.mark.parametrize("role", ["administrator", "adjudicator"])
def test_three_campaigns_cost_as_many_queries_as_one(client, role):
    client.force_login(make_reader(role).user)
    counts = []
    for more in (1, 2):
        _make_given_exams(more)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("campaigns")).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
