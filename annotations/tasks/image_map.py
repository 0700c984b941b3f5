from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.image_map import perform_map
from annotations.jobs import MAP_QUEUE, PERFORM_MAP


@app.task(name=PERFORM_MAP, queue=MAP_QUEUE, pass_context=True)
def perform_map_task(context: JobContext, run_id: str) -> None:
    perform_map(run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort)
