import pytest
from django.utils import timezone

from annotations.domain.campaign import assign_studies, create_campaign
from annotations.enums import PreannotationPolicy
from annotations.errors import ConflictError
from annotations.models import Assignment, AuditEntry
from tests.factories.assignment import make_campaign
from tests.factories.mammogram import make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_create_campaign_keeps_whether_readers_see_models_and_its_first_guideline():
    campaign = create_campaign(
        name="Blind",
        guideline="Label every vessel.",
        preannotation=PreannotationPolicy.HIDDEN,
        actor=None,
    )

    guideline = campaign.guidelines.get()
    assert (campaign.name, guideline.number, guideline.text) == ("Blind", 1, "Label every vessel.")
    assert campaign.preannotation == PreannotationPolicy.HIDDEN
    assert AuditEntry.objects.get(act="create_campaign").subject_id == str(campaign.id)


def test_create_campaign_says_who():
    lead = make_reader("administrator")

    create_campaign(name="First", actor=lead)

    assert AuditEntry.objects.get(act="create_campaign").actor == lead


def test_assign_studies_gives_every_exam_to_every_reader_and_says_who():
    studies, readers, lead = [make_study(), make_study()], [make_reader(), make_reader()], make_reader()

    count = assign_studies(campaign=make_campaign(), studies=studies, readers=readers, actor=lead)

    assert count == Assignment.objects.count() == 4
    assert [entry.actor for entry in AuditEntry.objects.filter(act="assign_study")] == [lead] * 4


def test_assign_studies_again_counts_what_is_new_and_leaves_the_rest():
    campaign, study, reader = make_campaign(), make_study(), make_reader()
    assign_studies(campaign=campaign, studies=[study], readers=[reader], actor=None)
    before = Assignment.objects.get()

    again = {"campaign": campaign, "studies": [study], "actor": None}

    assert assign_studies(readers=[reader], **again) == 0
    assert assign_studies(readers=iter([reader, make_reader()]), **again) == 1
    assert Assignment.objects.get(reader=reader) == before
    assert AuditEntry.objects.filter(act="assign_study").count() == 2


def test_assign_studies_that_breaks_off_gives_nothing():
    study, unsaved = make_study(), make_study()
    unsaved.id = None

    with pytest.raises(ValueError, match="saved"):
        assign_studies(
            campaign=make_campaign(), studies=[study, unsaved], readers=[make_reader()], actor=None
        )

    assert not Assignment.objects.exists()


def test_exams_read_with_help_by_lot_are_given_out_with_a_plan_alone():
    campaign = create_campaign(name="Trial", preannotation=PreannotationPolicy.RANDOMISED, actor=None)

    with pytest.raises(ConflictError, match="plan") as refused:
        assign_studies(campaign=campaign, studies=[make_study()], readers=[make_reader()], actor=None)

    assert refused.value.code == "plan_required"
    assert not Assignment.objects.exists()


def test_whoever_is_given_an_exam_reads_in_the_campaign_and_comes_back_with_it():
    campaign, reader = make_campaign(), make_reader()
    given = {"campaign": campaign, "readers": [reader], "actor": None}

    assign_studies(studies=[make_study()], **given)
    assert [member.reader for member in campaign.readers.filter(left_at=None)] == [reader]

    campaign.readers.update(left_at=timezone.now())
    assign_studies(studies=[make_study()], **given)
    assert campaign.readers.get().left_at is None
