from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app

from annotations.domain.run import claim_run
from annotations.enums import RunState
from annotations.models import InferenceRun
from annotations.tasks.sweep import sweep_task
from tests.factories.inference_run import make_inference_run


@pytest.mark.django_db
def test_sweep_task_brings_back_the_run_of_a_dead_worker():
    run = claim_run(InferenceRun, make_inference_run().id, worker="dead")
    InferenceRun.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    sweep_task(timestamp=0)

    run.refresh_from_db()
    assert run.state == RunState.QUEUED


def test_sweep_task_is_due_every_minute():
    assert app.periodic_registry.periodic_tasks[("sweep", "")].cron == "* * * * *"
