"""A small system in which every page has something to show, written through the factories.

Run by a test as a program of its own with the environment of its system; prints the addresses as JSON.
"""

import json
import os
import sys

import django

from tests.e2e.campaign_pages import make_beginner_pages, make_campaign_pages
from tests.e2e.model_pages import make_model_pages


def build() -> dict[str, str]:
    """Write people, an exam being read, submitted labels, a correction, a dataset and its versions."""
    import numpy as np  # noqa: PLC0415 - Django first, whose models the factories import
    from django.db import transaction  # noqa: PLC0415 - set up first

    from tests.factories.annotation import make_annotation  # noqa: PLC0415 - as numpy
    from tests.factories.assignment import make_assignment  # noqa: PLC0415 - as numpy
    from tests.factories.comment import make_comment  # noqa: PLC0415 - as numpy
    from tests.factories.consensus import make_disagreements  # noqa: PLC0415 - as numpy
    from tests.factories.correction_run import make_correction_run, make_square  # noqa: PLC0415 - as numpy
    from tests.factories.dataset import make_dataset, make_dataset_version  # noqa: PLC0415 - as numpy
    from tests.factories.mammogram import make_mammogram, make_pixels, make_study  # noqa: PLC0415 - as numpy
    from tests.factories.reader import make_reader  # noqa: PLC0415 - as numpy

    people = {role: make_reader(role, f"axe-{role}") for role in ROLES}
    study = make_study()
    views = [
        make_mammogram(
            make_pixels(400, 300),
            study,
            image_laterality=side,
            view_position=view,
            pixel_spacing_mm=(0.1, 0.1),
        )
        for view in ("CC", "MLO")
        for side in "RL"
    ]
    assignment = make_assignment(people["reader"], study)
    label = np.zeros((400, 300), dtype=bool)
    label[100:110, 50:200] = True
    opened = make_annotation(views[0], assignment=assignment, labels={"bac": label}, answer="yes")
    make_comment(opened, text="Is this one wall or two?")
    read = make_annotation(views[1], assignment=assignment, labels={"bac": label}, submitted=True)
    run = make_correction_run()
    own = make_annotation(run.annotation.mammogram, labels={"bac": make_square(4, 4, 12)}, submitted=True)
    make_comment(own, text=f"@{people['adjudicator'].pseudonym} please look at this.")
    with transaction.atomic():  # out of sight of the worker, which would take the run
        disputed = make_disagreements(make_square(4, 4, 12), make_square(40, 4))[0].campaign_id
    dataset = make_dataset("axe", people["data_scientist"])
    frozen = make_dataset_version(dataset, reader=people["data_scientist"], frozen=True)
    make_dataset_version(dataset, reader=people["data_scientist"])
    return {
        **make_campaign_pages(people),
        **make_model_pages(people, read, frozen),
        **make_beginner_pages(),
        "viewer": f"/read/{opened.id}/",
        "viewer, submitted": f"/read/{read.id}/",
        "viewer, by an expert": f"/read/{own.id}/",
        "correction": f"/corrections/{run.id}/",
        "adjudication": f"/campaigns/{disputed}/adjudication/",
        "reference standard": f"/campaigns/{disputed}/reference/",
        "comparison": f"/compare/?reference={run.annotation_id}&candidate={own.id}",
    }


def build_exam(name: str) -> dict[str, str]:
    """Write one image of 12 bits and 1000 x 800 pixels, for one reader of that name to read."""
    from tests.factories.annotation import make_annotation  # noqa: PLC0415 - Django first
    from tests.factories.dicom_files import make_grey_levels  # noqa: PLC0415 - Django first
    from tests.factories.mammogram import make_mammogram  # noqa: PLC0415 - Django first
    from tests.factories.reader import make_reader  # noqa: PLC0415 - Django first

    mammogram = make_mammogram(make_grey_levels(1000, 800, seed=71), pixel_spacing_mm=(0.1, 0.1))
    annotation = make_annotation(mammogram, make_reader("reader", name))
    return {"annotation": str(annotation.id), "viewer": f"/read/{annotation.id}/"}


ROLES = ("reader", "adjudicator", "data_scientist", "administrator")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    django.setup()
    print(json.dumps(build_exam(sys.argv[1]) if len(sys.argv) > 1 else build()))
