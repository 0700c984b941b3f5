"""A campaign whose readers disagree on many segments, written through the factories.

Run by a test as a program of its own with the environment of its system. Arguments: a name, a number of
segments and, for images other than small ones, rows and columns. Prints as JSON where to go, the images,
and what must be told nowhere.
"""

import json
import os
import secrets
import sys

import django

IMAGE_COUNT = 3
SIZE = (1200, 1100)


def make(name: str, segments: int, size: tuple[int, int] = SIZE) -> dict[str, object]:
    """Make an adjudicator of that name and a campaign of three images, read by three; all is for an expert.

    Lines of different lengths: every third is drawn by two readers side by side, the others by one.
    """
    import numpy as np  # noqa: PLC0415 - Django first, whose models the factories import
    from django.db import transaction  # noqa: PLC0415 - set up first

    from annotations.models import Campaign  # noqa: PLC0415 - as numpy
    from tests.factories.consensus import find_disagreements, make_readings  # noqa: PLC0415 - as numpy
    from tests.factories.dicom_files import make_grey_levels  # noqa: PLC0415 - as numpy
    from tests.factories.mammogram import make_mammogram  # noqa: PLC0415 - as numpy
    from tests.factories.reader import make_reader  # noqa: PLC0415 - as numpy

    make_reader("adjudicator", name)
    campaign = Campaign.objects.create(name=f"Campaign of {name}", consensus_rule="unanimous")
    readers = [make_reader("reader", f"{name}-reader-{number}") for number in range(3)]
    images: list[str] = []
    untold: list[str] = []
    for image in range(IMAGE_COUNT):
        drawn = [np.zeros(size, dtype=bool) for _ in readers]
        for number in range(image, segments, IMAGE_COUNT):
            row, length = 60 + 50 * number, 60 + 20 * number
            for who in (0, 1) if number % 3 == 1 else (number % 2,):
                drawn[who][row + who : row + who + 8, 400 : 400 + length] = True
        mammogram = make_mammogram(
            make_grey_levels(*size, seed=secrets.randbits(32)),
            pixel_spacing_mm=(0.1, 0.1),
            bits_stored=12,
            attributes={"PatientOrientation": ["A", "FL"]},  # a right breast that is stored mirrored
        )
        readings = make_readings([{"bac": mask} for mask in drawn], campaign, mammogram, readers)
        images.append(str(mammogram.id))
        untold += [str(reading.id) for reading in readings]
        untold += [str(reading.assignment_id) for reading in readings]
    with transaction.atomic():  # out of sight of the worker, which would take the run
        find_disagreements(campaign)
    untold += [word for each in readers for word in (str(each.id), each.pseudonym, each.user.username)]
    return {"campaign": str(campaign.id), "images": images, "untold": untold}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    who, count, *sides = sys.argv[1:]
    print(json.dumps(make(who, int(count), (int(sides[0]), int(sides[1])) if sides else SIZE)))
