from uuid import UUID

from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.re_annotation import perform_re_annotation
from annotations.jobs import CAMPAIGN_QUEUE, PERFORM_RE_ANNOTATION


@app.task(name=PERFORM_RE_ANNOTATION, queue=CAMPAIGN_QUEUE, pass_context=True)
def perform_re_annotation_task(context: JobContext, run_id: str) -> None:
    perform_re_annotation(
        run_id=UUID(run_id), worker=context.worker_name or "worker", is_stopping=context.should_abort
    )
