from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.planting_run import perform_planting
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_PLANTING


@app.task(name=PERFORM_PLANTING, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_planting_task(context: JobContext, run_id: str) -> None:
    perform_planting(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
