from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.correction_batch import perform_batch
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_CORRECTION_BATCH


@app.task(name=PERFORM_CORRECTION_BATCH, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_correction_batch_task(context: JobContext, run_id: str) -> None:
    perform_batch(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
