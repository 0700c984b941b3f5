from procrastinate.contrib.django import app

from annotations.domain.run import sweep_runs
from annotations.jobs import SWEEP_QUEUE, TASK_AND_QUEUE


@app.periodic(cron="* * * * *")
@app.task(name="sweep", queue=SWEEP_QUEUE, queueing_lock="sweep")
def sweep_task(timestamp: int) -> None:  # noqa: ARG001 - the queue passes the minute it was due
    """Look after the runs of dead workers, every minute."""
    for run_type in TASK_AND_QUEUE:
        sweep_runs(run_type)
