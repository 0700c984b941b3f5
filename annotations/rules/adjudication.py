"""Results of a campaign: what its experts decide on and look at."""

from django.db.models import QuerySet

from annotations.enums import AssignmentState, Role
from annotations.models import AgreementReport, Assignment, Campaign, Disagreement, Reader, ReadingPair
from annotations.rules.assignment import studies_still_read_by
from annotations.rules.campaign import campaigns_with_results_for, can_see_results


def can_adjudicate(reader: Reader, campaign: Campaign) -> bool:
    """Look at what readers of a campaign made, and decide: an adjudicator who has none of it left to read."""
    return reader.role == Role.ADJUDICATOR and can_see_results(reader, campaign)


def campaigns_adjudicated_by(reader: Reader) -> QuerySet[Campaign]:
    if reader.role != Role.ADJUDICATOR:
        return Campaign.objects.none()
    return campaigns_with_results_for(reader)


def disagreements_visible_to(reader: Reader) -> QuerySet[Disagreement]:
    """What readers drew differently, but for exams that the expert still reads, in whatever campaign."""
    return Disagreement.objects.filter(campaign__in=campaigns_adjudicated_by(reader)).exclude(
        mammogram__study__in=studies_still_read_by(reader)
    )


def can_send_to_adjudication(reader: Reader, campaign: Campaign) -> bool:
    """Put images before an expert: the expert herself, and the lead, who does not decide on them."""
    return reader.role in (Role.ADJUDICATOR, Role.ADMINISTRATOR) and can_see_results(reader, campaign)


def exams_reviewable_by(reader: Reader) -> QuerySet[Assignment]:
    """Readings on which an expert may say her word: of others, where she reads no more.

    An exam that she still has to read for another campaign is not among them.
    """
    if reader.role != Role.ADJUDICATOR:
        return Assignment.objects.none()
    return (
        Assignment.objects.filter(
            state=AssignmentState.SUBMITTED, campaign__in=campaigns_with_results_for(reader)
        )
        .exclude(reader=reader)
        .exclude(study__in=studies_still_read_by(reader))
    )


def reading_pairs_visible_to(reader: Reader) -> QuerySet[ReadingPair]:
    """Comparisons in campaigns whose results she may see, but of exams that she still reads anywhere."""
    return ReadingPair.objects.filter(campaign__in=campaigns_with_results_for(reader)).exclude(
        first__mammogram__study__in=studies_still_read_by(reader)
    )


def agreement_reports_visible_to(reader: Reader) -> QuerySet[AgreementReport]:
    """Figures under pseudonyms, of campaigns whose results she may see."""
    return AgreementReport.objects.filter(campaign__in=campaigns_with_results_for(reader))
