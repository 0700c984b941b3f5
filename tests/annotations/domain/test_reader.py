import pytest
from django.utils import timezone

from annotations.domain.reader import create_reader, set_role
from annotations.enums import Role
from annotations.errors import ConflictError, RoleRefusedError
from annotations.models import AuditEntry, Campaign, CampaignReader, Reader
from tests.factories.annotation import make_annotation
from tests.factories.assignment import make_assignment, make_campaign
from tests.factories.mammogram import make_mammogram
from tests.factories.reader import make_reader
from tests.factories.reading_plan import give_out_exams

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


OTHER_ROLES = [role for role in Role if role != Role.READER]


@pytest.mark.parametrize("role", OTHER_ROLES)
@pytest.mark.parametrize("is_pool", [False, True], ids=["given", "pool"])
def test_reader_with_exams_to_read_keeps_her_role(role, is_pool):
    reader = make_reader()
    give_out_exams(make_campaign(), [make_mammogram().study], [reader], is_pool=is_pool)

    with pytest.raises(RoleRefusedError) as refused:
        set_role(user=reader.user, role=role, actor=None)

    assert refused.value.code == "role_still_reads"
    assert f"{reader.pseudonym} has 1 exam still to read" in refused.value.message
    reader.refresh_from_db()
    assert reader.role == Role.READER
    assert not AuditEntry.objects.filter(act="set_role").exists()


@pytest.mark.parametrize("role", OTHER_ROLES)
def test_reader_who_has_ended_her_exams_gets_another_role(role):
    annotation = make_annotation(submitted=True)

    assert set_role(user=annotation.reader.user, role=role, actor=None).role == role


def test_reader_whose_pool_is_closed_gets_another_role():
    reader, campaign = make_reader(), make_campaign()
    give_out_exams(campaign, [make_mammogram().study], [reader], is_pool=True)
    Campaign.objects.update(closed_at=timezone.now())
    assert CampaignReader.objects.filter(reader=reader, left_at=None).exists()

    assert set_role(user=reader.user, role=Role.ADJUDICATOR, actor=None).role == Role.ADJUDICATOR


@pytest.mark.parametrize("role", ["adjudicator", "reader"])
def test_role_that_shows_no_more_is_given_whatever_is_to_read(role):
    assignment = make_assignment(make_reader("adjudicator"))

    assert set_role(user=assignment.reader.user, role=Role(role), actor=None).role == role
