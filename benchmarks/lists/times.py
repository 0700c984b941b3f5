"""Times of every page and list over the rows of rows.sql, in one process with the server's own code.

Prints JSON: by name the 95th percentile of the time in the server, the number of queries, and bytes.
"""

import json
import sys
import time
import uuid
from hashlib import md5
from pathlib import Path

import numpy as np
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from annotations.domain.reader import create_reader
from annotations.enums import Role
from annotations.models import Campaign, CampaignReader, ConsensusRun, Reader
from benchmarks.lists.addresses import CAMPAIGN_PAGES, LISTS
from benchmarks.lists.report import write_large_report

ROWS = Path(__file__).parent / "rows.sql"
READERS = 20
ROUNDS = 25


def id_of(name: str) -> uuid.UUID:
    return uuid.UUID(hex=md5(name.encode()).hexdigest())  # noqa: S324 - names rows, guards nothing


def main() -> None:
    people = make_people()
    with connection.cursor() as cursor:
        cursor.execute(ROWS.read_text())
    write_large_report(Campaign.objects.get(id=id_of("campaign")), Reader.objects.filter(role=Role.READER))
    _say("rows written")
    found = {}
    for name, address, role in _addresses():
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(people[role].user)
        found[name] = _time(client, address)
        _say(f"{name}: {found[name]}")
    print(json.dumps(found))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def make_people() -> dict[Role, Reader]:
    """Make people and the campaign under the ids that the rows name."""
    names = {Role.ADJUDICATOR: "expert", Role.ADMINISTRATOR: "lead", Role.DATA_SCIENTIST: "scientist"}
    people = {role: _person(name, role) for role, name in names.items()}
    readers = [_person(f"reader{number}", Role.READER) for number in range(READERS)]
    campaign = Campaign.objects.create(
        id=id_of("campaign"), name="A hundred thousand", preannotation="hidden"
    )
    ConsensusRun.objects.create(
        id=id_of("consensusrun"), campaign=campaign, rule=campaign.consensus_rule, state="succeeded"
    )
    CampaignReader.objects.bulk_create([CampaignReader(campaign=campaign, reader=one) for one in readers])
    return {**people, Role.READER: readers[1]}


def _person(name: str, role: Role) -> Reader:
    reader = create_reader(username=name, password=uuid.uuid4().hex, role=role)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotations_reader WHERE id = %s", [reader.id])
    return Reader.objects.create(id=id_of(name), user=reader.user, pseudonym=reader.pseudonym, role=role)


def _addresses() -> list[tuple[str, str, Role]]:
    found = [(name, reverse(name), Role(role)) for name, role in LISTS.items()]
    for page, role in CAMPAIGN_PAGES.items():
        try:
            found.append(
                (f"campaign {page}", reverse(f"campaign_{page}", args=[id_of("campaign")]), Role(role))
            )
        except NoReverseMatch:
            _say(f"there is no page {page}")
    return found


def _time(client: Client, address: str) -> dict[str, float]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    statements: list[str] = []
    with connection.execute_wrapper(lambda run, sql, *rest: statements.append(sql) or run(sql, *rest)):
        client.get(address)
    times_ms = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times_ms.append((time.perf_counter() - started) * 1000)
        if times_ms[-1] > 5000:
            break
    return {
        "p95_ms": round(float(np.percentile(times_ms, 95)), 1),
        "queries": len(statements),
        "bytes": len(answer.content),
    }
