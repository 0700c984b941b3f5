import pytest

from annotations.domain.journal_key import journal_key
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_a_reader_has_one_key_and_nobody_elses():
    first, second = make_reader(), make_reader()

    assert journal_key(first) == journal_key(first)
    assert len(journal_key(first)) == 32
    assert journal_key(first) != journal_key(second)


def test_the_key_changes_with_the_secret_of_the_installation(settings):
    reader = make_reader()
    before = journal_key(reader)

    settings.JOURNAL_KEY = b"another secret of this installation"

    assert journal_key(reader) != before
