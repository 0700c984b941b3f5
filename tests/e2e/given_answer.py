"""A campaign that watches over its readings, made of one that a test has opened.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_answer CAMPAIGN checks` or `... CAMPAIGN training`.
"""

import os
import sys

import django

ANSWER = [((300.0, 200.0), (300.0, 600.0)), ((700.0, 200.0), (700.0, 500.0))]  # lines of (row, column)
WIDTH_PX = 20.0


def hold(name: str) -> None:
    """Bar labels that touch, and warn where answer and label contradict each other."""
    from annotations.domain.reader import create_reader  # noqa: PLC0415 - Django first
    from annotations.domain.reading_check import HeldCheck, hold_checks  # noqa: PLC0415 - Django first
    from annotations.enums import CheckStrictness, ReadingCheck, Role  # noqa: PLC0415 - Django first
    from annotations.models import Campaign  # noqa: PLC0415 - Django first
    from tests.e2e.system import PASSWORD  # noqa: PLC0415 - Django first

    hold_checks(
        campaign=Campaign.objects.get(name=name),
        checks=[
            HeldCheck(ReadingCheck.LABELS_TOUCH, CheckStrictness.BAR, None),
            HeldCheck(ReadingCheck.LABELLED_BUT_NO, CheckStrictness.WARN, None),
        ],
        actor=create_reader(username=f"{name}-lead", password=PASSWORD, role=Role.ADMINISTRATOR),
    )


def train(name: str) -> None:
    """Make the campaign a training, and its exam one whose answer is known."""
    from annotations.domain.reference_exam import take_known_reference  # noqa: PLC0415 - Django first
    from annotations.enums import CampaignPurpose  # noqa: PLC0415 - Django first
    from annotations.models import Campaign  # noqa: PLC0415 - Django first
    from ml import masks  # noqa: PLC0415 - Django first

    campaign = Campaign.objects.get(name=name)
    campaign.purpose = CampaignPurpose.TRAINING
    campaign.save(update_fields=["purpose"])
    study = campaign.assignments.get().study
    image = study.mammograms.get()
    lines = [masks.polyline(image.rows, image.columns, list(line), WIDTH_PX) for line in ANSWER]
    take_known_reference(
        campaign=campaign,
        study=study,
        masks={image.id: masks.encode(masks.union(*lines))},
        maximum_tries=2,
        actor=None,
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    {"checks": hold, "training": train}[sys.argv[2]](sys.argv[1])
