import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.jobs import TASK_AND_QUEUE, defer_run
from tests.factories.inference_run import make_inference_run

pytestmark = pytest.mark.django_db


def test_defer_run_puts_one_job_into_the_queue_of_its_kind():
    run = make_inference_run()

    defer_run(run)
    defer_run(run)

    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.queue_name) == ("perform_inference", "inference")
    assert job.args == {"run_id": str(run.id)}


def test_defer_run_in_a_transaction_that_fails_leaves_no_job():
    run = make_inference_run()

    with transaction.atomic():
        defer_run(run)
        transaction.set_rollback(True)

    assert not ProcrastinateJob.objects.exists()


def test_every_deferred_task_is_registered_in_its_queue():
    assert {name: app.tasks[name].queue for name, _ in TASK_AND_QUEUE.values()} == dict(
        TASK_AND_QUEUE.values()
    )
