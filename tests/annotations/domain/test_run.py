from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain import run as run_module
from annotations.domain.audit import record_act
from annotations.domain.run import (
    Heartbeat,
    cancel_run,
    claim_run,
    fail_run,
    finish_run,
    perform_run,
    sweep_runs,
)
from annotations.enums import RunState
from annotations.errors import ConflictError, InvalidError, LeaseLostError
from annotations.models import MAX_ATTEMPTS, AuditEntry, InferenceRun
from tests.factories.inference_run import make_inference_run
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def go_on() -> bool:
    return False


def expire(run):
    InferenceRun.objects.filter(id=run.id).update(lease_until=timezone.now() - timedelta(seconds=1))


def waiting_jobs(run):
    return ProcrastinateJob.objects.filter(status="todo", args={"run_id": str(run.id)}).count()


def test_claim_run_counts_the_attempt_and_raises_the_fence():
    run = make_inference_run()

    claimed = claim_run(InferenceRun, run.id, worker="one")

    assert (claimed.state, claimed.attempt, claimed.fence, claimed.worker) == (RunState.RUNNING, 1, 1, "one")
    assert claimed.lease_until > timezone.now() + run_module.LEASE / 2


@pytest.mark.parametrize("state", [state for state in RunState.values if state != RunState.QUEUED])
def test_claim_run_takes_only_what_is_queued(state):
    run = make_inference_run(state=state)

    assert claim_run(InferenceRun, run.id, worker="two") is None
    run.refresh_from_db()
    assert (run.state, run.fence) == (state, 0)


def test_claim_run_never_goes_beyond_the_last_attempt():
    run = make_inference_run(attempt=MAX_ATTEMPTS)

    assert claim_run(InferenceRun, run.id, worker="one") is None


def test_finish_run_by_a_worker_thought_dead_is_refused():
    run = make_inference_run()
    zombie = claim_run(InferenceRun, run.id, worker="zombie")
    expire(run)
    sweep_runs(InferenceRun)
    second = claim_run(InferenceRun, run.id, worker="second")

    with pytest.raises(LeaseLostError):
        finish_run(zombie, state=RunState.SUCCEEDED, seconds=1.0)
    finish_run(second, state=RunState.SUCCEEDED, seconds=2.0)
    with pytest.raises(LeaseLostError):
        finish_run(zombie, state=RunState.SUCCEEDED, seconds=3.0)

    run.refresh_from_db()
    assert (run.state, run.seconds, run.attempt, run.lease_until) == (RunState.SUCCEEDED, 2.0, 2, None)
    assert run.finished_at is not None


def test_heartbeat_extends_the_lease_and_tells_the_progress():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    expire(run)

    Heartbeat(run, is_stopping=go_on).report_progress(3, 12)

    run.refresh_from_db()
    assert (run.done, run.total) == (3, 12)
    assert run.lease_until > timezone.now()


def test_heartbeat_hears_of_a_wish_to_cancel():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    heartbeat = Heartbeat(run, is_stopping=go_on)
    InferenceRun.objects.filter(id=run.id).update(cancel_requested=True)

    assert heartbeat.should_stop() is True


def test_heartbeat_writes_at_most_once_an_interval(django_assert_num_queries):
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    heartbeat = Heartbeat(run, is_stopping=go_on)
    heartbeat.report_progress(0, 100)

    with django_assert_num_queries(0):
        for done in range(100):
            heartbeat.report_progress(done, 100)
            heartbeat.should_stop()


def test_heartbeat_always_tells_that_the_work_is_done():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    heartbeat = Heartbeat(run, is_stopping=go_on)
    heartbeat.report_progress(0, 2)
    heartbeat.report_progress(2, 2)

    run.refresh_from_db()
    assert (run.done, run.total) == (2, 2)


def test_heartbeat_of_a_lost_run_raises():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    expire(run)
    sweep_runs(InferenceRun)

    with pytest.raises(LeaseLostError):
        Heartbeat(run, is_stopping=go_on).report_progress(1, 2)


def test_perform_run_lets_the_work_finish_it():
    def work(run, heartbeat):
        finish_run(run, state=RunState.SUCCEEDED)
        return True

    run = make_inference_run()
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert run.state == RunState.SUCCEEDED


def test_perform_run_turns_an_expected_error_into_a_failed_run_with_its_code():
    def work(run, heartbeat):
        raise InvalidError("The image is empty.", code="image_empty")

    run = make_inference_run()
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert (run.state, run.error_code, run.error) == (RunState.FAILED, "image_empty", "The image is empty.")
    assert AuditEntry.objects.get(act="fail_run").details == {"code": "image_empty"}


def test_perform_run_fails_the_run_and_raises_again_what_nobody_foresaw():
    def work(run, heartbeat):
        raise ZeroDivisionError("patient Smith")

    run = make_inference_run()
    with pytest.raises(ZeroDivisionError):
        perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.FAILED, "unforeseen_error")
    assert "Smith" not in run.error


def test_perform_run_of_a_cancelled_run_ends_cancelled():
    def work(run, heartbeat):
        cancel_run(run, reader=run.requested_by)
        return not heartbeat.should_stop()

    run = make_inference_run()
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_perform_run_cancelled_at_the_last_moment_keeps_no_result():
    def work(run, heartbeat):
        cancel_run(run, reader=run.requested_by)
        with transaction.atomic():
            record_act("keep_result", actor=None, subject=run)
            finish_run(run, state=RunState.SUCCEEDED, seconds=1.0)
        return True

    run = make_inference_run()
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert (run.state, run.cancel_requested, run.seconds) == (RunState.CANCELLED, True, None)
    assert run.finished_at is not None
    assert not AuditEntry.objects.filter(act="keep_result").exists()


def test_perform_run_of_a_worker_that_is_shut_down_puts_it_back_without_counting():
    run = make_inference_run()
    perform_run(
        InferenceRun,
        run.id,
        worker="one",
        is_stopping=lambda: True,
        work=lambda _, heartbeat: not heartbeat.should_stop(),
    )

    run.refresh_from_db()
    assert (run.state, run.attempt, run.fence) == (RunState.QUEUED, 0, 1)
    assert waiting_jobs(run) == 1


def test_perform_run_leaves_another_worker_s_run_alone():
    run = make_inference_run(state=RunState.RUNNING, fence=4)

    perform_run(InferenceRun, run.id, worker="two", is_stopping=go_on, work=lambda *_: 1 / 0)

    run.refresh_from_db()
    assert (run.state, run.fence) == (RunState.RUNNING, 4)


def test_perform_run_that_lost_its_lease_writes_nothing(caplog):
    def work(run, heartbeat):
        expire(run)
        sweep_runs(InferenceRun)
        finish_run(run, state=RunState.SUCCEEDED)
        return True

    run = make_inference_run()
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert run.state == RunState.QUEUED
    assert "late result is refused" in caplog.text


def lose_and_break(error):
    """Work that loses its lease and then breaks off."""

    def work(run, heartbeat):
        expire(run)
        sweep_runs(InferenceRun)
        raise error

    return work


def test_perform_run_that_fails_after_its_lease_was_lost_writes_nothing(caplog):
    run = make_inference_run()
    work = lose_and_break(InvalidError("The image is empty."))
    perform_run(InferenceRun, run.id, worker="one", is_stopping=go_on, work=work)

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.QUEUED, "")
    assert "late result is refused" in caplog.text


def test_perform_run_that_breaks_after_its_lease_was_lost_still_raises_what_nobody_foresaw():
    run = make_inference_run()

    with pytest.raises(ZeroDivisionError):
        perform_run(
            InferenceRun, run.id, worker="one", is_stopping=go_on, work=lose_and_break(ZeroDivisionError())
        )

    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.QUEUED, "")


def test_cancel_run_ends_a_queued_run_at_once_and_says_who():
    run, reader = make_inference_run(), make_reader()

    cancel_run(run, reader=reader)
    cancelled = cancel_run(run, reader=reader)

    assert cancelled.state == RunState.CANCELLED
    assert cancelled.finished_at is not None
    assert AuditEntry.objects.get(act="cancel_run").actor == reader


def test_cancel_run_asks_the_worker_of_a_running_one():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")

    cancelled = cancel_run(run, reader=make_reader())

    assert (cancelled.state, cancelled.cancel_requested) == (RunState.RUNNING, True)


def test_cancel_run_that_has_ended_is_refused():
    run = claim_run(InferenceRun, make_inference_run().id, worker="one")
    fail_run(run, code="image_empty", message="The image is empty.")

    with pytest.raises(ConflictError) as caught:
        cancel_run(run, reader=make_reader())

    assert caught.value.code == "run_finished"


def test_sweep_runs_queues_again_what_a_dead_worker_held():
    run = claim_run(InferenceRun, make_inference_run().id, worker="dead")
    expire(run)

    sweep_runs(InferenceRun)
    sweep_runs(InferenceRun)

    run.refresh_from_db()
    assert (run.state, run.lease_until, run.finished_at) == (RunState.QUEUED, None, None)
    assert waiting_jobs(run) == 1
    assert AuditEntry.objects.get(act="sweep_run").details == {"state": "queued", "worker": "dead"}


def test_sweep_runs_gives_up_after_the_last_attempt():
    run = make_inference_run()
    for _ in range(MAX_ATTEMPTS):
        claim_run(InferenceRun, run.id, worker="killed")
        expire(run)
        sweep_runs(InferenceRun)

    run.refresh_from_db()
    assert (run.state, run.error_code) == (RunState.DEAD, "worker_lost")
    assert str(MAX_ATTEMPTS) in run.error
    assert run.is_finished
    assert run.finished_at is not None
    entries = AuditEntry.objects.filter(act="sweep_run")
    assert [entry.details["state"] for entry in entries] == ["queued", "queued", "dead"]


def test_sweep_runs_cancels_what_was_to_be_cancelled():
    run = claim_run(InferenceRun, make_inference_run().id, worker="dead")
    cancel_run(run, reader=make_reader())
    expire(run)

    sweep_runs(InferenceRun)

    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert run.finished_at is not None


def test_sweep_runs_leaves_a_living_run_alone():
    run = claim_run(InferenceRun, make_inference_run().id, worker="alive")

    sweep_runs(InferenceRun)

    run.refresh_from_db()
    assert run.state == RunState.RUNNING


def test_sweep_runs_replaces_the_job_that_died_before_its_run_was_claimed():
    run = make_inference_run()
    InferenceRun.objects.update(created_at=Now() - run_module.LEASE * 2)

    sweep_runs(InferenceRun)
    sweep_runs(InferenceRun)

    assert waiting_jobs(run) == 1
    assert not AuditEntry.objects.filter(act="sweep_run").exists()
