"""Presses "next exam" over the rows of rows.sql, and over a pool of 100,000 readings beside them.

Prints JSON: the 95th percentile of the time in the server, of a reader with thousands of exams of her own and
of one who takes from the pool. Before each press the exam that was given is skipped, which is not timed.
"""

import json
import time

import numpy as np
from django.db import connection
from django.test import Client
from django.urls import reverse

from annotations.domain.exam_end import skip_exam
from annotations.domain.next_exam import begun
from annotations.enums import Role
from annotations.ml_gateway.orientation import METHOD
from annotations.models import Assignment, Campaign, CampaignReader, Reader, ReadingPlan
from benchmarks.lists.times import ROWS, id_of, make_people

ROUNDS = 40
# Looked for at intake: where the breast lies in each image.
ORIENTATIONS = """
    INSERT INTO annotations_imageorientation (id, created_at, mammogram_id, method, chest_wall)
        SELECT gen_random_uuid(), now(), id, %s, 'left' FROM annotations_mammogram;
"""
# As many readings, of other exams than the reader at hand has in the same campaign.
POOL = """
    INSERT INTO annotations_poolslot (id, created_at, number, position, priority, shows_preannotation,
               campaign_id, plan_id, study_id)
        SELECT gen_random_uuid(), now(), 1, (e * 7919) %% 100000, 0, true, %s, %s, md5('study' || e)::uuid
        FROM generate_series(1, 100000) e;
    ANALYZE annotations_poolslot;
"""


def main() -> None:
    reader = make_people()[Role.READER]
    with connection.cursor() as cursor:
        cursor.execute(ROWS.read_text())
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(ORIENTATIONS, [METHOD])
    own_ms = _p95_ms(reader)
    print(json.dumps({"own": own_ms, "pool": _p95_ms(_make_pool_reader())}))


def _make_pool_reader() -> Reader:
    campaign = Campaign.objects.create(name="A pool of a hundred thousand")
    plan = ReadingPlan.objects.create(campaign=campaign, seed=1, parameters={})
    reader = Reader.objects.get(id=id_of("reader2"))
    Assignment.objects.filter(reader=reader, state="open").update(opens_on="2999-01-01")
    CampaignReader.objects.create(campaign=campaign, reader=reader)
    with connection.cursor() as cursor:
        cursor.execute(POOL, [campaign.id, plan.id])
    return reader


def _p95_ms(reader: Reader) -> float:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(reader.user)
    times_ms = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = client.post(reverse("next_exam"))
        times_ms.append((time.perf_counter() - started) * 1000)
        given = begun(reader).first()
        assert given is not None, answer
        assert "/read/" in answer["Location"]
        skip_exam(assignment=given, reader=reader, reason="Next")
    return round(float(np.percentile(times_ms, 95)), 1)
