"""How well readers agree on the questions of a campaign."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import pandas as pd

from ml.study.intervals import fleiss_interval, kappa_interval, mean_interval
from ml.study.report.figure import Figure


def answer_figures(answers: pd.DataFrame) -> Iterator[Figure]:
    """Describe how well readers agree on each question.

    Parameters
    ----------
    answers : DataFrame
        One row for each answer: `question`, `subject` (image or exam), `patient`, `reader`, `answer`.

    Yields
    ------
    figure : Figure
        For each question Fleiss' kappa of all, and of every two readers the share and Cohen's kappa.
    """
    for question, rows in answers.groupby("question", sort=True):
        about = Figure(section="answer", measure="", question=str(question))
        subjects = rows.groupby("subject", sort=True).agg({"answer": list, "patient": "first"})
        kappa = fleiss_interval(subjects["answer"].tolist(), subjects["patient"].tolist())
        if kappa.n_images:
            yield replace(about, measure="fleiss_answer").measured(kappa)
        table = rows.pivot_table(
            index=["patient", "subject"], columns="reader", values="answer", aggfunc="first"
        )
        for first, second in combinations(sorted(table.columns), 2):
            both = table[[first, second]].dropna()
            if len(both):
                yield from _of_two(both, replace(about, readers=(str(first), str(second))))


def _of_two(both: pd.DataFrame, about: Figure) -> Iterator[Figure]:
    patients = both.index.get_level_values("patient").tolist()
    first, second = (both[column].to_numpy() for column in both.columns)
    share = mean_interval((first == second).astype(float).tolist(), patients)
    yield replace(about, measure="share_answered_alike").measured(share)
    yield replace(about, measure="kappa_answer").measured(kappa_interval(first, second, patients))
