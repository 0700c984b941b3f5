import threading

import pytest
from django.db import connection, transaction

from annotations.domain.assignment import submit_if_complete
from annotations.domain.campaign import join
from annotations.domain.campaign_reader import remove_reader
from annotations.domain.exam_end import skip_exam
from annotations.domain.lacking_reading import LackingReadings, lacking_readings
from annotations.domain.next_exam import take_next
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


@pytest.mark.django_db
@pytest.mark.parametrize("is_pool", [False, True])
def test_what_all_readers_skipped_does_not_hold_the_end_up(settings, is_pool):
    _hear_everything(settings)
    campaign, readers = make_campaign(), make_readers(2)
    blurred, sharp = make_mammogram(), make_mammogram()
    give_out_exams(campaign, [blurred.study, sharp.study], readers, shares={2: 1.0}, is_pool=is_pool)
    told = []

    for reader in readers:
        for _exam in range(2):
            NoticeDelivery.objects.all().delete()
            own = campaign.assignments.filter(reader=reader, state="open")
            assignment = take_next(reader) if is_pool else own.first()
            if assignment.study == blurred.study:
                skip_exam(assignment=assignment, reader=reader, reason="Blurred.")
            else:
                make_annotation(sharp, assignment=assignment, submitted=True)
            told.append("campaign_done" in _told())

    assert told == [False, False, False, True]
    assert lacking_readings(campaign) == LackingReadings(0, 2, 2 if is_pool else 0)
    join(campaign, make_readers(1))
    assert (lacking_readings(campaign).to_give, lacking_readings(campaign).given_up) == (not is_pool, 1)


@pytest.mark.django_db
def test_a_skipped_exam_that_another_could_read_holds_the_end_up(settings):
    _hear_everything(settings)
    campaign, (one, two) = make_campaign(), make_readers(2)
    give_out_exams(campaign, make_studies(2), [one, two], shares={})
    skipped, read = campaign.assignments.get(reader=one), campaign.assignments.get(reader=two)

    skip_exam(assignment=skipped, reader=one, reason="Blurred.")
    _submit(read)

    assert "campaign_done" not in _told()
    assert lacking_readings(campaign) == LackingReadings(1, 0, 0)


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
