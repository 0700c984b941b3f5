"""The tables of the label-correction experiment as people read them: plain text and Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ml.experiments.label_case import KINDS, OTHER
from ml.experiments.label_rules import RULES
from ml.experiments.label_tables import THICKNESS_BANDS_UM

NOTHING = "-"


class Table(NamedTuple):
    """A table of words.

    Attributes
    ----------
    title : str
        What it shows.
    header : list of str
        Of its columns.
    rows : list of list of str
        As long as the header.
    """

    title: str
    header: list[str]
    rows: list[list[str]]


def tables_of(result: Mapping[str, Any]) -> list[Table]:
    """Lay out the result of the experiment.

    Parameters
    ----------
    result : dict
        From `run_label_correction`, or read back from its JSON.

    Returns
    -------
    tables : list of Table
        Agreement with the expert, over all images and by grid; what was kept by kind; BAC kept by thickness.
    """
    agreements = {
        "agreement": "Labels against the expert's, all images",
        "agreement_with_grid": "The same with anti-scatter grid",
        "agreement_without_grid": "The same without grid",
    }
    kinds = [(kind, {"kind": kind}) for kind in (*KINDS, OTHER)]
    bands = [(_band(low, high), {"from_um": low}) for low, high in THICKNESS_BANDS_UM]
    return [
        *(_agreement_table(title, result[name]) for name, title in agreements.items()),
        _kept_table("Share of the label's area kept, by what lies under it", result["kept_by_kind"], kinds),
        _kept_table(
            "Share of true BAC's area kept, by the true mean thickness of mineral under the stroke",
            result["kept_of_bac_by_thickness"],
            bands,
        ),
    ]


def as_plain(table: Table) -> str:
    """Write a table in columns of one width each.

    Parameters
    ----------
    table : Table
        Any.

    Returns
    -------
    text : str
        Lines without a line end after the last.
    """
    lines = [table.header, *table.rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.header))]
    body = [_padded(line, widths) for line in lines]
    return "\n".join([table.title, body[0], "-" * len(body[0]), *body[1:]])


def as_markdown(table: Table) -> str:
    """Write a table for a page of documentation.

    Parameters
    ----------
    table : Table
        Any.

    Returns
    -------
    text : str
        The title in bold, an empty line, and the table; without a line end after the last line.
    """
    lines = [table.header, ["---", *["---:"] * (len(table.header) - 1)], *table.rows]
    return "\n".join([f"**{table.title}**", "", *(f"| {' | '.join(line)} |" for line in lines)])


def _agreement_table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    header = ["rule", "mean Dice", "mean Dice^L", "pooled Dice", "gain, 95 %", "precision", "recall"]
    lines = [
        [
            row["rule"],
            *(_share(row[name]) for name in ("mean_dice", "mean_dice_l", "pooled_dice")),
            _interval(row["pooled_dice_gain_95"]),
            *(_share(row[name]) for name in ("precision", "recall")),
            f"{row['better']}:{row['worse']}:{row['same']}",
            f"{row['n_empty']} ({row['n_both_empty']})",
        ]
        for row in rows
    ]
    n_images = rows[0]["n_images"] if rows else 0
    return Table(f"{title} (n = {n_images})", [*header, "better:worse:same", "empty (rightly)"], lines)


def _kept_table(
    title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, Mapping[str, Any]]]
) -> Table:
    lines, counts = [], []
    for rule in RULES:
        cells = [
            next(
                row
                for row in rows
                if row["rule"] == rule.name and all(row[key] == value for key, value in wanted.items())
            )
            for _, wanted in columns
        ]
        lines.append([rule.name, *(_share(cell["kept_share"]) for cell in cells)])
        counts = [cell["pieces"] for cell in cells]
    header = [f"{name} (n = {count})" for (name, _), count in zip(columns, counts, strict=True)]
    return Table(title, ["rule", *header], lines)


def _band(low: float, high: float) -> str:
    return f"> {low:g} um" if high == float("inf") else f"{low:g}-{high:g} um"


def _interval(value: Sequence[float] | None) -> str:
    return NOTHING if value is None else f"{value[0]:+.3f} to {value[1]:+.3f}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.3f}"


def _padded(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join([first, *rest])
