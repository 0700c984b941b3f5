"""In which order the images of an exam hang, and which of them take the four usual places."""

from collections.abc import Sequence

from .facts import CC_VIEWS
from .hanging import Hanging

# Rows of the page from left to right: chest walls meet in the middle.
PLACES = ("RCC", "LCC", "RMLO", "LMLO")


def hang_order(hangings: Sequence[Hanging]) -> tuple[list[int], dict[int, str]]:
    """Return the indices in hanging order, and by index the place among the four.

    A place goes to the plainest image of its view, the earlier one at a tie; what is over hangs behind, the
    right breast before the left, and last what nobody knows the breast of.
    """
    places: dict[int, str] = {}
    for place in PLACES:
        candidates = [
            index
            for index, hanging in enumerate(hangings)
            if hanging.laterality + hanging.view == place and hanging.kind.is_usual
        ]
        if candidates:
            best = min(candidates, key=lambda index: (len(hangings[index].kind.words), index))
            places[best] = place
    usual = sorted(places, key=lambda index: PLACES.index(places[index]))
    others = [index for index in range(len(hangings)) if index not in places]
    return [*usual, *sorted(others, key=lambda index: _later(hangings[index]))], places


def _later(hanging: Hanging) -> tuple[int, int, str]:
    side = {"R": 0, "L": 1, "B": 2}.get(hanging.laterality, 3)
    family = 0 if hanging.view in CC_VIEWS else 1 if hanging.view else 2
    return side, family, hanging.view
