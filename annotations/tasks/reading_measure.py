from uuid import UUID

from procrastinate.contrib.django import app

from annotations.domain.reading_measure import measure_reading
from annotations.jobs import CAMPAIGN_QUEUE, MEASURE_READING


@app.task(name=MEASURE_READING, queue=CAMPAIGN_QUEUE, retry=3)
def measure_reading_task(annotation_id: str) -> None:
    measure_reading(UUID(annotation_id))
