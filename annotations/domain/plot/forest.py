"""Figures below each other, each with its interval on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from .axis import Scale, Tick, scale_around

WIDTH = 560
LEFT, RIGHT = 256, 548
TOP, ROW_HEIGHT, FOOT = 8, 28, 32


@dataclass(frozen=True, kw_only=True)
class ForestRow:
    """What is drawn in one row; `value` None: the reason stands in its place."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    address: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ForestMark:
    """A row on the picture."""

    row: ForestRow
    y: float
    x: float | None
    left: float | None
    width: float | None


@dataclass(frozen=True, kw_only=True)
class ForestPlot:
    marks: list[ForestMark]
    ticks: list[Tick]
    zero: float | None
    bottom: float
    height: float
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    width: int = WIDTH


def forest_plot(
    rows: Sequence[ForestRow], *, low: float | None = None, high: float | None = None
) -> ForestPlot:
    """Lay the rows out; without given ends the scale goes around all intervals and zero."""
    seen = [value for row in rows for value in (row.value, row.low, row.high) if value is not None]
    if low is None or high is None:
        scale = scale_around(seen, start=LEFT, end=RIGHT, at_least=[0.0])
    else:
        scale = Scale(min([low, *seen]), max([high, *seen]), LEFT, RIGHT)
    bottom = TOP + ROW_HEIGHT * len(rows)
    return ForestPlot(
        marks=[_mark(row, TOP + ROW_HEIGHT * (number + 0.5), scale) for number, row in enumerate(rows)],
        ticks=scale.ticks(),
        zero=scale(0) if scale.low < 0 < scale.high else None,
        bottom=bottom,
        height=bottom + FOOT,
    )


def _mark(row: ForestRow, y: float, scale: Scale) -> ForestMark:
    left = width = None
    if row.low is not None and row.high is not None:
        left = scale(row.low)
        width = round(scale(row.high) - left, 2)
    return ForestMark(row=row, y=y, x=None if row.value is None else scale(row.value), left=left, width=width)
