"""What a reading is held to before it is submitted: one small function for each check, all of them by name.

A check gets what was read and gives a doubt for each place that breaks it; none means that all is well.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from annotations.domain.coverage import CELL_PX, breast_area
from annotations.enums import Answer, FindingShape, Label, ReadingCheck
from annotations.ml_gateway.label_places import (
    Place,
    count_within,
    pieces_of,
    places_outside,
    touching_places,
)
from annotations.models import Mammogram

# More would be read by nobody; the count says how many there are.
MOST_PLACES = 20
LABEL_WORDS = {Label.BAC: "BAC", Label.MICROCALCIFICATION: "microcalcification"}


@dataclass(frozen=True)
class Doubt:
    """What speaks against a reading, in words, and where; None where it has no place."""

    text: str
    place: Place | None = None


@dataclass(frozen=True)
class CheckedReading:
    """One image as it would be submitted: masks in the plain form, answers and findings."""

    mammogram: Mammogram
    masks: Mapping[str, bytes]
    areas_px: Mapping[str, int]
    bac_answer: str | None
    findings: Sequence[Mapping[str, Any]]

    @cached_property
    def breast_cells(self) -> bytes:
        """Cells of the coarse grid that hold breast; all of them where none was found."""
        return bytes(breast_area(self.mammogram).cells)


Check = Callable[[CheckedReading, int], list[Doubt]]


def labels_touch(reading: CheckedReading, _limit: int) -> list[Doubt]:
    """A BAC label touches no microcalcification label."""
    places = touching_places(reading.masks[Label.MICROCALCIFICATION], reading.masks[Label.BAC])
    return _at(places, "Here a microcalcification label touches a BAC label.")


def empty_but_yes(reading: CheckedReading, _limit: int) -> list[Doubt]:
    """Where the answer is yes, something is labelled."""
    if reading.bac_answer != Answer.YES or reading.areas_px[Label.BAC]:
        return []
    return [Doubt("You answered that BAC is present and labelled none.")]


def labelled_but_no(reading: CheckedReading, _limit: int) -> list[Doubt]:
    """Where the answer is no, nothing is labelled."""
    if reading.bac_answer != Answer.NO or not reading.areas_px[Label.BAC]:
        return []
    places = [piece.place for piece in pieces_of(reading.masks[Label.BAC])]
    return _at(places, "You labelled BAC here and answered that none is present.")


def outside_breast(reading: CheckedReading, _limit: int) -> list[Doubt]:
    """No label lies clear of the breast; the grid is coarse, so that a stroke over the skin line is none."""
    doubts = []
    for label, words in LABEL_WORDS.items():
        places = places_outside(reading.masks[label], reading.breast_cells, cell_px=CELL_PX)
        doubts += _at(places, f"Here a {words} label lies outside the breast.")
    return doubts


def small_group(reading: CheckedReading, limit: int) -> list[Doubt]:
    """A ring around a group holds at least so many dots, or pieces of the label."""
    dots = [each["points"][0] for each in reading.findings if each["shape"] == FindingShape.DOT]
    doubts = []
    for group in reading.findings:
        if group["shape"] != FindingShape.GROUP:
            continue
        count = count_within(group["points"], dots, reading.masks[Label.MICROCALCIFICATION])
        if count < limit:
            x, y = group["points"][0]
            text = f"This group holds {count} microcalcifications; a group has {limit} or more."
            doubts.append(Doubt(text, Place(x, y)))
    return doubts


def tiny_piece(reading: CheckedReading, limit: int) -> list[Doubt]:
    """A piece of BAC is no stray touch of the brush."""
    pieces = [piece for piece in pieces_of(reading.masks[Label.BAC]) if piece.area_px < limit]
    return _at([piece.place for piece in pieces], f"Here is a piece of BAC of fewer than {limit} pixels.")


def _at(places: Sequence[Place], text: str) -> list[Doubt]:
    return [Doubt(text, place) for place in places]


@dataclass(frozen=True)
class Rule:
    """A check with the number that it starts out with; None for checks without one."""

    check: Check
    usual_limit: int | None = None
    limit_words: str = ""


RULES: Mapping[ReadingCheck, Rule] = {
    ReadingCheck.EMPTY_BUT_YES: Rule(empty_but_yes),
    ReadingCheck.LABELLED_BUT_NO: Rule(labelled_but_no),
    ReadingCheck.LABELS_TOUCH: Rule(labels_touch),
    ReadingCheck.OUTSIDE_BREAST: Rule(outside_breast),
    ReadingCheck.SMALL_GROUP: Rule(small_group, 3, "Microcalcifications in a group, at least"),
    ReadingCheck.TINY_PIECE: Rule(tiny_piece, 4, "Pixels of a piece, at least"),
}
