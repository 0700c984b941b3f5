"""A campaign whose label correction left an expert a borderline piece on one image, a removal on another.

Run by a test as a program of its own with the environment of its system:
`python -m tests.e2e.given_corrections NAME`. Prints the campaign's id.
"""

import os
import secrets
import sys

import django


def make(name: str) -> str:
    import numpy as np  # noqa: PLC0415 - Django first, whose models the factories import

    from annotations.models import Campaign, CorrectionBatch, CorrectionBatchItem  # noqa: PLC0415 - as numpy
    from tests.factories.annotation import make_annotation  # noqa: PLC0415 - as numpy
    from tests.factories.assignment import make_assignment  # noqa: PLC0415 - as numpy
    from tests.factories.correction_run import make_correction_run  # noqa: PLC0415 - as numpy
    from tests.factories.dicom_files import make_grey_levels  # noqa: PLC0415 - as numpy
    from tests.factories.mammogram import make_mammogram  # noqa: PLC0415 - as numpy
    from tests.factories.reader import make_reader  # noqa: PLC0415 - as numpy

    expert, reader = make_reader("adjudicator", name), make_reader("reader", f"{name}-reader")
    campaign = Campaign.objects.create(name=f"Campaign of {name}")
    batch = CorrectionBatch.objects.create(campaign=campaign, requested_by=expert, state="succeeded")
    for decision in ("borderline", "remove"):
        levels = make_grey_levels(64, 48, seed=secrets.randbits(32))
        mammogram = make_mammogram(levels, pixel_spacing_mm=(0.1, 0.1), bits_stored=12)
        piece = np.zeros((mammogram.rows, mammogram.columns), dtype=bool)
        piece[20:24, 10:30] = True
        assignment = make_assignment(reader, mammogram.study, campaign)
        reading = make_annotation(mammogram, assignment=assignment, labels={"bac": piece}, submitted=True)
        run = make_correction_run(reading, {decision: piece})
        CorrectionBatchItem.objects.create(batch=batch, run=run)
    return str(campaign.id)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    print(make(sys.argv[1]))
