import os
import signal
import subprocess
import sys
import time
from urllib.parse import quote

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.inference_run import request_inference
from annotations.enums import RunState
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.weights import make_model_with_weights

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TIME_LIMIT_S = 90


def request_run(rows, columns):
    noise = np.random.default_rng(1).integers(500, 4000, (rows, columns), dtype=np.uint16)
    return request_inference(
        mammogram=make_mammogram(noise), model_version=make_model_with_weights(), reader=make_reader()
    )


def wait_for(is_met):
    deadline = time.monotonic() + TIME_LIMIT_S
    while not is_met():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)


@pytest.fixture
def start_worker(repository, content_root):
    """Start real worker processes on the test's own database and content store."""
    database = connection.settings_dict
    login = ":".join(quote(database[key]) for key in ("USER", "PASSWORD") if database[key])
    address = (
        f"postgresql://{login}@/{database['NAME']}?host={quote(database['HOST'])}&port={database['PORT']}"
    )
    environment = {**os.environ, "DATABASE_URL": address, "TRAMLINE_VAR": str(content_root.parent)}
    workers = []

    def start():
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "worker"],
            cwd=repository,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.communicate()


def test_worker_drains_what_is_queued(monkeypatch, capsys):
    # The worker's thread gives its connection back at once, so that the test database can be dropped.
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    run = request_run(100, 100)

    call_command("worker", "--drain")

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.SUCCEEDED, "")
    assert "The worker is ready." in capsys.readouterr().out
    assert not ProcrastinateJob.objects.filter(task_name="perform_inference").exists()


def test_worker_stopped_amid_a_run_puts_it_back_and_leaves_cleanly(start_worker):
    run = request_run(3000, 3000)
    worker = start_worker()
    wait_for(lambda: type(run).objects.filter(id=run.id, done__gt=0).exists())

    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=TIME_LIMIT_S)

    run.refresh_from_db()
    assert worker.returncode == 0, output
    assert (run.state, run.attempt, run.error) == (RunState.QUEUED, 0, "")
    assert ProcrastinateJob.objects.filter(task_name="perform_inference", status="todo").count() == 1


def test_worker_hears_within_two_seconds_that_a_run_was_cancelled(start_worker):
    run = request_run(3000, 3000)
    start_worker()
    wait_for(lambda: type(run).objects.filter(id=run.id, done__gt=0).exists())

    type(run).objects.filter(id=run.id).update(cancel_requested=True)
    asked_s = time.monotonic()
    wait_for(lambda: type(run).objects.get(id=run.id).is_finished)

    assert time.monotonic() - asked_s < 2
    run.refresh_from_db()
    assert (run.state, run.probability_sha256) == (RunState.CANCELLED, "")


@pytest.mark.parametrize(
    ("queue", "is_done"), [("inference", True), ("gpu", True), ("training", False), ("cpu", False)]
)
def test_worker_does_what_its_machine_is_for(monkeypatch, queue, is_done):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    run = request_run(100, 100)

    call_command("worker", "--drain", "--queue", queue)

    run.refresh_from_db()
    assert (run.state == RunState.SUCCEEDED) is is_done
