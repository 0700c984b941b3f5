"""Pages and files of a campaign ask the database as often for a hundred rows as for ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.domain.lacking_reading import lacking_readings
from annotations.domain.next_exam import take_next
from annotations.models import PlantingRun, ReferenceExam
from tests.annotations.domain.test_correction_batch import make_batch
from tests.annotations.views.test_review_changes import count_all
from tests.factories.agreement import compare_readings, make_read_campaign
from tests.factories.assignment import make_campaign
from tests.factories.exam_review import accept, make_correction, make_reading
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies

pytestmark = pytest.mark.django_db
FEW, MANY = 10, 100
FILES_AND_CHANGES = (
    "campaign_agreement_figures",
    "campaign_agreement_comparisons",
    "campaign_agreement",
    "corrections_table",
    "review_changes",
)


def statements(work, *args):
    with CaptureQueriesContext(connection) as queries:
        work(*args)
    return len(queries)


def make_exams(count, state, **asked):
    """Give so many exams to one reader, all in one state of hers."""
    campaign, reader = make_campaign(), make_reader()
    give_out_exams(campaign, make_studies(count), [reader], **asked)
    facts = {
        "submitted": {"submitted_at": timezone.now()},
        "skipped": {"ended_at": timezone.now(), "end_reason": "Blurred."},
    }
    campaign.assignments.update(state=state, **facts.get(state, {}))
    return campaign, reader


@pytest.mark.parametrize(
    ("name", "role", "state"),
    [
        ("worklist", "reader", "open"),
        ("worklist_done", "reader", "submitted"),
        ("api-assignments", "reader", "open"),
        ("campaign_board", "administrator", "skipped"),
        ("campaign_plan", "administrator", "skipped"),
        ("campaign_reviews", "adjudicator", "submitted"),
        ("campaign_quality", "data_scientist", "submitted"),
        ("campaigns", "administrator", "open"),
    ],
)
def test_exams(client, name, role, state):
    counts = []
    for rows in (FEW, MANY):
        campaign, reader = make_exams(rows, state)
        client.force_login((reader if role == "reader" else make_reader(role)).user)
        of_campaign = name.startswith("campaign_") or name == "worklist_done"
        address = reverse(name, args=[campaign.id] if of_campaign else [])
        assert client.get(address).status_code == 200  # what is read once in a process
        counts.append(statements(client.get, address))

    assert counts[0] == counts[1]


def test_references_and_plantings(client):
    client.force_login(make_reader("administrator").user)
    campaign, counts = make_campaign(), []
    for rows in (FEW, MANY - FEW):
        studies = make_studies(rows)
        facts = {"campaign": campaign, "maximum_tries": 1}
        ReferenceExam.objects.bulk_create(
            [ReferenceExam(study=study, kind="known", **facts) for study in studies]
        )
        PlantingRun.objects.bulk_create(
            [PlantingRun(source=study, lengths_mm=[8], seed=1, **facts) for study in studies]
        )
        address = reverse("campaign_checks", args=[campaign.id])
        counts.append(statements(client.get, address))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("is_pool", [False, True])
def test_the_next_exam(is_pool):
    counts = []
    for rows in (FEW, MANY):
        _campaign, reader = make_exams(rows, "open", is_pool=is_pool)
        counts.append(statements(take_next, reader))

    assert counts[0] == counts[1]


def test_what_a_plan_and_a_pool_lack():
    counts = []
    for rows in (FEW, MANY):
        campaign, _reader = make_exams(rows, "skipped")
        give_out_exams(campaign, make_studies(rows), make_readers(1), is_pool=True)
        counts.append(statements(lacking_readings, campaign))

    assert counts[0] == counts[1]


def test_files_and_changes_of_few_and_more_readings(client):
    """Rows that were drawn are dear, so here they are 2 and 8."""
    expert = make_reader("adjudicator")
    client.force_login(expert.user)
    counts = []
    for rows in (2, 8):
        campaign = make_read_campaign(readers=2, exams=rows // 2, views=1).campaign
        compare_readings(campaign)
        for number in range(rows // 2):
            reading = make_reading(campaign, make_reader())
            if number % 2:
                make_correction(reading, expert, row=50)
            accept(reading, expert)
        make_batch(campaign, expert, [(3.25, "too_short", "borderline")] * rows)
        client.post(reverse("review_changes", args=[campaign.id]))
        count_all()
        addresses = [reverse(name, args=[campaign.id]) for name in FILES_AND_CHANGES]
        counts.append([statements(client.get, address) for address in addresses])

    assert counts[0] == counts[1]
