from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.agreement_run import perform_agreement
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_AGREEMENT


@app.task(name=PERFORM_AGREEMENT, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_agreement_task(context: JobContext, run_id: str) -> None:
    perform_agreement(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
