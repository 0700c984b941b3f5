import numpy as np
import pytest
from django.utils import timezone

from annotations.domain.dataset_selection import select_annotations, split_of_patient
from annotations.enums import AlgorithmType
from annotations.models import Annotation, AnnotationOperation
from annotations.validators.dataset_filter import DatasetFilter, validate_dataset_filter
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def _filter(**keys: object) -> DatasetFilter:
    return validate_dataset_filter(keys)


def _correct(origin: Annotation) -> Annotation:
    return Annotation.objects.create(
        mammogram=origin.mammogram,
        assignment=origin.assignment,
        reader=origin.reader,
        derived_from=origin,
        algorithm_type=AlgorithmType.SEMIAUTOMATIC,
        state="submitted",
        submitted_at=timezone.now(),
    )


def test_selection_leaves_out_what_is_not_submitted() -> None:
    make_annotation(labels={"bac": np.ones((64, 48), bool)})

    assert list(select_annotations(_filter())) == []


def test_selection_latest_keeps_every_reader_of_an_image() -> None:
    image = make_mammogram()
    readings = {make_annotation(image, submitted=True) for _ in range(3)}

    assert set(select_annotations(_filter())) == readings


def test_selection_latest_takes_the_newest_of_each_chain() -> None:
    image = make_mammogram()
    first = _correct(_correct(make_annotation(image, submitted=True)))
    second = make_annotation(image, submitted=True)
    by_expert = _correct(second)
    Annotation.objects.filter(id=by_expert.id).update(reader=make_reader("adjudicator"), assignment=None)

    assert set(select_annotations(_filter())) == {first, by_expert}
    assert list(select_annotations(_filter(readers=[second.reader.pseudonym]))) == [second]


def test_selection_all_takes_every_reading() -> None:
    image = make_mammogram()
    both = {make_annotation(image, submitted=True), make_annotation(image, submitted=True)}

    assert set(select_annotations(_filter(which="all"))) == both


def test_selection_puts_a_correction_in_the_place_of_its_origin() -> None:
    origin = make_annotation(submitted=True)
    correction = _correct(origin)

    assert list(select_annotations(_filter())) == [correction]
    assert list(select_annotations(_filter(algorithm_types=["MANUAL"]))) == [origin]


def test_selection_by_campaign_reader_and_answer() -> None:
    assignment = make_assignment(reader=make_reader())
    image = make_mammogram(study=assignment.study)
    wanted = make_annotation(image, assignment=assignment, answer="no", submitted=True)
    make_annotation(answer="yes", submitted=True)

    assert list(select_annotations(_filter(campaign=assignment.campaign.name))) == [wanted]
    assert list(select_annotations(_filter(readers=[assignment.reader.pseudonym]))) == [wanted]
    assert list(select_annotations(_filter(bac_present=["no", "uncertain"]))) == [wanted]


def test_selection_by_campaign_takes_what_derives_from_its_readings() -> None:
    origin = make_annotation(submitted=True)
    make_annotation(submitted=True)
    correction = _correct(_correct(origin))
    Annotation.objects.filter(id=correction.id).update(assignment=None)

    assert list(select_annotations(_filter(campaign=origin.assignment.campaign.name))) == [correction]


def test_selection_never_takes_an_answer_that_a_correction_withdrew() -> None:
    correction = _correct(make_annotation(answer="yes", submitted=True))
    AnnotationOperation.objects.create(
        annotation=correction,
        sequence=1,
        kind="answer",
        question="bac_present",
        answer="no",
        made_at=timezone.now(),
    )

    assert list(select_annotations(_filter(bac_present=["yes"]))) == []
    assert list(select_annotations(_filter(bac_present=["no"]))) == [correction]


def test_selection_comes_in_one_order_whatever_the_order_of_reading() -> None:
    images = [make_mammogram() for _ in range(4)]
    for image in reversed(images):
        make_annotation(image, submitted=True)

    codes = [annotation.mammogram.study.patient.code for annotation in select_annotations(_filter())]

    assert codes == sorted(codes)


def test_split_depends_on_the_patient_alone_and_is_80_10_10() -> None:
    splits = [split_of_patient(f"P{number}") for number in range(10_000)]

    assert splits[:4] == [split_of_patient(f"P{number}") for number in range(4)]
    assert abs(splits.count("train") - 8000) < 150
    assert abs(splits.count("validation") - 1000) < 110
    assert abs(splits.count("test") - 1000) < 110
