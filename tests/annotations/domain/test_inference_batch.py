from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from annotations.domain.inference_batch import (
    cancel_inference_batch,
    is_going,
    perform_inference_batch,
    progress_of,
    request_inference_batch,
)
from annotations.domain.inference_run import request_inference
from annotations.domain.run import sweep_runs
from annotations.errors import ConflictError, ForbiddenError
from annotations.models import Campaign, InferenceBatch, InferenceRun, Mammogram
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.mammogram import make_mammogram
from tests.factories.model_version import make_model_version
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def make_images(campaign: Campaign, count: int) -> list[Mammogram]:
    images = [make_mammogram() for _ in range(count)]
    for image in images:
        make_assignment(make_reader(), image.study, campaign)
    return images


def work(batch: InferenceBatch, *, stops_after: int | None = None) -> InferenceBatch:
    left = iter(range(stops_after if stops_after is not None else 10**6))
    perform_inference_batch(run_id=batch.id, worker="one", is_stopping=lambda: next(left, None) is None)
    batch.refresh_from_db()
    return batch


def request(campaign: Campaign, **changes: object) -> InferenceBatch:
    asked = {"campaign": campaign, "reader": make_reader("data_scientist")}
    return request_inference_batch(**{**asked, **changes})


def jobs_in_order() -> list[str]:
    jobs = ProcrastinateJob.objects.filter(task_name="perform_inference")
    return [job.args["run_id"] for job in jobs.order_by("-priority", "id")]


def test_a_batch_asks_for_each_image_of_the_campaign_once():
    campaign, model = make_campaign(), make_model_version()
    images = make_images(campaign, 3)
    make_mammogram()  # of no campaign
    seen = make_inference_run(images[0], model_version=model, state="succeeded")

    batch = work(request(campaign, model_version=model))

    assert (batch.state, batch.done) == ("succeeded", 3)
    runs = InferenceRun.objects.filter(batch_items__batch=batch)
    assert {run.mammogram for run in runs} == set(images)
    assert seen in runs
    assert InferenceRun.objects.count() == 3
    assert ProcrastinateJob.objects.filter(task_name="perform_inference").count() == 2
    progress = progress_of(batch)
    assert (progress.done, progress.total, progress.is_going) == (1, 3, True)


def test_a_batch_that_was_stopped_goes_on_without_asking_twice():
    campaign, model = make_campaign(), make_model_version()
    make_images(campaign, 3)
    batch = work(request(campaign, model_version=model), stops_after=1)
    assert batch.state == "queued"

    work(batch)

    assert InferenceRun.objects.count() == batch.items.count() == 3


def test_what_a_reader_asks_for_goes_before_the_batch_and_what_she_waits_for_moves_forward():
    campaign, model = make_campaign(), make_model_version()
    images = make_images(campaign, 3)
    work(request(campaign, model_version=model))
    reader = make_reader()

    fresh = request_inference(mammogram=make_mammogram(), model_version=model, reader=reader)
    moved = request_inference(mammogram=images[2], model_version=model, reader=reader)

    assert jobs_in_order()[:2] == [str(fresh.id), str(moved.id)]
    assert InferenceRun.objects.count() == 4


def test_a_batch_brought_back_by_the_sweep_stays_behind_what_readers_ask_for():
    campaign, model = make_campaign(), make_model_version()
    make_images(campaign, 1)
    work(request(campaign, model_version=model))
    ProcrastinateJob.objects.all()._raw_delete("default")
    InferenceRun.objects.update(created_at=timezone.now() - timedelta(minutes=5))

    sweep_runs(InferenceRun)

    assert ProcrastinateJob.objects.get(task_name="perform_inference").priority < 0


def test_pace_and_time_left_come_from_what_is_done():
    campaign, model = make_campaign(), make_model_version()
    make_images(campaign, 4)
    batch = work(request(campaign, model_version=model))
    now = timezone.now()
    InferenceBatch.objects.filter(id=batch.id).update(started_at=now - timedelta(minutes=2))
    done = InferenceRun.objects.order_by("id").first()
    InferenceRun.objects.filter(id=done.id).update(state="succeeded", finished_at=now)
    batch.refresh_from_db()

    progress = progress_of(batch)

    assert progress.per_minute == pytest.approx(0.5, rel=0.1)
    assert progress.minutes_left == pytest.approx(6, rel=0.1)


def test_cancelling_takes_back_what_nobody_else_waits_for():
    campaign, model = make_campaign(), make_model_version()
    images = make_images(campaign, 3)
    batch = work(request(campaign, model_version=model))
    waited_for = request_inference(mammogram=images[0], model_version=model, reader=make_reader())

    assert cancel_inference_batch(batch, reader=make_reader("administrator")) == 2

    waited_for.refresh_from_db()
    assert waited_for.state == "queued"
    assert sorted(InferenceRun.objects.values_list("state", flat=True)) == [
        "cancelled",
        "cancelled",
        "queued",
    ]


def test_a_batch_that_still_waits_is_cancelled_whole():
    campaign, model = make_campaign(), make_model_version()
    make_images(campaign, 2)
    batch = request(campaign, model_version=model)

    cancel_inference_batch(batch, reader=batch.requested_by)

    assert work(batch).state == "cancelled"
    assert not InferenceRun.objects.exists()
    assert not is_going(batch)


def test_asking_twice_is_one_batch_and_after_a_cancel_another():
    campaign, model = make_campaign(), make_model_version()
    make_images(campaign, 1)
    batch = request(campaign, model_version=model)

    assert request(campaign, model_version=model) == batch
    cancel_inference_batch(batch, reader=batch.requested_by)
    assert request(campaign, model_version=model) != batch


def test_who_may_not_run_a_model_starts_no_batch_of_it_and_an_empty_campaign_has_none():
    campaign, model = make_campaign(), make_model_version()
    candidate = make_model_version()

    with pytest.raises(ConflictError) as empty:
        request(campaign, model_version=model)
    make_images(campaign, 1)
    with pytest.raises(ForbiddenError) as refused:
        request(campaign, model_version=candidate, reader=make_reader("administrator"))

    assert (empty.value.code, refused.value.code) == ("no_images", "model_version_candidate")
    assert not InferenceBatch.objects.exists()
