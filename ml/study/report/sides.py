"""Whether a reader says the same of the left and the right breast, and of the two views of one."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ml.study.concordance import CC, LEFT, MLO, RIGHT, ViewReading, concordance
from ml.study.report.figure import Figure


def side_figures(readings: pd.DataFrame) -> Iterator[Figure]:
    """Compare sides and views by whether anything is marked on them.

    Parameters
    ----------
    readings : DataFrame
        One row for each reading of one label: `reader`, `image`, `exam`, `patient`, `side` ("L", "R"), `view`
        ("CC", "MLO"; others play no part), `area_px`.

    Yields
    ------
    figure : Figure
        For each reader both; undefined where no view has both sides, no breast both views.
    """
    known = readings[readings["side"].isin((LEFT, RIGHT)) & readings["view"].isin((CC, MLO))]
    for reader, rows in known.groupby("reader", sort=True):
        about = Figure(section="sides", measure="", readers=(str(reader),))
        read = [
            ViewReading(patient=patient, exam=exam, side=side, view=view, answer=bool(area_px > 0))
            for patient, exam, side, view, area_px in rows[
                ["patient", "exam", "side", "view", "area_px"]
            ].itertuples(index=False)
        ]
        for measure, found, n_images in (
            ("sides_f1", concordance(read, axis="sides").weighted_f1, _paired_images(rows, "side", "view")),
            ("views_f1", concordance(read, axis="views").weighted_f1, _paired_images(rows, "view", "side")),
        ):
            counted = replace(found, n_images=n_images)
            yield replace(about, measure=measure).measured(counted, undefined="too_few_images")


def _paired_images(rows: pd.DataFrame, on_axis: str, beside: str) -> int:
    """Count the images that have another beside them to be compared with."""
    has_both = rows.groupby(["exam", beside])[on_axis].transform("nunique") == len((LEFT, RIGHT))
    return int(rows["image"][has_both].nunique())
