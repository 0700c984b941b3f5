"""The comparison of a campaign's readings: asked for by a person, done by a worker, each pair once."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from annotations.domain.agreement_report import figures_of, write_report
from annotations.domain.audit import record_act
from annotations.domain.campaign_reading import readings
from annotations.domain.pair_comparison import compare_new, link_pairs
from annotations.domain.reading_pair import groups, load_readings, matches
from annotations.domain.run import Heartbeat, finish_run, perform_run
from annotations.enums import RunState
from annotations.errors import TooFewReadingsError
from annotations.jobs import defer_run
from annotations.models import AgreementRun, Campaign, Reader

WAITING = (RunState.QUEUED, RunState.RUNNING)


@transaction.atomic
def request_agreement(*, campaign: Campaign, actor: Reader | None) -> tuple[AgreementRun, bool]:
    """Queue a comparison and say True, or return the one under way and say False.

    Locks the campaign. `actor` is None for commands alone.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(id=campaign.id)
    under_way = agreement_under_way(campaign)
    if under_way is not None:
        return under_way, False
    if not readings(campaign).exists():
        raise TooFewReadingsError(
            "No exam of this campaign has been submitted yet. Readings can be compared once a reader has "
            "submitted an exam."
        )
    run = AgreementRun.objects.create(campaign=campaign, requested_by=actor)
    record_act("request_agreement", actor=actor, subject=run)
    defer_run(run)
    return run, True


def agreement_under_way(campaign: Campaign) -> AgreementRun | None:
    waiting = AgreementRun.objects.filter(campaign=campaign, state__in=WAITING, cancel_requested=False)
    return waiting.first()


def perform_agreement(*, run_id: UUID, worker: str, is_stopping: Callable[[], bool]) -> None:
    """Do the work of a run in a worker. A run of another worker, or one that has ended, is left alone."""
    perform_run(AgreementRun, run_id, worker=worker, is_stopping=is_stopping, work=_compare)


def _compare(run: AgreementRun, heartbeat: Heartbeat) -> bool:
    """Compare what is new, then report on all; what a stopped run has compared, the next one need not."""
    as_of = timezone.now()
    loaded = load_readings(run.campaign)
    paired, together = list(matches(loaded)), list(groups(loaded))
    compared = compare_new(run, heartbeat, paired, together)
    if compared is None:
        return False
    link_pairs(run, paired)
    figures = []
    for figure in figures_of(run.campaign, loaded, together):
        if heartbeat.should_stop():
            return False
        figures.append(figure)
    with transaction.atomic():
        finish_run(run, state=RunState.SUCCEEDED, compared=compared)
        report = write_report(run=run, figures=figures, reading_count=len(loaded), as_of=as_of)
        record_act("finish_agreement", actor=None, subject=run, report=report.number, compared=compared)
    return True
