"""One figure of a report of agreement: what it is of, its interval, and what it rests on."""

from dataclasses import dataclass, replace

from ml.metrics.resampling import Bootstrap


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with everything that a reader of the report needs beside it.

    Attributes
    ----------
    section : str
        Part of the report: a key of `SECTIONS`.
    measure : str
        A key of `FIGURE_DEFINITIONS`.
    label, question : str
        Which label or question it is about; "" where neither.
    readers : tuple of str
        Whom it is about, in the order of a difference (second minus first); empty for all together.
    round : int
        Which reading of an exam it is about; 0 for all.
    part : str
        What else tells it from its like: a month, a unit, a pair of rounds.
    unit : str
        "mm", "px", "mm²", "s", or "" for shares and coefficients.
    value, low, high : float or None
        The figure and its 95 % interval; None where `undefined` says why, or the interval cannot be told.
    n_images, n_patients : int
        What it rests on.
    n_both_empty : int
        Images on which neither reader marked anything, which have no overlap to measure.
    n_without_spacing : int
        Images left out because the size of a pixel is not known.
    n_arm_not_kept : int
        Readings left out because the proposal was seen or refused against what the lot said.
    undefined : str
        "" or a key of `UNDEFINED_FIGURES`.
    no_interval : str
        "" or a key of `NO_INTERVAL`: why a value has none.
    """

    section: str
    measure: str
    label: str = ""
    question: str = ""
    readers: tuple[str, ...] = ()
    round: int = 0
    part: str = ""
    unit: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n_images: int = 0
    n_patients: int = 0
    n_both_empty: int = 0
    n_without_spacing: int = 0
    n_arm_not_kept: int = 0
    undefined: str = ""
    no_interval: str = ""

    def measured(self, found: Bootstrap, *, undefined: str = "no_variation") -> "Figure":
        """Fill in a number with its interval.

        Parameters
        ----------
        found : Bootstrap
            From `ml.study.intervals`.
        undefined : str
            Why it has no value, where it has none.

        Returns
        -------
        figure : Figure
        """
        low, high = found.interval or (None, None)
        return replace(
            self,
            value=found.value,
            low=low,
            high=high,
            n_images=found.n_images,
            n_patients=found.n_patients,
            undefined="" if found.value is not None else undefined,
            no_interval=found.no_interval,
        )
