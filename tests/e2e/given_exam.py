"""One exam taken in and given to a reader of its own, through the same functions as people's clicks.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_exam FILE_OR_FOLDER NAME [PERCENT OF THE BREAST TO BE SEEN]`.
The pages on which people do this are walked in test_circle.py.
"""

import os
import sys
from pathlib import Path

import django


def give(path: Path, name: str, coverage_percent: str) -> None:
    from annotations.domain.campaign import assign_studies, create_campaign  # noqa: PLC0415 - Django first
    from annotations.domain.ingest import ingest_paths  # noqa: PLC0415 - Django first
    from annotations.domain.reader import create_reader  # noqa: PLC0415 - Django first
    from annotations.enums import Role  # noqa: PLC0415 - Django first
    from annotations.models import Mammogram  # noqa: PLC0415 - Django first
    from tests.e2e.system import PASSWORD  # noqa: PLC0415 - Django first

    outcomes = list(ingest_paths([path]))
    assert {outcome.outcome for outcome in outcomes} == {"stored"}, outcomes
    study = Mammogram.objects.get(id=outcomes[0].mammogram).study
    reader = create_reader(username=f"{name}-reader", password=PASSWORD, role=Role.READER)
    campaign = create_campaign(
        name=name,
        actor=None,
        coverage_share_required=int(coverage_percent) / 100 if coverage_percent else None,
    )
    assign_studies(campaign=campaign, studies=[study], readers=[reader], actor=None)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    give(Path(sys.argv[1]), sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "")
