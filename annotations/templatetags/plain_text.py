"""Plain text as people type it, in blocks that a template marks up: nothing of it is taken as markup."""

import re
from dataclasses import dataclass, field
from typing import Literal

from django import template

register = template.Library()

_ITEM = re.compile(r"^\s*(?:[-*•]|(\d+)[.)])\s+(.*)$")


@dataclass
class Block:
    """Lines that belong together; `lines` of a list are its items."""

    kind: Literal["heading", "paragraph", "list", "steps"]
    lines: list[str] = field(default_factory=list)


@register.filter
def text_blocks(text: str) -> list[Block]:
    """Tell headings (#), lists (-), numbered steps (1.) and paragraphs apart; an empty line ends each."""
    blocks: list[Block] = []
    is_new = True
    for line in text.splitlines():
        if not line.strip():
            is_new = True
            continue
        kind, content = _kind_of(line)
        if is_new or kind == "heading" or blocks[-1].kind != kind:
            if not is_new and kind == "paragraph" and line[0] == " " and blocks[-1].kind in ("list", "steps"):
                blocks[-1].lines[-1] += f" {content}"  # an item goes on in the next line
                continue
            blocks.append(Block(kind))
        blocks[-1].lines.append(content)
        is_new = kind == "heading"
    return blocks


def _kind_of(line: str) -> tuple[Literal["heading", "paragraph", "list", "steps"], str]:
    if line.startswith("#"):
        return "heading", line.lstrip("#").strip()
    item = _ITEM.match(line)
    if item is None:
        return "paragraph", line.strip()
    return ("steps" if item[1] else "list"), item[2]
