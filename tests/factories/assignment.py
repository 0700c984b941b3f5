from annotations.enums import PreannotationPolicy
from annotations.models import Assignment, Campaign, Reader, Study
from tests.factories.numbering import NUMBERS

from .mammogram import make_study
from .reader import make_reader


def make_campaign(*, shows_preannotation: bool = True) -> Campaign:
    policy = PreannotationPolicy.SHOWN if shows_preannotation else PreannotationPolicy.HIDDEN
    return Campaign.objects.create(name=f"Campaign {next(NUMBERS)}", preannotation=policy)


def make_assignment(
    reader: Reader | None = None,
    study: Study | None = None,
    campaign: Campaign | None = None,
    *,
    round_number: int = 1,
) -> Assignment:
    """Give an exam to a reader; what is not named is made new."""
    campaign = campaign or make_campaign()
    return Assignment.objects.create(
        campaign=campaign,
        study=study or make_study(),
        reader=reader or make_reader(),
        round=round_number,
        shows_preannotation=campaign.preannotation == PreannotationPolicy.SHOWN,
    )
