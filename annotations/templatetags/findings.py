"""The words that a finding may carry, for the page that offers them."""

from django import template

from annotations.enums import Assessment, Histology

register = template.Library()


@register.simple_tag
def assessment_choices() -> list[tuple[str, str]]:
    return Assessment.choices


@register.simple_tag
def histology_choices() -> list[tuple[str, str]]:
    return Histology.choices
