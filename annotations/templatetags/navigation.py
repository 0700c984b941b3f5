"""What the head of every page offers to this person."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from django import template
from django.urls import NoReverseMatch, reverse

from annotations import rules
from annotations.enums import Role
from annotations.models import Campaign, Reader

register = template.Library()


@dataclass(frozen=True)
class NavigationEntry:
    text: str
    address: str
    is_current: bool


# Name of the address, text, and who may go there; in the order of the head.
PAGES: list[tuple[str, str, Callable[[Reader], bool]]] = [
    ("worklist", "Worklist", lambda _reader: True),
    ("intake", "Intake", rules.can_take_in),
    ("images", "Images", rules.is_expert),
    ("comparison", "Compare", rules.can_compare),
    ("campaigns", "Campaigns", rules.can_work_on_campaigns),
    ("admin:index", "People", rules.can_manage_campaigns),
    ("models", "Models", rules.can_manage_models),
    ("datasets", "Datasets", rules.can_manage_datasets),
]


def _is_adjudicator(reader: Reader) -> bool:
    return reader.role == Role.ADJUDICATOR


@dataclass(frozen=True)
class CampaignPage:
    """One tab of a campaign; what shows results is closed to whoever still reads in it."""

    name: str
    text: str
    is_allowed: Callable[[Reader], bool]
    shows_results: bool = False


# In the order of the tabs.
CAMPAIGN_PAGES = [
    CampaignPage("board", "Board", rules.can_manage_campaigns),
    CampaignPage("guideline", "Guideline", lambda _reader: True),
    CampaignPage("plan", "Plan", rules.can_manage_campaigns),
    CampaignPage("reviews", "Reviews", _is_adjudicator, shows_results=True),
    CampaignPage("agreement", "Agreement", rules.can_work_on_campaigns, shows_results=True),
    CampaignPage("adjudication", "Adjudication", _is_adjudicator, shows_results=True),
    CampaignPage("reference", "Reference", _is_adjudicator, shows_results=True),
    CampaignPage("corrections", "Corrections", _is_adjudicator, shows_results=True),
    CampaignPage("quality", "Quality", rules.can_work_on_campaigns, shows_results=True),
    CampaignPage("checks", "Checks", rules.can_manage_campaigns),
    CampaignPage("settings", "Settings", rules.can_manage_campaigns),
]


@register.simple_tag(takes_context=True)
def navigation_entries(context: template.Context) -> list[NavigationEntry]:
    """List the pages of the role; nothing for an account without a reader's record."""
    request = context["request"]
    reader = getattr(request.user, "reader", None)
    if reader is None:
        return []
    return [
        NavigationEntry(text=text, address=reverse(name), is_current=request.path == reverse(name))
        for name, text, is_allowed in PAGES
        if is_allowed(reader)
    ]


@register.simple_tag(takes_context=True)
def campaign_entries(
    context: template.Context, campaign: Campaign, current: str, *, sees_results: bool | None = None
) -> list[NavigationEntry]:
    """List the pages of a campaign that there are and that this person may open.

    A list of campaigns says of each whether she `sees_results`; else it is asked for here.
    """
    reader: Reader = context["request"].user.reader
    if sees_results is None:
        sees_results = rules.can_see_results(reader, campaign)
    entries = []
    for page in CAMPAIGN_PAGES:
        if page.is_allowed(reader) and (sees_results or not page.shows_results):
            with contextlib.suppress(NoReverseMatch):
                address = reverse(f"campaign_{page.name}", args=[campaign.id])
                entries.append(
                    NavigationEntry(text=page.text, address=address, is_current=page.name == current)
                )
    return entries
