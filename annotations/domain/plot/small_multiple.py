"""One of many small pictures side by side: points along an axis, the trend through them and its band."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Scale, Tick, scale_around

WIDTH, HEIGHT = 280, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 272, 10, 122
TICKS = 3
BAND_STEPS = 12


@dataclass(frozen=True)
class MultiplePoint:
    """A value on the picture, and where its exam is looked at ("" for nowhere)."""

    x: float
    y: float
    title: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A trend in the units of the picture, with the interval of its slope."""

    slope: float
    low: float
    high: float
    intercept: float


@dataclass(frozen=True, kw_only=True)
class SmallMultiple:
    """Positions of everything that is drawn."""

    points: list[MultiplePoint]
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    trend: str
    band: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def lay_out(
    points: Sequence[tuple[float, float, str, str]],
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    line: Line | None,
) -> SmallMultiple:
    """Place (along, value, title, address); pictures beside each other share their ranges."""
    x = scale_around(x_range, start=LEFT, end=RIGHT)
    y = scale_around(y_range, start=BOTTOM, end=TOP, at_least=[min(0.0, y_range[0])])
    along = [each[0] for each in points]
    return SmallMultiple(
        points=[MultiplePoint(x(at), y(value), title, address) for at, value, title, address in points],
        x_ticks=x.ticks(TICKS),
        y_ticks=y.ticks(TICKS),
        trend=_path([(at, line.intercept + line.slope * at) for at in (min(along), max(along))], x, y)
        if line
        else "",
        band=_band(line, along, x, y) if line else "",
    )


def _band(line: Line, along: Sequence[float], x: Scale, y: Scale) -> str:
    """Turn the line about the middle of its points by the interval of its slope."""
    middle = sorted(along)[len(along) // 2]
    height = line.intercept + line.slope * middle
    first, last = min(along), max(along)
    steps = [first + (last - first) * step / BAND_STEPS for step in range(BAND_STEPS + 1)]
    sides = [(at, [height + slope * (at - middle) for slope in (line.low, line.high)]) for at in steps]
    upper = [(at, max(pair)) for at, pair in sides]
    lower = [(at, min(pair)) for at, pair in reversed(sides)]
    return _path([*upper, *lower], x, y) + "Z"


def _path(points: Sequence[tuple[float, float]], x: Scale, y: Scale) -> str:
    inside = [(x(at), min(max(y(value), TOP), BOTTOM)) for at, value in points]
    return "M" + "L".join(f"{across} {down}" for across, down in inside)
