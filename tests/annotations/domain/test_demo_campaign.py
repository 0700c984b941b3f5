import pytest
from django.utils import timezone

from annotations.domain.campaign_board import board_of
from annotations.domain.demo_campaign import DAYS_AGO, build_history
from annotations.domain.exam_state import with_exam_state
from annotations.enums import ExamState
from annotations.models import Annotation, Assignment, ExamReview, ReadingInterval
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make_campaign()


@pytest.fixture
def history(campaign):
    """Hold what the demo's history is built from: five exams read by three people, two unread."""
    people = {name: make_reader(username=name) for name in ("anna", "ben", "carla")}
    read = [make_mammogram() for _number in DAYS_AGO]
    unread = [make_mammogram().study for _number in range(2)]
    for reader in people.values():
        for mammogram in read:
            assignment = make_assignment(reader, mammogram.study, campaign)
            make_annotation(mammogram, assignment=assignment, submitted=True)
        for study in unread:
            make_assignment(reader, study, campaign)
    people["expert"] = make_reader("adjudicator", "expert")
    studies = [mammogram.study for mammogram in read]
    return {"campaign": campaign, "read": studies, "unread": unread, "people": people}


def test_demo_shows_a_campaign_in_all_its_states(history, campaign):
    build_history(**history)

    states = set(with_exam_state(campaign).values_list("exam_state", flat=True))
    board = board_of(campaign)
    assert states == {ExamState.WAITING, ExamState.RETURNED, ExamState.DONE, ExamState.SKIPPED}
    assert board.forecast.expected > timezone.localdate()
    assert sum(row.overdue for row in board.rows) == 1
    assert all(row.active_s for row in board.rows)
    assert (campaign.consensus_runs.count(), campaign.agreement_runs.count()) == (1, 1)


def test_agreement_over_time_has_more_than_one_week(history):
    build_history(**history)

    submitted = set(Annotation.objects.filter(submitted_at__isnull=False).values_list("submitted_at__week"))
    assert len(submitted) > 1


def test_history_is_built_once(history, campaign):
    for _start in range(2):
        build_history(**history)

    assert ExamReview.objects.count() == 2
    assert ReadingInterval.objects.count() == 3 * len(DAYS_AGO)
    assert Assignment.objects.filter(state="skipped").count() == 1
    assert (campaign.consensus_runs.count(), campaign.agreement_runs.count()) == (1, 1)
