"""How often what a model calls probable is there: the reliability diagram."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Scale, Tick

WIDTH, HEIGHT = 320, 300
LEFT, RIGHT, TOP, BOTTOM = 48, 308, 16, 252


@dataclass(frozen=True)
class CalibrationMark:
    x: float
    y: float
    title: str


@dataclass(frozen=True, kw_only=True)
class CalibrationPlot:
    """Positions of everything that is drawn."""

    marks: list[CalibrationMark]
    line: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def calibration_plot(points: Sequence[Sequence[float]]) -> CalibrationPlot:
    """Lay out points that begin with mean probability and observed share."""
    x, y = Scale(0, 1, LEFT, RIGHT), Scale(0, 1, BOTTOM, TOP)
    marks = [
        CalibrationMark(x(said), y(was), f"said {said:.2f}, was there in {was:.2f}")
        for said, was, *_ in points
    ]
    return CalibrationPlot(
        marks=marks,
        line=" ".join(f"{mark.x},{mark.y}" for mark in marks),
        x_ticks=x.ticks(4),
        y_ticks=y.ticks(4),
    )
