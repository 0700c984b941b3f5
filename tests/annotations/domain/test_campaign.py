import pytest

from annotations.domain.campaign import assign_study, create_campaign
from annotations.models import Assignment, AuditEntry
from tests.factories.mammogram import make_study
from tests.factories.reader import make_reader

pytestmark = pytest.mark.django_db


def test_create_campaign_keeps_whether_readers_see_models():
    campaign = create_campaign(name="Blind", guideline="Label every vessel.", shows_preannotation=False)

    assert (campaign.name, campaign.guideline) == ("Blind", "Label every vessel.")
    assert campaign.shows_preannotation is False
    assert AuditEntry.objects.get(act="create_campaign").subject_id == str(campaign.id)


def test_assign_study_twice_is_one_assignment():
    campaign, study, reader = create_campaign(name="First"), make_study(), make_reader()

    first = assign_study(campaign=campaign, study=study, reader=reader)
    second = assign_study(campaign=campaign, study=study, reader=reader)

    assert first == second
    assert Assignment.objects.count() == 1
    assert AuditEntry.objects.filter(act="assign_study").count() == 1
