"""Axes: from quantities to positions on the picture, with round numbers to read them by."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
MINUS = "\N{MINUS SIGN}"
DECIMALS = 6


@dataclass(frozen=True)
class Tick:
    """A round number and where it stands."""

    position: float
    text: str


@dataclass(frozen=True)
class Scale:
    """A straight scale; `start` and `end` are positions on the picture, the end may lie before the start."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self, count: int = 5) -> list[Tick]:
        step = _round_step((self.high - self.low) / max(count, 1))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [Tick(self(number * step), in_words(number * step)) for number in range(first, last + 1)]


def in_words(value: float) -> str:
    """Write a number of an axis: short, with a true minus."""
    return f"{round(value, DECIMALS):g}".replace("-", MINUS)


def scale_around(
    values: Iterable[float], *, start: float, end: float, at_least: Sequence[float] = ()
) -> Scale:
    """Lay a scale around values and whatever else must be seen, with a little room; never of no width."""
    seen = [*values, *at_least] or [0.0, 1.0]
    low, high = min(seen), max(seen)
    if high - low < 1e-9:
        low, high = low - 0.5, high + 0.5
    room = (high - low) * 0.04
    return Scale(low - room if low < 0 or low not in at_least else low, high + room, start, end)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * (1 - 1e-9))
