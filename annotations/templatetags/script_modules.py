"""Names a script's modules to the browser at once: by itself it finds them one import after the other."""

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, join, normpath

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

IMPORT = re.compile(r"""^(?:import|export)\b(?:[^;"'()]*\bfrom)?\s*["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@register.simple_tag
def module_preloads(name: str) -> SafeString:
    """Write a `modulepreload` link for the script of this name below static/ and all that it imports."""
    return format_html_join(
        "\n  ", '<link rel="modulepreload" href="{}">', ((static(module),) for module in modules_of(name))
    )


@cache
def modules_of(name: str) -> tuple[str, ...]:
    """List a module and all that it imports, directly or not, in the order in which they are found."""
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop(0)
        path = None if module in found else finders.find(module)
        if path is None:
            continue
        found[module] = None
        imported = IMPORT.findall(Path(path).read_text())
        waiting += [normpath(join(dirname(module), each)) for each in imported]
    return tuple(found)
