from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.correction_run import perform_correction
from annotations.jobs import CORRECTION_QUEUE, PERFORM_CORRECTION


@app.task(name=PERFORM_CORRECTION, queue=CORRECTION_QUEUE, pass_context=True)
def perform_correction_task(context: JobContext, run_id: str) -> None:
    perform_correction(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
