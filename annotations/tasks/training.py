from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.training_run import perform_training
from annotations.jobs import PERFORM_TRAINING, TRAINING_QUEUE


@app.task(name=PERFORM_TRAINING, queue=TRAINING_QUEUE, pass_context=True)
def perform_training_task(context: JobContext, run_id: str) -> None:
    perform_training(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
