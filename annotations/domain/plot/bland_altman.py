"""Bland and Altman's picture: how far two readers differ, over how much there is."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Scale, Tick, in_words, scale_around
from .case import Case, Point, most_telling

WIDTH, HEIGHT = 560, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 548, 16, 272


@dataclass(frozen=True)
class Level:
    """A level line with its interval, and the words at its right end."""

    kind: str
    y: float
    band_top: float
    band_height: float
    text: str


@dataclass(frozen=True, kw_only=True)
class BlandAltmanPlot:
    """Positions of everything that is drawn; `hidden` cases were too many for the picture."""

    points: list[Point]
    levels: list[Level]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    zero_y: float
    hidden: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


Interval = tuple[float | None, float | None, float | None]


def bland_altman_plot(
    cases: Sequence[Case], *, bias: Interval, lower: Interval, upper: Interval, unit: str
) -> BlandAltmanPlot:
    """Lay out differences (second minus first) over means; each level is (value, low, high), in `unit`."""
    shown = most_telling(cases)
    lines = {"upper": upper, "bias": bias, "lower": lower}
    borders = [value for line in lines.values() for value in line if value is not None]
    x = scale_around(
        ((case.first + case.second) / 2 for case in cases), start=LEFT, end=RIGHT, at_least=[0.0]
    )
    y = scale_around(
        (case.second - case.first for case in cases), start=BOTTOM, end=TOP, at_least=[0.0, *borders]
    )
    return BlandAltmanPlot(
        points=[
            Point(
                x((case.first + case.second) / 2),
                y(case.second - case.first),
                f"{case.name}: {in_words(round(case.first, 1))} and {in_words(round(case.second, 1))} {unit}",
                case,
            )
            for case in shown
        ],
        levels=[_level(kind, line, y) for kind, line in lines.items() if line[0] is not None],
        x_ticks=x.ticks(),
        y_ticks=y.ticks(),
        zero_y=y(0),
        hidden=len(cases) - len(shown),
    )


def _level(kind: str, line: Interval, y: Scale) -> Level:
    value, low, high = line
    value = value or 0.0
    top, bottom = y(value if high is None else high), y(value if low is None else low)
    return Level(kind, y(value), top, round(bottom - top, 2), in_words(round(value, 1)))
