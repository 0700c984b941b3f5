"""A report of how well the readers of a campaign agree: every figure with its interval and definition."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ml.study.report.answers import answer_figures
from ml.study.report.figure import Figure
from ml.study.report.over_time import time_figures
from ml.study.report.pairs import all_figures, pair_figures, reader_figures
from ml.study.report.proposal import DrawnReading, proposal_figures
from ml.study.report.segments import ReadImage, noise_figures, segment_figures
from ml.study.report.sides import side_figures

__all__ = ["DrawnReading", "Figure", "ReadImage", "ReportTables", "agreement_figures"]


@dataclass(frozen=True, kw_only=True)
class ReportTables:
    """Everything that a report is made of.

    Attributes
    ----------
    readings : DataFrame
        One row for each reading and label: `label`, `round`, `reader`, `image`, `exam`, `patient`, `side`,
        `view`, `area_px`.
    pairs : DataFrame
        One row for each pair of readings of one image and label: `label`, `first`, `second` (readers),
        `first_round`, `second_round`, `image`, `patient`, `compared_on`, `pixel_mm2`, the fields of
        `ReadingPairCounts` and the measures of `pair_scores` (NaN where not defined).
    images : dict of tuple of str and int to sequence of ReadImage
        By label and round, what the readers of each image marked together.
    answers : DataFrame
        One row for each answer: `round`, `question`, `subject`, `patient`, `reader`, `answer`.
    drawn : sequence of DrawnReading
        First readings of a campaign whose model's proposal was shown by lot; empty for others.
    """

    readings: pd.DataFrame
    pairs: pd.DataFrame
    images: Mapping[tuple[str, int], Sequence[ReadImage]]
    answers: pd.DataFrame
    drawn: Sequence[DrawnReading] = ()


def agreement_figures(tables: ReportTables) -> Iterator[Figure]:
    """Describe how well the readers of a campaign agree, figure by figure.

    Parameters
    ----------
    tables : ReportTables
        Any number of readings, none included.

    Yields
    ------
    figure : Figure
        By round and label: all readers, pairs, each reader, segments, errors, sides, time; then answers by
        round; then readers against themselves; then the lottery of the model's proposal.
    """
    is_repeat = tables.pairs["first"] == tables.pairs["second"]
    between, repeats = tables.pairs[~is_repeat], tables.pairs[is_repeat]
    for (number, label), readings in tables.readings.groupby(["round", "label"], sort=True):
        pairs = between[(between["first_round"] == number) & (between["label"] == label)]
        images = tables.images.get((str(label), int(number)), ())
        for figure in _of_one_label(readings, pairs, images):
            yield replace(figure, label=str(label), round=int(number))
    for number, answers in tables.answers.groupby("round", sort=True):
        for figure in answer_figures(answers):
            yield replace(figure, round=int(number))
    for (first, second, label), pairs in repeats.groupby(["first_round", "second_round", "label"], sort=True):
        for figure in pair_figures(pairs, section="repeat"):
            part = f"rounds {first} and {second}" + (f", {figure.part}" if figure.part else "")
            yield replace(figure, label=str(label), part=part)
    yield from proposal_figures(tables.drawn)


def _of_one_label(
    readings: pd.DataFrame, pairs: pd.DataFrame, images: Sequence[ReadImage]
) -> Iterator[Figure]:
    yield from all_figures(pairs, readings)
    yield from pair_figures(pairs)
    yield from reader_figures(pairs, readings)
    if images:
        yield from segment_figures(images)
        yield from noise_figures(images)
    yield from side_figures(readings)
    yield from time_figures(pairs)
