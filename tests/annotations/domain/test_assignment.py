import pytest

from annotations.domain.annotation import open_annotation, submit_annotation
from annotations.domain.assignment import next_assignment
from annotations.enums import ReadingState
from annotations.models import AuditEntry
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram, make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_next_assignment_is_the_oldest_open_one():
    reader = make_reader()
    first, second = make_assignment(reader), make_assignment(reader)
    make_assignment()

    assert next_assignment(reader) == first

    mammogram = make_mammogram(study=first.study)
    make_annotation(mammogram, assignment=first, submitted=True)
    assert next_assignment(reader) == second


def test_next_assignment_is_none_where_all_is_read():
    assert next_assignment(make_reader()) is None


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
