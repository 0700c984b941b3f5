"""How a breast lies in the stored picture, and how the picture must be turned to hang."""

from collections.abc import Sequence
from dataclasses import dataclass

from .facts import CC_VIEWS, Edge

OPPOSITE: dict[Edge, Edge] = {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}
CLOCKWISE: tuple[Edge, ...] = ("top", "right", "bottom", "left")
# Chest walls meet in the middle of the page: right breasts hang left of it, with their wall at the right.
HUNG_WALL: dict[str, Edge] = {"R": "right", "L": "left"}
MEDIAL = {"R": "L", "L": "R"}


@dataclass(frozen=True)
class Lie:
    """Edges of the stored picture at which the chest wall lies, and which belongs up; None: not known."""

    chest_wall: Edge
    up: Edge | None


@dataclass(frozen=True)
class Turn:
    """What is done to a stored picture to hang it: turned clockwise first, then mirrored left to right."""

    quarter_turns: int = 0
    mirrored: bool = False


def read_lie(orientation: Sequence[str], *, laterality: str, view: str) -> Lie | None:
    """Read Patient Orientation (0020,0020): where a row runs to, and where a column runs to.

    None where no mammogram lies like that: one of the two must run to the front or the back, the other to
    head or feet (to a side, in views from above).
    """
    if len(orientation) != 2:
        return None
    row, column = orientation
    edges: tuple[Edge, Edge]
    if row[:1] in ("A", "P"):
        wall: Edge = "right" if row[0] == "P" else "left"
        away, edges = column, ("top", "bottom")
    elif column[:1] in ("A", "P"):
        wall = "bottom" if column[0] == "P" else "top"
        away, edges = row, ("left", "right")
    else:
        return None
    runs_down = _runs_down(away, laterality=laterality, is_from_above=view in CC_VIEWS)
    if runs_down is None:
        return None
    return Lie(wall, edges[0] if runs_down else edges[1])


def _runs_down(word: str, *, laterality: str, is_from_above: bool) -> bool | None:
    """Say whether a direction leads down on a hung picture: to the feet, or to the middle of the body."""
    if not is_from_above and ("F" in word) != ("H" in word):
        return "F" in word
    sides = [letter for letter in word if letter in "LR"]
    if len(sides) != 1 or laterality not in MEDIAL or (is_from_above and word[0] not in "LR"):
        return None
    return sides[0] == MEDIAL[laterality]


def orientation_text(orientation: Sequence[str]) -> str:
    """As DICOM writes it; what intake did not know is a question mark."""
    return "\\".join(word or "?" for word in orientation)


def breast_of(orientation: Sequence[str], *, view: str) -> str:
    """Say which breast an oblique Patient Orientation belongs to: "R", "L", or "" where it does not say.

    Down an oblique view is down and to the middle of the body: FL in a right breast, FR in a left one.
    """
    if len(orientation) != 2 or view in CC_VIEWS or not view:
        return ""
    row, column = orientation
    word = column if row[:1] in ("A", "P") else row
    if "L" in word and "R" in word:
        return ""
    if ("F" in word and "L" in word) or ("H" in word and "R" in word):
        return "R"
    return "L" if ("F" in word and "R" in word) or ("H" in word and "L" in word) else ""


def turn_to_hang(lie: Lie, *, laterality: str) -> Turn:
    """Turn what belongs up to the top, then mirror where the chest wall would lie at the outer side."""
    hung = HUNG_WALL.get(laterality)
    if hung is None:
        return Turn()
    if lie.up is None:
        # Film lies on its side because it was laid so, not because it was mirrored.
        turns = (CLOCKWISE.index(hung) - CLOCKWISE.index(lie.chest_wall)) % 4
        return Turn(turns) if turns % 2 else Turn(mirrored=turns == 2)
    turns = -CLOCKWISE.index(lie.up) % 4
    wall = CLOCKWISE[(CLOCKWISE.index(lie.chest_wall) + turns) % 4]
    return Turn(turns, mirrored=wall != hung)
