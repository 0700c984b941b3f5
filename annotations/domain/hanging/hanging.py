"""How one image hangs: which breast, which view, which way round, and what has to be asked first."""

from dataclasses import dataclass
from enum import StrEnum

from .facts import BREASTS, OBLIQUE_VIEWS, Edge, ImageFacts, StatedView
from .header import said_laterality, said_view
from .kind import Kind, kind_of
from .lie import HUNG_WALL, MEDIAL, Lie, Turn, breast_of, orientation_text, read_lie, turn_to_hang


class Confidence(StrEnum):
    """Where breast and view come from; what is asked about hangs as it is stored."""

    KNOWN = "known"
    ASKED_ABOUT = "asked about"
    STATED = "stated"


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """How an image hangs.

    `laterality` and `view` are what the header says while they are asked about, "" for nothing; `doubts` say
    in words why. `words` tell what is special about the view, `length_note` what to know of its millimetres.
    """

    laterality: str
    view: str
    kind: Kind
    turn: Turn
    confidence: Confidence
    doubts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As read on film: RMLO; with a question mark while it is asked about."""
        side = "" if self.laterality == "B" else self.laterality
        return f"{side}{self.view}{'?' if self.is_asked_about else ''}" or "?"

    @property
    def is_asked_about(self) -> bool:
        return self.confidence == Confidence.ASKED_ABOUT


def hang(facts: ImageFacts, stated: StatedView | None = None) -> Hanging:
    """Decide how an image hangs. What contradicts itself or is missing is asked about, never guessed."""
    kind = kind_of(facts)
    chest_wall = facts.chest_wall if kind.shows_chest_wall else None
    if stated is not None:
        return _hang_as_stated(facts, stated, kind, chest_wall)
    laterality = said_laterality(facts, is_of_both_breasts=kind.is_of_both_breasts)
    view = said_view(facts)
    doubts = [*laterality.doubts, *view.doubts]
    turn = Turn()
    if not doubts and laterality.value in HUNG_WALL:
        lie, doubts = _check_lie(facts, laterality.value, view.value, chest_wall)
        if not doubts and laterality.places == 1:
            doubts = _other_breast_doubts(facts, laterality.value, view.value, chest_wall)
        turn = turn_to_hang(lie, laterality=laterality.value) if lie and not doubts else turn
    elif laterality.value != "B":
        doubts += _picture_doubts(laterality.value, chest_wall)
    return Hanging(
        laterality=laterality.value,
        view=view.value,
        kind=kind,
        turn=turn,
        confidence=Confidence.ASKED_ABOUT if doubts else Confidence.KNOWN,
        doubts=tuple(doubts),
    )


def _check_lie(
    facts: ImageFacts, laterality: str, view: str, chest_wall: Edge | None
) -> tuple[Lie | None, list[str]]:
    """Hold Patient Orientation and picture against each other, or the picture against the usual lie."""
    orientation = facts.attributes.get("PatientOrientation", [])
    if not orientation:
        return _check_picture(facts, laterality, view, chest_wall)
    told = f"Patient Orientation in the header, {orientation_text(orientation)},"
    other = breast_of(orientation, view=view)
    if other not in ("", laterality):
        return None, [
            f"The header says {BREASTS[laterality]} breast; {told} is that of a {BREASTS[other]} one."
        ]
    lie = read_lie(orientation, laterality=laterality, view=view)
    if lie is None:
        return None, [f"{told} fits no {view} view."]
    if chest_wall is None:
        return lie, []
    doubts = []
    if chest_wall != lie.chest_wall:
        doubts.append(f"{told} puts the chest wall at the {lie.chest_wall}; it is seen at the {chest_wall}.")
    muscle_is_low = facts.is_upside_down if view in OBLIQUE_VIEWS and lie.up in ("top", "bottom") else None
    if muscle_is_low is not None and muscle_is_low != (lie.up == "bottom"):
        end = "lower" if muscle_is_low else "upper"
        doubts.append(f"{told} puts the head at the {lie.up}; the chest muscle is seen at the {end} end.")
    return lie, doubts


def _other_breast_doubts(facts: ImageFacts, laterality: str, view: str, chest_wall: Edge | None) -> list[str]:
    """Doubt one word for a breast where the other breast, stored as usual, explains everything else.

    Then the picture would be turned only because of that word, and a slip in it is as likely.
    """
    orientation = facts.attributes.get("PatientOrientation", [])
    other = MEDIAL[laterality]
    usual = Lie(HUNG_WALL[other], "top")
    if chest_wall not in (None, usual.chest_wall):
        return []
    if breast_of(orientation, view=view) == laterality:
        return []
    if read_lie(orientation, laterality=other, view=view) != usual:
        return []
    told = f"Patient Orientation in the header, {orientation_text(orientation)},"
    lies = "" if chest_wall is None else " and its chest wall"
    said = f"The header says {BREASTS[laterality]} breast; {told}{lies} would fit a {BREASTS[other]} one that"
    return [f"{said} was stored as usual. The picture may be turned or mirrored, or the breast be wrong."]


def _check_picture(
    facts: ImageFacts, laterality: str, view: str, chest_wall: Edge | None
) -> tuple[Lie | None, list[str]]:
    """Without Patient Orientation: the picture must lie as such pictures usually do."""
    if chest_wall is None:
        return None, []
    doubts = _picture_doubts(laterality, chest_wall)
    if view in OBLIQUE_VIEWS and facts.is_upside_down:
        doubts.append("The chest muscle lies at the lower end: the picture may be upside down.")
    return Lie(chest_wall, "top"), doubts


def _picture_doubts(laterality: str, chest_wall: Edge | None) -> list[str]:
    """Say where the picture lies otherwise than such pictures usually do."""
    if chest_wall is None or chest_wall == HUNG_WALL.get(laterality):
        return []
    if chest_wall in ("top", "bottom"):
        return [f"The chest wall lies at the {chest_wall} of the picture: it may be turned."]
    looks = next(side for side, wall in HUNG_WALL.items() if wall == chest_wall)
    seen = f"Its chest wall is at the {chest_wall}, as usual in a {BREASTS[looks]} breast."
    if laterality not in HUNG_WALL:
        return [seen]
    return [f"The header says {BREASTS[laterality]} breast.", f"{seen} The picture may be mirrored."]


def _hang_as_stated(facts: ImageFacts, stated: StatedView, kind: Kind, chest_wall: Edge | None) -> Hanging:
    lie = _lie_of_stated(facts, stated, chest_wall)
    return Hanging(
        laterality=stated.laterality,
        view=stated.view,
        kind=kind,
        turn=Turn() if lie is None else turn_to_hang(lie, laterality=stated.laterality),
        confidence=Confidence.STATED,
    )


def _lie_of_stated(facts: ImageFacts, stated: StatedView, chest_wall: Edge | None) -> Lie | None:
    """Once a person has looked, what the picture shows of its lie counts for more than the header."""
    orientation = facts.attributes.get("PatientOrientation", [])
    told = read_lie(orientation, laterality=stated.laterality, view=stated.view)
    if chest_wall is None:
        return told
    if chest_wall in ("top", "bottom"):
        return told if told and told.chest_wall == chest_wall else Lie(chest_wall, None)
    is_upside_down = facts.is_upside_down if stated.view in OBLIQUE_VIEWS else None
    if is_upside_down is None and told and told.chest_wall == chest_wall:
        return told
    return Lie(chest_wall, "bottom" if is_upside_down else "top")
