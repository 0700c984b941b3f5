"""Readers beside readers: one figure for every two of them, in shades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEFT, TOP, CELL, CELL_HEIGHT = 120, 32, 124, 44
FAINTEST, STRONGEST = 0.06, 0.72


@dataclass(frozen=True, kw_only=True)
class MatrixFigure:
    """The figure of two readers, and where it is looked at more closely."""

    value: float | None
    n_images: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    row: str
    column: str
    x: int
    y: int
    shade: float
    figure: MatrixFigure


@dataclass(frozen=True, kw_only=True)
class MatrixName:
    text: str
    x: int
    y: int


@dataclass(frozen=True, kw_only=True)
class MatrixPlot:
    names: list[MatrixName]
    cells: list[MatrixCell]
    width: int
    height: int
    left: int = LEFT
    top: int = TOP
    cell: int = CELL
    cell_height: int = CELL_HEIGHT
    middle: int = CELL // 2


def matrix_plot(readers: Sequence[str], figures: Mapping[tuple[str, str], MatrixFigure]) -> MatrixPlot:
    """Lay out a square of readers; `figures` holds each pair once, and the picture shows it on both sides."""
    cells = []
    for row, one in enumerate(readers):
        for column, other in enumerate(readers):
            figure = figures.get((one, other)) or figures.get((other, one))
            if figure is not None:
                cells.append(_cell(row, column, one, other, figure))
    return MatrixPlot(
        names=[
            MatrixName(text=name, x=number * CELL + CELL // 2, y=number * CELL_HEIGHT + CELL_HEIGHT // 2)
            for number, name in enumerate(readers)
        ],
        cells=cells,
        width=LEFT + CELL * len(readers) + 8,
        height=TOP + CELL_HEIGHT * len(readers) + 8,
    )


def _cell(row: int, column: int, one: str, other: str, figure: MatrixFigure) -> MatrixCell:
    share = min(max(figure.value or 0.0, 0.0), 1.0)
    return MatrixCell(
        row=one,
        column=other,
        x=LEFT + column * CELL,
        y=TOP + row * CELL_HEIGHT,
        shade=round(FAINTEST + share * (STRONGEST - FAINTEST), 2),
        figure=figure,
    )
