"""The figures of a report of agreement, from rows as the database has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import pandas as pd

from annotations.errors import InvalidError
from ml.errors import MlError
from ml.metrics.readings import PAIR_MEASURES, ReadingPairCounts
from ml.study.report import DrawnReading, ReadImage, ReportTables, agreement_figures
from ml.study.report.definitions import (
    FIGURE_DEFINITIONS,
    FIGURE_NAMES,
    INTERVALS,
    NO_INTERVAL,
    REPORT_VERSION,
    SECTIONS,
    UNDEFINED_FIGURES,
)
from ml.study.report.figure import Figure

__all__ = [
    "COMPARISON_FIELDS",
    "FIGURE_DEFINITIONS",
    "FIGURE_NAMES",
    "INTERVALS",
    "NO_INTERVAL",
    "REPORT_VERSION",
    "SECTIONS",
    "UNDEFINED_FIGURES",
    "DrawnReading",
    "ReadImage",
    "ReportRows",
    "report_figures",
]

COMPARISON_FIELDS = (*(field.name for field in fields(ReadingPairCounts)), *PAIR_MEASURES)
READING_FIELDS = ("label", "round", "reader", "image", "exam", "patient", "side", "view", "area_px")
PAIR_FIELDS = (
    "label",
    "first",
    "second",
    "first_round",
    "second_round",
    "image",
    "patient",
    "compared_on",
    "pixel_mm2",
    *COMPARISON_FIELDS,
)
ANSWER_FIELDS = ("round", "question", "subject", "patient", "reader", "answer")
DEFAULTS = asdict(Figure(section="", measure=""))


@dataclass(frozen=True, kw_only=True)
class ReportRows:
    """What a report is made of, each row in the order of the fields named above.

    `images` holds, by label and round, what the readers of each image marked together.
    """

    readings: Sequence[tuple[Any, ...]]
    pairs: Sequence[tuple[Any, ...]]
    images: Mapping[tuple[str, int], Sequence[ReadImage]]
    answers: Sequence[tuple[Any, ...]]
    drawn: Sequence[DrawnReading]


def report_figures(rows: ReportRows) -> Iterator[dict[str, Any]]:
    """Give figure by figure as it is stored: without what it leaves at its default."""
    pairs = pd.DataFrame(rows.pairs, columns=PAIR_FIELDS)
    numbers = ["pixel_mm2", *COMPARISON_FIELDS]
    pairs[numbers] = pairs[numbers].astype(float)
    tables = ReportTables(
        readings=pd.DataFrame(rows.readings, columns=READING_FIELDS),
        pairs=pairs,
        images=rows.images,
        answers=pd.DataFrame(rows.answers, columns=ANSWER_FIELDS),
        drawn=rows.drawn,
    )
    try:
        for figure in agreement_figures(tables):
            told = asdict(figure)
            yield {name: value for name, value in told.items() if value != DEFAULTS[name]}
    except MlError as error:
        raise InvalidError(error.message, code=error.code) from error
