from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.inference_batch import perform_inference_batch
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_INFERENCE_BATCH


@app.task(name=PERFORM_INFERENCE_BATCH, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_inference_batch_task(context: JobContext, run_id: str) -> None:
    perform_inference_batch(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
