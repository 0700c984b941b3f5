"""One case of a plot: two readings of one image, with where they are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST_POINTS = 400


@dataclass(frozen=True, kw_only=True)
class Case:
    """Two quantities of one image, and the annotations that they were measured of."""

    name: str
    first: float
    second: float
    reference: str
    candidate: str


@dataclass(frozen=True)
class Point:
    """A case on the picture."""

    x: float
    y: float
    title: str
    case: Case


def most_telling(cases: Sequence[Case]) -> list[Case]:
    """Keep as many cases as a picture can show: those that differ most, and evenly of the rest."""
    if len(cases) <= MOST_POINTS:
        return list(cases)
    by_difference = sorted(cases, key=lambda case: -abs(case.second - case.first))
    extreme, rest = by_difference[: MOST_POINTS // 2], by_difference[MOST_POINTS // 2 :]
    kept = MOST_POINTS - len(extreme)
    return [*extreme, *(rest[number * len(rest) // kept] for number in range(kept))]
