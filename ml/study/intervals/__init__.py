"""Every measure of agreement between readers with an interval over patients, in one place."""

from ml.study.intervals.categories import fleiss_interval, kappa_interval, weighted_f1_interval
from ml.study.intervals.means import detection_f1_interval, mean_interval, ratio_interval
from ml.study.intervals.quantities import (
    BlandAltmanIntervals,
    bland_altman_intervals,
    concordance_correlation_interval,
    icc_interval,
)

__all__ = [
    "BlandAltmanIntervals",
    "bland_altman_intervals",
    "concordance_correlation_interval",
    "detection_f1_interval",
    "fleiss_interval",
    "icc_interval",
    "kappa_interval",
    "mean_interval",
    "ratio_interval",
    "weighted_f1_interval",
]
