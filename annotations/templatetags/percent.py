"""Shares as people say them."""

from django import template

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """Say a share in whole percent; "" where it is not defined."""
    return "" if share is None else f"{share * 100:.0f} %"
