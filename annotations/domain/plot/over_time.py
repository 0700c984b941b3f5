"""One figure with its interval, week after week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .axis import Scale, Tick

WIDTH, HEIGHT = 560, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 540, 16, 172
MOST_DATES = 8


@dataclass(frozen=True, kw_only=True)
class TimeFigure:
    """A figure of the week or month that begins on `day`."""

    day: date
    value: float | None
    low: float | None
    high: float | None
    n_images: int


@dataclass(frozen=True)
class TimeMark:
    """A figure on the picture; top and bottom are those of its interval."""

    figure: TimeFigure
    x: float
    y: float
    top: float | None
    bottom: float | None


@dataclass(frozen=True, kw_only=True)
class TimePlot:
    marks: list[TimeMark]
    line: str
    dates: list[Tick]
    ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def time_plot(figures: Sequence[TimeFigure]) -> TimePlot:
    """Lay out shares from 0 to 1 by their day; a week without a figure has no point."""
    days = [figure.day.toordinal() for figure in figures] or [0]
    alone = min(days) == max(days)
    x = Scale(min(days) - 0.5 * alone, max(days) + 0.5 * alone, LEFT + 24, RIGHT - 24)
    y = Scale(0, 1, BOTTOM, TOP)
    marks = [
        TimeMark(
            figure,
            x(figure.day.toordinal()),
            y(figure.value),
            None if figure.high is None else y(figure.high),
            None if figure.low is None else y(figure.low),
        )
        for figure in figures
        if figure.value is not None
    ]
    every = -(-len(figures) // MOST_DATES) or 1
    return TimePlot(
        marks=marks,
        line=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        dates=[
            Tick(x(figure.day.toordinal()), f"{figure.day.day} {figure.day:%b}")
            for figure in figures[::every]
        ],
        ticks=y.ticks(4),
    )
