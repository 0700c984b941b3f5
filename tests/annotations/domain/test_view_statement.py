import pytest

from annotations.domain.exam_hanging import hang_images
from annotations.domain.view_statement import state_view
from annotations.errors import ForbiddenError
from annotations.models import AuditEntry, ViewStatement
from tests.factories.assignment import make_assignment
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def mammogram():
    return make_mammogram(image_laterality="", view_position="CC")


@pytest.fixture
def reader(mammogram):
    return make_assignment(study=mammogram.study).reader


def hung(mammogram):
    (image,) = hang_images([mammogram])
    return image.hanging


def test_an_answer_is_used_from_then_on_and_the_header_stays(mammogram, reader):
    assert hung(mammogram).is_asked_about

    state_view(mammogram=mammogram, laterality="L", view="MLO", reader=reader)

    mammogram.refresh_from_db()
    assert (hung(mammogram).name, hung(mammogram).confidence) == ("LMLO", "stated")
    assert (mammogram.image_laterality, mammogram.view_position) == ("", "CC")


def test_the_last_answer_counts_and_both_are_kept(mammogram, reader):
    state_view(mammogram=mammogram, laterality="L", view="CC", reader=reader)
    state_view(mammogram=mammogram, laterality="R", view="CC", reader=make_reader("adjudicator"))

    assert hung(mammogram).name == "RCC"
    assert list(mammogram.view_statements.values_list("sequence", "laterality")) == [(1, "L"), (2, "R")]


def test_an_answer_leaves_a_trace(mammogram, reader):
    state_view(mammogram=mammogram, laterality="L", view="CC", reader=reader)

    entry = AuditEntry.objects.get(act="state_view")
    assert (entry.actor, entry.subject_id) == (reader, str(mammogram.id))
    assert entry.details == {"laterality": "L", "view": "CC"}


def test_who_does_not_read_the_image_states_nothing(mammogram):
    with pytest.raises(ForbiddenError):
        state_view(mammogram=mammogram, laterality="L", view="CC", reader=make_reader("data_scientist"))

    assert not ViewStatement.objects.exists()


def test_a_statement_is_never_changed(mammogram, reader):
    statement = state_view(mammogram=mammogram, laterality="L", view="CC", reader=reader)

    with pytest.raises(TypeError):
        statement.save()
    with pytest.raises(TypeError):
        statement.delete()
