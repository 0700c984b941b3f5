from django.db import transaction

from annotations.domain.audit import record_act
from annotations.models import Assignment, Campaign, Reader, Study


@transaction.atomic
def create_campaign(*, name: str, guideline: str = "", shows_preannotation: bool = True) -> Campaign:
    campaign = Campaign.objects.create(
        name=name, guideline=guideline, shows_preannotation=shows_preannotation
    )
    record_act("create_campaign", actor=None, subject=campaign, name=name)
    return campaign


@transaction.atomic
def assign_study(*, campaign: Campaign, study: Study, reader: Reader) -> Assignment:
    """Give an exam to a reader for the first round; given already, the assignment stays as it is."""
    assignment, is_new = Assignment.objects.get_or_create(
        campaign=campaign, study=study, reader=reader, round=1
    )
    if is_new:
        record_act("assign_study", actor=None, subject=assignment, reader=reader.pseudonym)
    return assignment
