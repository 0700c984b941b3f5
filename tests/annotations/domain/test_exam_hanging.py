"""From files through intake to how an exam hangs."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.domain.exam_hanging import describe_hanging, hang_images
from annotations.domain.ingest import ingest_paths
from annotations.models import ImageOrientation, Mammogram, Study
from tests.factories.dicom_files import write_dicom
from tests.factories.mammogram import make_mammogram, make_pixels, make_study
from tests.factories.messy_header import MessyHeader, said

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore::UserWarning")]

EXAM = [
    MessyHeader(title="", header=said("L", "MLO", "A", "FR"), shows="LMLO"),
    MessyHeader(title="", header=said("R", "CC", "A", "L"), shows="RCC", way="mirrored"),
    MessyHeader(title="", header=said("R", "MLO"), shows="RMLO", way="mirrored"),
    MessyHeader(title="", header=said(None, "CC", Laterality="L"), shows="LCC"),
]


def take_in(tmp_path, *cases: MessyHeader) -> Study:
    for number, case in enumerate(cases):
        dataset = case.dataset()
        dataset.StudyInstanceUID = "2.25.4711"
        (outcome,) = ingest_paths([write_dicom(tmp_path / f"{number}.dcm", dataset)])
        assert outcome.mammogram, outcome.message
    return Study.objects.get()


def test_an_exam_hangs_after_intake_with_one_question(tmp_path):
    study = take_in(tmp_path, *EXAM)

    images = [describe_hanging(image) for image in hang_images(study.mammograms.all())]

    assert [(image["name"], image["place"]) for image in images] == [
        ("RCC", "RCC"),
        ("LCC", "LCC"),
        ("RMLO?", "RMLO"),
        ("LMLO", "LMLO"),
    ]
    assert [image["mirrored"] for image in images] == [True, False, False, False]
    assert [bool(image["question"]) for image in images] == [False, False, True, False]


def test_intake_looks_at_the_pixels_once(tmp_path):
    study = take_in(tmp_path, EXAM[1])

    orientation = ImageOrientation.objects.get()
    hang_images(study.mammograms.all())

    assert (orientation.chest_wall, orientation.is_upside_down) == ("left", None)
    assert ImageOrientation.objects.count() == 1


def test_image_of_earlier_days_is_looked_at_when_it_is_hung():
    pixels = make_pixels(300, 300)
    mammogram = make_mammogram(np.flip(pixels, axis=1).copy())

    hang_images([mammogram])
    hang_images([mammogram])

    assert ImageOrientation.objects.get().mammogram == mammogram


def test_asking_how_many_images_hang_takes_no_more_queries():
    def count(images: int) -> int:
        study = make_study()
        for _ in range(images):
            make_mammogram(study=study)
        hang_images(study.mammograms.all())
        with CaptureQueriesContext(connection) as queries:
            hang_images(Mammogram.objects.filter(study=study))
        return len(queries)

    assert count(1) == count(4)
