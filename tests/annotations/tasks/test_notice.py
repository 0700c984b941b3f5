import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.jobs import DELIVER_NOTICES, NOTICE_QUEUE, defer_notices


@pytest.mark.django_db
def test_one_round_of_deliveries_is_queued_at_a_time():
    defer_notices()
    defer_notices()

    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name) == (DELIVER_NOTICES, NOTICE_QUEUE)


def test_what_is_to_be_tried_again_is_looked_for_every_minute():
    assert app.tasks[DELIVER_NOTICES].queue == NOTICE_QUEUE
    assert app.periodic_registry.periodic_tasks[(DELIVER_NOTICES, "")].cron == "* * * * *"
