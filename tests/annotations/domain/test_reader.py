import pytest

from annotations.domain.reader import create_reader
from annotations.enums import Role
from annotations.errors import ConflictError
from annotations.models import AuditEntry, Reader

pytestmark = pytest.mark.django_db


def test_create_reader_makes_an_account_that_can_log_in(client):
    reader = create_reader(username="ada", password="correct horse battery", role=Role.READER)

    assert reader.user.get_username() == "ada"
    assert reader.role == Role.READER
    assert client.login(username="ada", password="correct horse battery")


def test_create_reader_draws_a_pseudonym_without_the_name():
    first = create_reader(username="ada", password="correct horse battery", role=Role.READER)
    second = create_reader(username="grace", password="correct horse battery", role=Role.READER)

    assert "ada" not in first.pseudonym.lower()
    assert first.pseudonym != second.pseudonym


def test_create_reader_writes_one_audit_row():
    reader = create_reader(username="ada", password="correct horse battery", role=Role.ADJUDICATOR)

    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject_id, entry.details) == (
        "create_reader",
        str(reader.id),
        {"role": "adjudicator"},
    )


def test_create_reader_with_a_taken_name_writes_nothing():
    create_reader(username="ada", password="correct horse battery", role=Role.READER)

    with pytest.raises(ConflictError) as caught:
        create_reader(username="ada", password="another password", role=Role.ADMINISTRATOR)

    assert caught.value.code == "username_taken"
    assert Reader.objects.count() == 1
