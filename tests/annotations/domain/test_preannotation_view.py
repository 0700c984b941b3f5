import pytest
from django.db import IntegrityError, transaction

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.preannotation_view import note_map_view, note_preannotation_view
from annotations.enums import MapKind
from annotations.models import PreannotationView
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.image_map import make_image_map
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


@pytest.mark.parametrize(
    ("kind", "is_help"),
    [(MapKind.HEATMAP, True), (MapKind.CALCIFICATION_THICKNESS, True), (MapKind.DENSITY, False)],
)
def test_look_at_a_map_counts_where_it_points_at_calcification(kind, is_help):
    annotation = make_annotation(answer="yes")

    note_map_view(image_map=make_image_map(annotation.mammogram, kind), reader=annotation.reader)

    assert submit(annotation).preannotation_shown is is_help


def test_look_is_at_a_run_or_a_map():
    annotation = make_annotation()

    with pytest.raises(IntegrityError, match="preannotation_view_of_one_thing"), transaction.atomic():
        PreannotationView.objects.create(reader=annotation.reader, mammogram=annotation.mammogram)


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
    annotation = make_annotation()
    look(annotation)
    note_map_view(image_map=make_image_map(annotation.mammogram), reader=annotation.reader)

    for view in PreannotationView.objects.all():
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            PreannotationView.objects.filter(id=view.id).delete()
        with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
            PreannotationView.objects.filter(id=view.id).update(image_map=None)
