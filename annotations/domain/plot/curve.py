"""Losses epoch after epoch, on the images that are learnt from and on those that are not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .axis import Scale, Tick, scale_around

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 548, 20, 192


@dataclass(frozen=True, kw_only=True)
class CurvePlot:
    """Positions of everything that is drawn; `best` is the epoch whose weights are kept."""

    training: str
    validation: str
    best: int
    best_loss: float
    best_x: float
    best_y: float
    x_ticks: list[Tick]
    y_ticks: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def curve_plot(curve: Sequence[Mapping[str, Any]], *, epochs: int) -> CurvePlot | None:
    """Lay out both losses over all epochs that there may be; None before the first is done."""
    if not curve:
        return None
    losses = [record[name] for record in curve for name in ("training_loss", "validation_loss")]
    x = Scale(0, max(epochs, curve[-1]["epoch"]), LEFT, RIGHT)
    y = scale_around(losses, start=BOTTOM, end=TOP, at_least=[0.0])
    best = min(curve, key=lambda record: record["validation_loss"])
    return CurvePlot(
        training=_line(curve, "training_loss", x, y),
        validation=_line(curve, "validation_loss", x, y),
        best=best["epoch"],
        best_loss=best["validation_loss"],
        best_x=x(best["epoch"]),
        best_y=y(best["validation_loss"]),
        x_ticks=x.ticks(),
        y_ticks=y.ticks(4),
    )


def _line(curve: Sequence[Mapping[str, Any]], name: str, x: Scale, y: Scale) -> str:
    return " ".join(f"{x(record['epoch'])},{y(record[name])}" for record in curve)
