"""What the head of every page offers to this person."""

from collections.abc import Callable
from dataclasses import dataclass

from django import template
from django.urls import reverse

from annotations import rules
from annotations.models import Reader

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
    ("campaigns", "Campaigns", rules.can_manage_campaigns),
    ("admin:index", "People", rules.can_manage_campaigns),
    ("models", "Models", rules.can_manage_models),
    ("datasets", "Datasets", rules.can_manage_datasets),
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
