"""A copy of an exam with calcification planted in it: asked for by a lead, drawn and stored by a worker."""

import secrets
from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from annotations.domain.audit import record_act
from annotations.domain.planted_study import check_can_be_copied, draw_copies, images_to_copy, store_copies
from annotations.domain.reference_exam import check_has_image, check_tries, take_planted_reference
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import RunState
from annotations.jobs import defer_run
from annotations.models import Campaign, PlantingRun, Reader, Study

LARGEST_SEED_BITS = 31
WAITING = (RunState.QUEUED, RunState.RUNNING)
SHOWN_AFTER_THE_END = 5


@transaction.atomic
def request_planting(
    *,
    campaign: Campaign,
    source: Study,
    lengths_mm: Sequence[float],
    maximum_tries: int,
    actor: Reader | None,
    seed: int | None = None,
) -> tuple[PlantingRun, bool]:
    """Queue a copy with stretches of about these lengths in each image and say True.

    Where the same is under way, return it and say False: nobody wants two copies of one exam by pressing
    twice. Locks the campaign.
    """
    check_tries(maximum_tries)
    check_has_image(source)
    check_can_be_copied(source)
    campaign = Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    under_way = campaign.planting_runs.filter(source=source, state__in=WAITING).first()
    if under_way is not None:
        return under_way, False
    run = PlantingRun.objects.create(
        campaign=campaign,
        source=source,
        lengths_mm=list(lengths_mm),
        maximum_tries=maximum_tries,
        seed=secrets.randbits(LARGEST_SEED_BITS) if seed is None else seed,
        requested_by=actor,
        total=images_to_copy(source).count(),
    )
    record_act("request_planting", actor=actor, subject=run, source=str(source.id), seed=run.seed)
    defer_run(run)
    return run, True


def plantings_to_tell(campaign: Campaign) -> list[PlantingRun]:
    """Give what is under way, and what failed since the last one that went well: the newest first."""
    runs = campaign.planting_runs.select_related("source__patient")
    last = campaign.planting_runs.filter(state=RunState.SUCCEEDED).first()
    ended = runs.filter(state__in=(RunState.FAILED, RunState.DEAD))
    since = ended if last is None else ended.filter(created_at__gt=last.created_at)
    return [*runs.filter(state__in=WAITING), *since[:SHOWN_AFTER_THE_END]]


def perform_planting(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(PlantingRun, run_id, worker=worker, is_stopping=is_stopping, work=_plant)


def _plant(run: PlantingRun, heartbeat: Heartbeat) -> bool:
    """Draw all images, then store them with the reference and the end of the run, or nothing at all."""
    total, drawn = images_to_copy(run.source).count(), []
    for image in draw_copies(run.source, lengths_mm=run.lengths_mm, seed=run.seed):
        drawn.append(image)
        heartbeat.report_progress(len(drawn), total)
        if heartbeat.should_stop():
            return False
    with transaction.atomic():
        planted = store_copies(drawn, lengths_mm=run.lengths_mm, seed=run.seed, actor=run.requested_by)
        exam = take_planted_reference(
            campaign=run.campaign,
            planted=planted,
            maximum_tries=run.maximum_tries,
            actor=run.requested_by,
        )
        finish_run(run, state=RunState.SUCCEEDED, exam=exam)
    return True
