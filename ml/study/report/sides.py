"""Whether a reader says the same of the left and the right breast, and of the two views of one."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ml.study.intervals import weighted_f1_interval
from ml.study.report.figure import Figure

VIEWS = ("CC", "MLO")
SIDES = ("L", "R")


def side_figures(readings: pd.DataFrame) -> Iterator[Figure]:
    """Compare sides and views by whether anything is marked on them.

    Parameters
    ----------
    readings : DataFrame
        One row for each reading of one label: `reader`, `exam`, `patient`, `side` ("L", "R"), `view` ("CC",
        "MLO"; others play no part), `area_px`.

    Yields
    ------
    figure : Figure
        For each reader both; undefined where no exam has both sides, no breast both views.
    """
    known = readings[readings["side"].isin(SIDES) & readings["view"].isin(VIEWS)]
    known = known.assign(marked=(known["area_px"] > 0).astype(int))
    for reader, rows in known.groupby("reader", sort=True):
        about = Figure(section="sides", measure="", readers=(str(reader),))
        yield _compared(rows, "side", SIDES, ["patient", "exam"], replace(about, measure="sides_f1"))
        yield _compared(rows, "view", VIEWS, ["patient", "exam", "side"], replace(about, measure="views_f1"))


def _compared(
    rows: pd.DataFrame, by: str, values: tuple[str, str], within: list[str], about: Figure
) -> Figure:
    table = rows.pivot_table(index=within, columns=by, values="marked", aggfunc="max")
    table = table.reindex(columns=list(values)).dropna()
    if len(table) == 0:
        return replace(about, undefined="too_few_images")
    patients = table.index.get_level_values("patient").tolist()
    first, second = (table[value].astype(int).to_numpy() for value in values)
    return about.measured(weighted_f1_interval(first, second, patients))
