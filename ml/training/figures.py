"""Figures of a trained network, each with its interval over patients, as a model card keeps them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.explain import bin_table, calibration_error
from ml.metrics.classification import best_f1_cutoff
from ml.metrics.resampling import LEAST_PATIENTS, bootstrap_by_patient
from ml.metrics.roc import auc

Drawn = NDArray[np.intp]


@dataclass
class Scored:
    """Images or patches with what is true of them and what a network says."""

    truth: list[bool] = field(default_factory=list)
    probability: list[float] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)

    def add(self, patient: str, probability: float, *, truth: bool) -> None:
        """Take one more."""
        self.truth.append(bool(truth))
        self.probability.append(float(probability))
        self.patients.append(patient)

    @property
    def tables(self) -> list[NDArray[np.float64]]:
        """Those of `ml.explain.bin_table`, of each."""
        return [bin_table(p, t) for p, t in zip(self.probability, self.truth, strict=True)]

    def best_cutoff(self) -> float:
        """Return the cutoff of the highest F1; yes is said from it on."""
        return best_f1_cutoff(self.truth, self.probability).cutoff

    def figures(self, cutoff: float) -> dict[str, float]:
        """Return the figures at a cutoff.

        Parameters
        ----------
        cutoff : float
            Yes is said from it on.

        Returns
        -------
        dict of str to float
            "auc", "f1", "accuracy", "sensitivity", "specificity", "positive_predictive_value",
            "negative_predictive_value" and "calibration_error", each with "_low" and "_high" where there is
            an interval, and left out where it is not defined; and "positives" and "negatives", the numbers.
        """
        truth, probability = np.array(self.truth), np.array(self.probability)
        said = probability >= cutoff
        shares: dict[str, Callable[[Drawn], float | None]] = {
            "auc": lambda drawn: _auc(truth[drawn], probability[drawn]),
            "f1": lambda drawn: _f1(truth[drawn], said[drawn]),
            "accuracy": lambda drawn: _share((truth == said)[drawn]),
            "sensitivity": lambda drawn: _share(said[drawn][truth[drawn]]),
            "specificity": lambda drawn: _share(~said[drawn][~truth[drawn]]),
            "positive_predictive_value": lambda drawn: _share(truth[drawn][said[drawn]]),
            "negative_predictive_value": lambda drawn: _share(~truth[drawn][~said[drawn]]),
        }
        figures: dict[str, float] = {
            "positives": float(truth.sum()),
            "negatives": float((~truth).sum()),
        }
        for name, share in shares.items():
            figures |= with_interval(name, share, self.patients)
        return figures | calibration_figures(self.tables, self.patients)


def calibration_figures(tables: Sequence[NDArray[np.float64]], patients: Sequence[str]) -> dict[str, float]:
    """Return "calibration_error" with its interval.

    Parameters
    ----------
    tables : sequence of ndarray
        From `ml.explain.bin_table`, of each image.
    patients : sequence of str
        Whose each image is.
    """
    return with_interval(
        "calibration_error", lambda drawn: calibration_error([tables[k] for k in drawn]), patients
    )


def with_interval(
    name: str, statistic: Callable[[Drawn], float | None], patients: Sequence[str]
) -> dict[str, float]:
    """Return a figure, with "_low" and "_high" where there is an interval over patients.

    Parameters
    ----------
    name : str
        Of the figure.
    statistic : callable
        From the positions of images to the number; None where it is not defined.
    patients : sequence of str
        Whose each image is.

    Returns
    -------
    dict of str to float
        Empty where the figure is not defined.
    """
    value = statistic(np.arange(len(patients)))
    if value is None:
        return {}
    figure = {name: round(float(value), 4)}
    if len(set(patients)) < LEAST_PATIENTS:
        return figure
    interval = bootstrap_by_patient(statistic, patients).interval
    # Patients who are all alike tell nothing of how patients differ.
    if interval is None or interval[0] == interval[1]:
        return figure
    return figure | {f"{name}_low": round(interval[0], 4), f"{name}_high": round(interval[1], 4)}


def _auc(truth: NDArray[np.bool_], probability: NDArray[np.float64]) -> float | None:
    return None if truth.all() or not truth.any() else auc(truth, probability).value


def _f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float | None:
    both = np.count_nonzero(truth) + np.count_nonzero(said)
    return 2 * np.count_nonzero(truth & said) / both if both else None


def _share(right: NDArray[np.bool_]) -> float | None:
    return float(right.mean()) if right.size else None
