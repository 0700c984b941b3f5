"""Which images of a campaign have readings that were not compared yet, or not by the rule that holds now."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import Count, Max, Min, Q, TextField
from django.db.models.functions import Cast

from annotations.domain.campaign_reading import readings
from annotations.domain.disagreement import current_consensuses
from annotations.enums import Label
from annotations.models import Campaign

FIRST_ROUND = 1
FEWEST_READINGS = 2

# Readings as they are now beside those that were compared, joined from both sides, which Django cannot do.
# The database groups them by image: fetching 100,000 readings to count a few images takes a second. Readings
# become text only where there is something to hold them against, which spares it for most images.
TO_COMPARE = """
    SELECT mammogram_id, COALESCE(to_jsonb(now.readings), '[]') AS readings
    FROM ({now}) now FULL JOIN ({compared}) compared USING (mammogram_id)
    WHERE CASE
        WHEN compared.labels IS NULL THEN cardinality(now.readings) >= %s
        ELSE compared.labels <> %s
            OR compared.first <> COALESCE(to_jsonb(now.readings), '[]')::text
            OR compared.last <> compared.first
    END
"""


@dataclass(frozen=True)
class ImageReadings:
    """An image with the ids of its readings, sorted."""

    mammogram: UUID
    annotations: list[UUID]


def images_to_compare(campaign: Campaign) -> list[ImageReadings]:
    """List the images whose readings, or whose rule, are others than when they were compared last.

    An image that had two readings and has fewer now is among them: what was found on it counts no more.
    """
    to_compare, params = _to_compare(campaign)
    with connection.cursor() as cursor:
        cursor.execute(f"{to_compare} ORDER BY mammogram_id", params)
        rows = cursor.fetchall()
    return [ImageReadings(image, [UUID(each) for each in json.loads(found)]) for image, found in rows]


def count_images_to_compare(campaign: Campaign) -> int:
    """Count them without fetching them."""
    to_compare, params = _to_compare(campaign)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({to_compare}) due", params)  # noqa: S608 - holds no value
        (count,) = cursor.fetchone()
    return int(count)


def _to_compare(campaign: Campaign) -> tuple[str, list[Any]]:
    """Write the statement, with its parameters."""
    found = readings(campaign, round=FIRST_ROUND).order_by().values("mammogram_id")
    now = found.annotate(readings=ArrayAgg("id", order_by=["id"]))
    of_rule = Q(rule=campaign.consensus_rule)
    compared_readings = Cast("readings", TextField())
    compared = (
        current_consensuses(campaign)
        .order_by()
        .values("mammogram_id")
        .annotate(
            labels=Count("label", filter=of_rule), first=Min(compared_readings), last=Max(compared_readings)
        )
    )
    (now_sql, now_params), (compared_sql, compared_params) = (
        rows.query.sql_with_params() for rows in (now, compared)
    )
    params = [*now_params, *compared_params, FEWEST_READINGS, len(Label)]
    return TO_COMPARE.format(now=now_sql, compared=compared_sql), params
