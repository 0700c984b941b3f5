"""How far each reader is to be trusted where nobody knows the truth: Dawid and Skene's model of answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.errors import StatisticsInputError
from ml.metrics.checks import check_categories
from ml.metrics.resampling import Bootstrap, checked_patients
from ml.study.cluster_bootstrap import percentiles, times_drawn
from ml.study.latent_classes import LatentClasses, fit_classes

Answer = int | str | bool
DRAWS = 500
LEAST_READERS = 3
UNDEFINED = {
    "too_few_readers": "Fewer than three readers answered on one subject, so nobody can be outvoted.",
    "no_variation": "All answers are the same.",
    "nobody_beside": "The reader shares no subject with another.",
}


@dataclass(frozen=True, kw_only=True)
class ReaderTrust:
    """One reader's errors.

    Attributes
    ----------
    reader : str
        Who.
    answers : tuple of tuple of float
        For each truth (first) how often the reader gives each answer (second), in the order of `categories`.
    sensitivity, specificity : Bootstrap or None
        Of two categories: how often she says the second where it is true, and the first where that is.
    undefined : str
        "" or a code of `UNDEFINED`; then the rest is empty.
    """

    reader: str
    answers: tuple[tuple[float, ...], ...]
    sensitivity: Bootstrap | None
    specificity: Bootstrap | None
    undefined: str = ""


@dataclass(frozen=True, kw_only=True)
class DawidSkene:
    """What the answers of several readers say about the truth and about each of them.

    Attributes
    ----------
    categories : tuple
        In rising order.
    shares : tuple of float
        How often each is the truth; empty where undefined.
    truth : tuple of tuple of float
        For each subject the probability of each category; empty where undefined.
    readers : tuple of ReaderTrust
        In the order of their first column.
    undefined : str
        "" or a code of `UNDEFINED`.
    is_converged : bool
        False where numbers still moved after 5000 steps.
    definition : str
        How it was computed.
    """

    categories: tuple[Answer, ...]
    shares: tuple[float, ...]
    truth: tuple[tuple[float, ...], ...]
    readers: tuple[ReaderTrust, ...]
    undefined: str = ""
    is_converged: bool = True
    definition: str = (
        "Dawid and Skene 1979, started at the shares of answers; 95 % intervals are percentiles of 500 "
        "resamples of patients with all of theirs, each started at the estimate of all"
    )


def dawid_skene(
    answers: Sequence[Sequence[Answer | None]],
    readers: Sequence[str],
    patients: Sequence[str],
    *,
    categories: Sequence[Answer] | None = None,
    weights: Sequence[float] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> DawidSkene:
    """Estimate the truth and the errors of readers from their answers alone.

    Parameters
    ----------
    answers : sequence of sequence of int or str or None, shape (n_subjects, n_columns)
        What was answered on each exam, image, segment or pattern of pixels; None where nobody read it.
    readers : sequence of str, length n_columns
        Whose each column is; a reader who read twice has two columns.
    patients : sequence of str, length n_subjects
        Whose each subject is.
    categories : sequence, optional
        All that can be answered, in rising order; those that were, by default.
    weights : sequence of float, optional
        How often each row comes (pixels of one pattern); 1 by default.
    draws : int
        Resamples of patients.
    seed : int
        Of the draws.

    Returns
    -------
    found : DawidSkene
        Undefined, with a reason, where no subject was read by three readers or all answers are the same: an
        error cannot be told from a truth then.

    Raises
    ------
    StatisticsInputError
        With code `not_a_table`, `length_mismatch`, `no_patient`, `not_finite` if an answer says nothing, or
        `unknown_choice` if it is none of the categories.

    Notes
    -----
    Readers are taken to err independently of each other where the truth is the same; where all stumble over
    the same thing, they are trusted too much [2]_.

    References
    ----------
    .. [1] A. P. Dawid, A. M. Skene, Maximum likelihood estimation of observer error-rates using the EM
       algorithm, Applied Statistics 28 (1979) 20-28, doi:10.2307/2346806.
    .. [2] P. S. Albert, L. E. Dodd, A cautionary note on the robustness of latent class models for estimating
       diagnostic error without a gold standard, Biometrics 60 (2004) 427-435,
       doi:10.1111/j.0006-341X.2004.00187.x.

    Examples
    --------
    >>> rows = [["yes"] * 3] * 6 + [["no"] * 3] * 6 + [["yes", "yes", "no"]] * 3
    >>> found = dawid_skene(rows, ["a", "b", "c"], [str(row) for row in range(15)])
    >>> [round(reader.sensitivity.value, 2) for reader in found.readers]
    [1.0, 1.0, 0.67]
    """
    table = _Table.of(answers, readers, patients, categories, weights)
    reason = table.undefined()
    if reason:
        return DawidSkene(
            categories=table.categories,
            shares=(),
            truth=(),
            readers=tuple(_untold(name, reason) for name in table.names),
            undefined=reason,
        )
    start = table.shares_of_answers()
    found = fit_classes(table.counts, table.of_patient.sum(axis=0, keepdims=True), start)
    times = times_drawn(len(table.of_patient), draws, seed)
    drawn = fit_classes(table.counts, times @ table.of_patient, found.truth) if len(times) else None
    return DawidSkene(
        categories=table.categories,
        shares=tuple(found.shares[0].tolist()),
        truth=tuple(map(tuple, found.truth[0].T[table.row_of_subject].tolist())),
        readers=tuple(_trust(number, found, drawn, table, seed) for number in range(len(table.names))),
        is_converged=found.is_converged,
    )


@dataclass(frozen=True)
class _Table:
    """Answers with equal rows counted together, for each patient."""

    names: tuple[str, ...]
    categories: tuple[Answer, ...]
    counts: NDArray[np.float64]  # rows, readers, categories
    of_patient: NDArray[np.float64]  # patients, rows
    row_of_subject: NDArray[np.intp]
    n_subjects: int

    @classmethod
    def of(
        cls,
        answers: Sequence[Sequence[Answer | None]],
        readers: Sequence[str],
        patients: Sequence[str],
        categories: Sequence[Answer] | None,
        weights: Sequence[float] | None,
    ) -> "_Table":
        """Count answers.

        Parameters
        ----------
        answers : sequence of sequence
        readers, patients : sequence of str
        categories : sequence or None
        weights : sequence of float or None
            All as `dawid_skene` takes them.

        Returns
        -------
        table : _Table

        Raises
        ------
        StatisticsInputError
            As `dawid_skene`.
        """
        _check(answers, readers, patients, weights)
        given = {one for row in answers for one in row if one is not None}
        check_categories(np.array(list(given), dtype=object))
        known = tuple(sorted(given) if categories is None else categories)
        if not given <= set(known):
            raise StatisticsInputError(
                f"The answers {sorted(given.difference(known))!r} are none of {known!r}.",
                code="unknown_choice",
            )
        names = tuple(dict.fromkeys(readers))
        counts = np.zeros((len(answers), len(names), len(known)))
        columns = [names.index(reader) for reader in readers]
        number_of = {one: number for number, one in enumerate(known)}
        for subject, row in enumerate(answers):
            for column, one in zip(columns, row, strict=True):
                if one is not None:
                    counts[subject, column, number_of[one]] += 1
        rows, row_of_subject = np.unique(counts, axis=0, return_inverse=True)
        row_of_subject = row_of_subject.ravel()
        who, patient_of_subject = np.unique(checked_patients(patients), return_inverse=True)
        of_patient = np.zeros((len(who), len(rows)))
        np.add.at(of_patient, (patient_of_subject, row_of_subject), 1.0 if weights is None else weights)
        return cls(names, known, rows, of_patient, row_of_subject, len(answers))

    def undefined(self) -> str:
        """Say why nothing can be told.

        Returns
        -------
        code : str
            "" where it can.
        """
        has_read = self.counts.sum(axis=2) > 0
        if not len(has_read) or has_read.sum(axis=1).max() < LEAST_READERS:
            return "too_few_readers"
        return "no_variation" if (self.counts.sum(axis=(0, 1)) > 0).sum() < 2 else ""

    def shares_of_answers(self) -> NDArray[np.float64]:
        """Give the share of each category among the answers of a row.

        Returns
        -------
        shares : ndarray, shape (n_categories, n_rows)
        """
        given = self.counts.sum(axis=1)
        shares = given / np.maximum(given.sum(axis=1, keepdims=True), 1)
        return np.where(given.sum(axis=1, keepdims=True) > 0, shares, 1 / len(self.categories)).T

    def meets_another(self, reader: int) -> bool:
        """Tell whether a reader shares a subject with another.

        Parameters
        ----------
        reader : int
            Her place among the names.

        Returns
        -------
        meets : bool
        """
        has_read = self.counts.sum(axis=2) > 0
        return bool((has_read[has_read[:, reader]].sum(axis=1) > 1).any())


def _check(
    answers: Sequence[Sequence[Answer | None]],
    readers: Sequence[str],
    patients: Sequence[str],
    weights: Sequence[float] | None,
) -> None:
    if any(len(row) != len(readers) for row in answers):
        raise StatisticsInputError(
            f"A row of answers has not the length {len(readers)}, one for each column; give None where "
            "nobody read.",
            code="not_a_table",
        )
    if len(answers) != len(patients) or (weights is not None and len(weights) != len(answers)):
        raise StatisticsInputError(
            f"{len(answers)} rows of answers for {len(patients)} patients; expected one patient, and one "
            "weight if there are any, for each row.",
            code="length_mismatch",
        )


def _untold(name: str, reason: str) -> ReaderTrust:
    return ReaderTrust(reader=name, answers=(), sensitivity=None, specificity=None, undefined=reason)


def _trust(
    number: int, found: LatentClasses, drawn: LatentClasses | None, table: _Table, seed: int
) -> ReaderTrust:
    name = table.names[number]
    if not table.meets_another(number):
        return _untold(name, "nobody_beside")
    rates: list[Bootstrap] | list[None] = [None, None]
    if len(table.categories) == 2:
        rates = [_as_bootstrap(found, drawn, (truth, number, truth), table, seed) for truth in range(2)]
    return ReaderTrust(
        reader=name,
        answers=tuple(map(tuple, found.answers[0, :, number].tolist())),
        sensitivity=rates[1],
        specificity=rates[0],
    )


def _as_bootstrap(
    found: LatentClasses,
    drawn: LatentClasses | None,
    place: tuple[int, int, int],
    table: _Table,
    seed: int,
) -> Bootstrap:
    value = float(found.answers[0][place])
    values = np.empty(0) if drawn is None else drawn.answers[:, place[0], place[1], place[2]]
    return Bootstrap(
        value=value,
        interval=percentiles(value, values),
        n_patients=len(table.of_patient),
        n_images=table.n_subjects,
        resamples=len(values),
        undefined_resamples=0,
        seed=seed,
    )


def answers_of_patterns(
    patterns: Sequence[Mapping[int, int]], readers_of_image: Sequence[Sequence[str]], readers: Sequence[str]
) -> tuple[list[list[int | None]], list[int], list[float]]:
    """Lay the pixels of many images out as rows of answers: STAPLE's model over all images of a campaign.

    Parameters
    ----------
    patterns : sequence of mapping of int to int
        For each image pixels by who marked them, bit k for its reading k (see
        `ml.metrics.patterns.pixel_patterns`).
    readers_of_image : sequence of sequence of str
        Who made the readings of each image, in the order of the bits.
    readers : sequence of str
        All readers: the columns.

    Returns
    -------
    answers : list of list of int or None
        1 where the reader marked the pixels of the row, 0 where not, None where she did not read the image.
    images : list of int
        The image of each row.
    weights : list of float
        Its pixels.

    Raises
    ------
    StatisticsInputError
        With code `length_mismatch` unless there are readers for each image.
    """
    if len(patterns) != len(readers_of_image):
        raise StatisticsInputError(
            f"{len(patterns)} images and the readers of {len(readers_of_image)}; expected the same.",
            code="length_mismatch",
        )
    column = {name: number for number, name in enumerate(readers)}
    rows, images, weights = [], [], []
    for image, (pixels, names) in enumerate(zip(patterns, readers_of_image, strict=True)):
        for pattern, count in pixels.items():
            row: list[int | None] = [None] * len(readers)
            for bit, name in enumerate(names):
                row[column[name]] = pattern >> bit & 1
            rows.append(row)
            images.append(image)
            weights.append(float(count))
    return rows, images, weights
