from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.model_comparison import perform_model_comparison
from annotations.jobs import PERFORM_MODEL_COMPARISON, TRAINING_QUEUE


@app.task(name=PERFORM_MODEL_COMPARISON, queue=TRAINING_QUEUE, pass_context=True)
def perform_model_comparison_task(context: JobContext, run_id: str) -> None:
    perform_model_comparison(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
