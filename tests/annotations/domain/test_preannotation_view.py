import pytest
from django.db import IntegrityError, transaction

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.preannotation_view import note_preannotation_view
from annotations.models import PreannotationView
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.inference_run import make_inference_run
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def look(annotation, reader=None):
    run = make_inference_run(annotation.mammogram)
    note_preannotation_view(run=run, reader=reader or annotation.reader)


def submit(annotation):
    return submit_annotation(annotation=annotation, reader=annotation.reader, version=annotation.version)


def test_look_while_reading_is_known_at_submission():
    annotation = make_annotation(answer="yes")

    look(annotation)

    assert submit(annotation).preannotation_shown is True


def test_look_before_the_annotation_is_opened_is_known_at_once():
    assignment = make_assignment()
    run = make_inference_run()
    assignment.study = run.mammogram.study
    assignment.save()

    note_preannotation_view(run=run, reader=assignment.reader)

    assert open_annotation(assignment=assignment, mammogram=run.mammogram).preannotation_shown is True


def test_look_in_an_open_campaign_counts_in_a_later_blind_one():
    first = make_annotation(submitted=True)
    look(first)
    blind = make_assignment(first.reader, first.mammogram.study, make_campaign(shows_preannotation=False))

    second = make_annotation(first.mammogram, assignment=blind, submitted=True)

    assert second.preannotation_shown is True
    first.refresh_from_db()
    assert first.preannotation_shown is False  # submitted before she looked


def test_look_of_another_person_or_at_another_image_does_not_count():
    annotation = make_annotation(answer="yes")

    look(annotation, make_reader())
    look(make_annotation(reader=annotation.reader))

    assert submit(annotation).preannotation_shown is False


def test_look_is_never_taken_back():
    look(make_annotation())

    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        PreannotationView.objects.all().delete()
