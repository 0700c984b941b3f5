from procrastinate import JobContext
from procrastinate.contrib.django import app

from annotations.domain.notice_delivery import deliver_due
from annotations.jobs import DELIVER_NOTICES, NOTICE_QUEUE


@app.periodic(cron="* * * * *")
@app.task(name=DELIVER_NOTICES, queue=NOTICE_QUEUE, queueing_lock=DELIVER_NOTICES, pass_context=True)
def deliver_notices_task(context: JobContext, timestamp: int = 0) -> None:  # noqa: ARG001 - the minute it was due
    """Deliver at once what `notify` queued, and every minute what is to be tried again."""
    deliver_due(is_stopping=context.should_abort)
