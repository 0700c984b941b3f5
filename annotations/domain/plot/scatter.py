"""What one reader measured over what the other did, with the line on which both agree."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Tick, in_words, scale_around
from .case import Case, Point, most_telling

WIDTH, HEIGHT = 340, 320
LEFT, RIGHT, TOP, BOTTOM = 64, 328, 16, 272


@dataclass(frozen=True, kw_only=True)
class ScatterPlot:
    """Positions of everything that is drawn; both axes have one scale."""

    points: list[Point]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def scatter_plot(cases: Sequence[Case], *, unit: str, decimals: int = 1) -> ScatterPlot:
    """Lay out the second quantity over the first; `decimals` of both are told of each point."""
    values = [value for case in cases for value in (case.first, case.second)]
    x = scale_around(values, start=LEFT, end=RIGHT, at_least=[0.0])
    y = scale_around(values, start=BOTTOM, end=TOP, at_least=[0.0])
    return ScatterPlot(
        points=[
            Point(
                x(case.first),
                y(case.second),
                f"{case.name}: {in_words(round(case.first, decimals))} and "
                f"{in_words(round(case.second, decimals))} {unit}".rstrip(),
                case,
            )
            for case in most_telling(cases)
        ],
        x_ticks=x.ticks(4),
        y_ticks=y.ticks(4),
    )
