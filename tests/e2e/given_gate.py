"""Files taken in and given to one reader of a campaign with a guideline, questions and a gate of one exam.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_gate NAME FILE FILE …`. The lead's pages are tested where they are written.
"""

import os
import sys
from pathlib import Path

import django

GUIDELINE = "# What to label\nEvery calcified artery.\n\n- both walls\n- not skin"


def give(name: str, paths: list[Path]) -> None:
    from annotations.domain.campaign import assign_studies, create_campaign  # noqa: PLC0415 - Django first
    from annotations.domain.ingest import ingest_paths  # noqa: PLC0415 - Django first
    from annotations.domain.question import add_question  # noqa: PLC0415 - Django first
    from annotations.domain.reader import create_reader  # noqa: PLC0415 - Django first
    from annotations.models import Study  # noqa: PLC0415 - Django first
    from tests.e2e.system import PASSWORD  # noqa: PLC0415 - Django first

    images = [outcome.mammogram for outcome in ingest_paths(paths)]
    reader = create_reader(username=f"{name}-reader", password=PASSWORD, role="reader")
    create_reader(username=f"{name}-expert", password=PASSWORD, role="adjudicator")
    campaign = create_campaign(name=name, actor=None, guideline=GUIDELINE, gate_exams=1)
    for scope, text in [("image", "Is the image sharp?"), ("exam", "Would you call her back?")]:
        add_question(
            campaign=campaign, scope=scope, text=text, answers=["Yes", "No"], is_required=True, actor=None
        )
    studies = Study.objects.filter(mammograms__in=images)
    assert assign_studies(campaign=campaign, studies=studies, readers=[reader], actor=None) == len(paths)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    give(sys.argv[1], [Path(path) for path in sys.argv[2:]])
