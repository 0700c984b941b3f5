"""Campaigns, and who may see what came of one."""

from django.db.models import Exists, OuterRef, QuerySet

from annotations.enums import Role
from annotations.models import Campaign, CampaignReader, Reader
from annotations.rules.assignment import assignments_visible_to, unfinished
from annotations.rules.pool_slot import slots_open_to


def campaigns_visible_to(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns by name: for a reader those in which she reads."""
    return campaigns_read_by(reader) if reader.role == Role.READER else Campaign.objects.all()


def campaigns_read_by(reader: Reader) -> QuerySet[Campaign]:
    """Campaigns that gave her exams, or that she has joined to take some from their pool."""
    given = assignments_visible_to(reader).filter(campaign=OuterRef("pk"))
    joined = CampaignReader.objects.filter(campaign=OuterRef("pk"), reader=reader, left_at=None)
    return Campaign.objects.filter(Exists(given) | Exists(joined))


def reads_in(reader: Reader, campaign: Campaign) -> bool:
    return campaigns_read_by(reader).filter(pk=campaign.pk).exists()


def can_see_results(reader: Reader, campaign: Campaign) -> bool:
    """Figures of what readers made; whoever has, or may get, an exam of the campaign to read learns none."""
    return campaigns_with_results_for(reader).filter(pk=campaign.pk).exists()


def campaigns_with_results_for(reader: Reader) -> QuerySet[Campaign]:
    if reader.role == Role.READER:
        return Campaign.objects.none()
    still_reads = unfinished(assignments_visible_to(reader)).filter(campaign=OuterRef("pk"))
    may_get = slots_open_to(reader).filter(campaign=OuterRef("pk"))
    return Campaign.objects.exclude(Exists(still_reads)).exclude(Exists(may_get))
