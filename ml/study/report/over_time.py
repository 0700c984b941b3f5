"""How agreement goes over the weeks or months of a campaign."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ml.study.report.figure import Figure
from ml.study.report.pairs import overlap_figures

MOST_WEEKS = 26


def time_figures(pairs: pd.DataFrame) -> Iterator[Figure]:
    """Describe agreement by the week in which the later of both readings was submitted.

    Parameters
    ----------
    pairs : DataFrame
        As in `pair_figures`, with `compared_on`, the later day of submission. By month where the campaign
        has lasted for more than 26 weeks.

    Yields
    ------
    figure : Figure
        The measures of overlap; `part` is the first day of the week or month.
    """
    if len(pairs) == 0:
        return
    days = pd.to_datetime(pairs["compared_on"])
    weeks = days.dt.to_period("W").dt.start_time
    is_long = weeks.nunique() > MOST_WEEKS
    periods = days.dt.to_period("M").dt.start_time if is_long else weeks
    for start, rows in pairs.groupby(periods, sort=True):
        about = Figure(section="time", measure="", part=start.date().isoformat())
        for figure in overlap_figures(rows, about):
            yield replace(figure, part=about.part)
