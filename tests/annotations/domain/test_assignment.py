import pytest

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.assignment import unread_images
from annotations.enums import ReadingState
from annotations.models import AuditEntry
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram, make_study

pytestmark = pytest.mark.django_db


def test_unread_images_are_those_without_a_submitted_annotation():
    study = make_study()
    right, left = make_mammogram(study=study), make_mammogram(study=study, image_laterality="L")
    assignment = make_assignment(study=study)
    make_annotation(right, assignment=assignment, submitted=True)
    make_annotation(left, assignment=assignment)
    make_annotation(left, submitted=True)  # another reader's

    assert list(unread_images(assignment)) == [left]


def test_image_that_comes_after_submission_is_unread():
    mammogram = make_mammogram()
    assignment = make_annotation(mammogram, submitted=True).assignment

    late = make_mammogram(study=mammogram.study)

    assert list(unread_images(assignment)) == [late]


def test_assignment_is_submitted_with_its_last_image():
    study = make_study()
    right, left = make_mammogram(study=study), make_mammogram(study=study, image_laterality="L")
    assignment = make_assignment(study=study)

    make_annotation(right, assignment=assignment, submitted=True)
    assignment.refresh_from_db()
    assert assignment.state == ReadingState.OPEN

    make_annotation(left, assignment=assignment, submitted=True)
    assignment.refresh_from_db()
    assert assignment.state == ReadingState.SUBMITTED
    assert assignment.submitted_at is not None
    assert AuditEntry.objects.get(act="submit_assignment").actor == assignment.reader


def test_assignment_of_another_reader_stays_open():
    mammogram = make_mammogram()
    other = make_assignment(study=mammogram.study)

    make_annotation(mammogram, submitted=True)

    other.refresh_from_db()
    assert other.state == ReadingState.OPEN


def test_assignment_submitted_before_stays_as_it_was():
    mammogram = make_mammogram()
    assignment = make_assignment(study=mammogram.study)
    make_annotation(mammogram, assignment=assignment, submitted=True)
    assignment.refresh_from_db()
    submitted_at = assignment.submitted_at
    late = open_annotation(assignment=assignment, mammogram=make_mammogram(study=mammogram.study))

    assert late.state == ReadingState.OPEN
    submit_annotation(
        annotation=make_annotation(late.mammogram, assignment=assignment, answer="no"),
        reader=assignment.reader,
        version=1,
    )

    assignment.refresh_from_db()
    assert assignment.submitted_at == submitted_at
