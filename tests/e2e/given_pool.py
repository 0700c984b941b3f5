"""One exam in a pool that two readers share, and what time and the other reader make of its lease.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_pool NAME FILE` gives; `... NAME lease` prints until when the exam is held;
`... NAME lapse` lets the lease run out, and the other reader ask for an exam.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

import django


def give(name: str, path: str) -> None:
    from annotations.domain.campaign import create_campaign  # noqa: PLC0415 - Django first
    from annotations.domain.give_out import give_out  # noqa: PLC0415 - Django first
    from annotations.domain.ingest import ingest_paths  # noqa: PLC0415 - Django first
    from annotations.domain.plan_request import PlanRequest  # noqa: PLC0415 - Django first
    from annotations.domain.reader import create_reader  # noqa: PLC0415 - Django first
    from annotations.enums import Role  # noqa: PLC0415 - Django first
    from annotations.models import Mammogram  # noqa: PLC0415 - Django first
    from tests.e2e.system import PASSWORD  # noqa: PLC0415 - Django first

    (outcome,) = ingest_paths([Path(path)])
    readers = [
        create_reader(username=f"{name}-{which}", password=PASSWORD, role=Role.READER)
        for which in ("one", "two")
    ]
    give_out(
        campaign=create_campaign(name=name, actor=None),
        request=PlanRequest(is_pool=True),
        studies=[Mammogram.objects.get(id=outcome.mammogram).study_id],
        readers=readers,
        seed=1,
        actor=None,
    )


def lease(name: str) -> None:
    from annotations.models import PoolSlot  # noqa: PLC0415 - Django first

    print(PoolSlot.objects.get(campaign__name=name).lease_until.isoformat())


def lapse(name: str) -> None:
    from django.utils import timezone  # noqa: PLC0415 - Django first

    from annotations.domain.next_exam import take_next  # noqa: PLC0415 - Django first
    from annotations.models import PoolSlot, Reader  # noqa: PLC0415 - Django first

    PoolSlot.objects.filter(campaign__name=name).update(lease_until=timezone.now() - timedelta(seconds=1))
    print(take_next(Reader.objects.get(user__username=f"{name}-two")) is not None)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    which, what = sys.argv[1:]
    {"lease": lease, "lapse": lapse}.get(what, lambda name: give(name, what))(which)
