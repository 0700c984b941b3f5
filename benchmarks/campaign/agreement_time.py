"""Compares a campaign of 1,000 exams and 3 readers as a worker does, then 20 exams more; prints the seconds.

For `manage.py shell` of a program that the benchmark started.
"""

import json
import time

from annotations.domain.agreement_run import perform_agreement, request_agreement
from annotations.domain.campaign import create_campaign
from annotations.models import AgreementRun, Campaign
from benchmarks.campaign.rows import write_campaign
from tests.factories.reader import make_reader

EXAMS, READERS, MORE = 1000, 3, 20


def compare(campaign: Campaign) -> tuple[AgreementRun, float]:
    run, _is_new = request_agreement(campaign=campaign, actor=None)
    started = time.perf_counter()
    perform_agreement(run_id=run.id, worker="benchmark", is_stopping=lambda: False)
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    assert run.state == "succeeded", run.error
    return run, seconds


def main() -> None:
    campaign = create_campaign(name="Benchmark", actor=None)
    readers = [make_reader() for _ in range(READERS)]
    write_campaign(campaign, readers, exams=EXAMS)
    first, first_s = compare(campaign)
    again, again_s = compare(campaign)
    assert (first.compared > EXAMS, again.compared) == (True, 0), (first.compared, again.compared)
    write_campaign(campaign, readers, exams=MORE, first=EXAMS)
    later, later_s = compare(campaign)
    assert 0 < later.compared < first.compared / 10
    figures = len(first.report.figures)
    print(
        json.dumps(
            {
                "first_s": first_s,
                "again_s": again_s,
                "more_s": later_s,
                "figures": figures,
                "compared": first.compared,
            }
        )
    )
