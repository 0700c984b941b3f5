from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.consensus import perform_consensus
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_CONSENSUS


@app.task(name=PERFORM_CONSENSUS, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_consensus_task(context: JobContext, run_id: str) -> None:
    perform_consensus(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
