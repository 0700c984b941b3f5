from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.inference_run import perform_inference
from annotations.jobs import INFERENCE_QUEUE, PERFORM_INFERENCE


@app.task(name=PERFORM_INFERENCE, queue=INFERENCE_QUEUE, pass_context=True)
def perform_inference_task(context: JobContext, run_id: str) -> None:
    perform_inference(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
