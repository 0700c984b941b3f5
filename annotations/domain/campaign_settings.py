"""What a lead may change of a campaign after it was opened, and what holds once readers have begun."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from annotations.domain.audit import record_act
from annotations.enums import ConsensusRule, Label, PreannotationPolicy
from annotations.errors import CampaignSettledError, InvalidError
from annotations.models import Annotation, Campaign, Reader

# Changed half-way, these would make the first readings another study than the last ones.
SETTLED_ONCE_BEGUN = {
    "labels": "what they label",
    "shows_priors": "whether they see earlier exams",
    "purpose": "what the campaign is for",
}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All that can be set of a campaign on its page; the others of its fields never change."""

    purpose: str
    labels: Sequence[str]
    preannotation: str
    shows_priors: bool
    gate_exams: int
    coverage_share_required: float | None
    consensus_rule: str = ConsensusRule.MAJORITY


def settings_of(campaign: Campaign) -> Settings:
    return Settings(**{name: getattr(campaign, name) for name in Settings.__dataclass_fields__})


def has_begun(campaign: Campaign) -> bool:
    """Whether any image of the campaign was opened."""
    return Annotation.objects.filter(assignment__campaign=campaign).exists()


@transaction.atomic
def change_settings(*, campaign: Campaign, settings: Settings, actor: Reader | None) -> list[str]:
    """Change what is different and return its names. Locks the campaign.

    Exams that were given out keep whether the model's proposal is shown.
    """
    campaign = Campaign.objects.select_for_update().get(id=campaign.id)
    if not settings.labels or not set(settings.labels) <= set(Label.values):
        raise InvalidError("A campaign labels at least one thing. Choose a label.", code="labels_missing")
    before = settings_of(campaign)
    changed = [name for name, value in vars(settings).items() if value != getattr(before, name)]
    settled = [name for name in changed if name in SETTLED_ONCE_BEGUN]
    if settled and has_begun(campaign):
        words = " and ".join(SETTLED_ONCE_BEGUN[name] for name in settled)
        raise CampaignSettledError(
            f"Readers have begun, so {words} cannot be changed any more. Open another campaign for that."
        )
    _check_lot(campaign, before, settings)
    for name in changed:
        setattr(campaign, name, getattr(settings, name))
    if changed:
        campaign.save(update_fields=changed)
        told = {name: [getattr(before, name), getattr(settings, name)] for name in changed}
        record_act("change_campaign_settings", actor=actor, subject=campaign, **told)
    return changed


def _check_lot(campaign: Campaign, before: Settings, after: Settings) -> None:
    """A trial drawn by lot is neither begun nor ended half-way: its two halves would not compare."""
    is_lot = PreannotationPolicy.RANDOMISED in (before.preannotation, after.preannotation)
    if before.preannotation != after.preannotation and is_lot and campaign.assignments.exists():
        raise CampaignSettledError(
            "Exams were given out, so whether help is drawn by lot cannot be changed any more. Open another "
            "campaign for that."
        )


@transaction.atomic
def close_campaign(*, campaign: Campaign, actor: Reader | None) -> None:
    """Give out nothing more; what was begun can be read to its end. Closed twice, it is closed once."""
    _set_closed(campaign, actor, is_closed=True)


@transaction.atomic
def reopen_campaign(*, campaign: Campaign, actor: Reader | None) -> None:
    _set_closed(campaign, actor, is_closed=False)


def _set_closed(campaign: Campaign, actor: Reader | None, *, is_closed: bool) -> None:
    campaign = Campaign.objects.select_for_update().get(id=campaign.id)
    if (campaign.closed_at is not None) == is_closed:
        return
    campaign.closed_at = timezone.now() if is_closed else None
    campaign.save(update_fields=["closed_at"])
    record_act("close_campaign" if is_closed else "reopen_campaign", actor=actor, subject=campaign)
