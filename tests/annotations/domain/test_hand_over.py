import threading

import pytest
from django.db import connection, transaction

from annotations.domain.assignment import submit_if_complete
from annotations.domain.campaign_reader import remove_reader
from annotations.domain.webhook import create_webhook
from annotations.enums import NoticeEvent
from annotations.models import Assignment, NoticeDelivery
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams, make_readers, make_studies


def _hear_everything(settings):
    settings.WEBHOOK_HOSTS = ["hook.example"]
    create_webhook(
        address="http://hook.example/",
        events=list(NoticeEvent),
        campaign=None,
        author=make_reader("administrator"),
    )


def _told():
    return sorted(NoticeDelivery.objects.values_list("event", flat=True))


def _submit(assignment):
    make_annotation(make_mammogram(study=assignment.study), assignment=assignment, submitted=True)


@pytest.mark.django_db
def test_submission_is_told_and_the_last_of_a_batch_and_of_the_campaign(settings):
    _hear_everything(settings)
    campaign = make_campaign()
    first, second, last = (make_assignment(campaign=campaign) for _number in range(3))
    Assignment.objects.filter(id=last.id).update(batch=2)
    told = []

    for assignment in (first, second, last):
        NoticeDelivery.objects.all().delete()
        _submit(assignment)
        told.append(_told())

    assert told == [
        ["exam_submitted"],
        ["batch_done", "exam_submitted"],
        ["batch_done", "campaign_done", "exam_submitted"],
    ]


@pytest.mark.django_db
def test_another_campaign_ends_by_itself(settings):
    _hear_everything(settings)
    make_assignment()

    _submit(make_assignment())

    assert "campaign_done" in _told()


@pytest.mark.django_db
def test_campaign_that_lacks_readings_does_not_end_with_the_last_one_given_out(settings):
    _hear_everything(settings)
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(1), [one, two], shares={2: 1.0})
    remove_reader(campaign=campaign, reader=two, reason="Gone", actor=make_reader("administrator"))

    _submit(campaign.assignments.get(reader=one))

    assert _told() == ["batch_done", "exam_submitted"]


@pytest.mark.django_db(transaction=True)
def test_of_two_last_exams_submitted_at_once_one_ends_the_campaign(settings):
    _hear_everything(settings)
    campaign = make_campaign()
    pair = [make_assignment(campaign=campaign) for _number in range(2)]
    # An exam without an unread image is complete: each thread only has to say so.
    start = threading.Barrier(2)

    def submit(assignment):
        with transaction.atomic():
            start.wait()
            submit_if_complete(assignment)
        connection.close()

    threads = [threading.Thread(target=submit, args=[assignment]) for assignment in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert _told().count("campaign_done") == 1
