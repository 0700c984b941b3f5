"""Fit a calibration to an image of inserts of known mass."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ml.breast import find_regions
from ml.errors import CalibrationRefusedError
from ml.masks import Runs, area_px, empty, intersection, union
from ml.physics import pixel_size_of, read_signal
from ml.quantify.calibration import BeamKey, Calibration
from ml.quantify.densitometry import measure_excess
from ml.quantify.tissue import tissue_of
from ml.types import Acquisition

LEAST_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class Step:
    """One insert of a calibration phantom.

    Attributes
    ----------
    mask : Runs
        Where it lies on the image.
    calcium_mg : float
        Calcium in it; `calcium_mg_of_hydroxyapatite` converts.
    """

    mask: Runs
    calcium_mg: float


def fit_calibration(
    steps: Sequence[Step],
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    name: str,
    fitted_on: date,
) -> Calibration:
    """Fit the factor of one beam to a raw image of inserts of known mass.

    Parameters
    ----------
    steps : sequence of Step
        Three or more inserts of different mass that do not overlap.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of a raw image.
    acquisition : Acquisition
        What its header says.
    name : str
        Of the phantom and its session.
    fitted_on : date
        The day of the exposure.

    Returns
    -------
    calibration : Calibration
        Least squares of known calcium on measured excess attenuation, through the origin.

    Raises
    ------
    CalibrationRefusedError
        With code `not_raw`, `pixel_spacing_missing`, `too_few_steps`, `step_mass_invalid`, `steps_overlap`,
        `steps_of_another_image`, `step_not_measurable` (empty, saturated, outside, no background) or
        `steps_not_monotone`.

    Notes
    -----
    Each insert is measured exactly as a mask is (`measure_excess`), the others left out of its background, so
    a factor carries the biases of the method for that beam as well: scatter, hardening, detector offset.
    """
    _check_steps(steps, pixels.shape)
    ordered = sorted(steps, key=lambda step: step.calcium_mg)
    excess = np.array(_measure(ordered, pixels, acquisition))
    known = np.array([step.calcium_mg for step in ordered])
    _check_monotone(known, excess)
    factor = float(known @ excess / (excess @ excess))
    residuals = factor * excess - known
    freedom = len(known) - 1
    deviation = math.sqrt(residuals @ residuals / freedom / (excess @ excess))
    reach = float(stats.t.ppf(0.975, freedom)) * deviation
    return Calibration(
        name=name,
        key=BeamKey.of(acquisition),
        fitted_on=fitted_on,
        factor_mg_per_neper_mm2=factor,
        interval_mg_per_neper_mm2=(factor - reach, factor + reach),
        calcium_mg=tuple(known.tolist()),
        excess_neper_mm2=tuple(excess.tolist()),
        residuals_mg=tuple(residuals.tolist()),
    )


def _check_steps(steps: Sequence[Step], shape: tuple[int, ...]) -> None:
    masses = [step.calcium_mg for step in steps]
    if not all(0 < mass < math.inf for mass in masses):
        raise CalibrationRefusedError(
            f"The steps hold {masses} mg of calcium; each must be a number above 0.", code="step_mass_invalid"
        )
    if len(set(masses)) < LEAST_STEPS:
        raise CalibrationRefusedError(
            f"{len(set(masses))} different masses are too few to tell a factor from an error; use at least "
            f"{LEAST_STEPS} inserts of different mass.",
            code="too_few_steps",
        )
    if any((step.mask.rows, step.mask.columns) != shape for step in steps):
        raise CalibrationRefusedError(
            f"The image has {shape} pixels, an outlined insert another size; outline them on this image.",
            code="steps_of_another_image",
        )
    together = empty(steps[0].mask.rows, steps[0].mask.columns)
    for step in steps:
        if area_px(intersection(together, step.mask)):
            raise CalibrationRefusedError(
                "Two inserts share pixels; outline each one by itself.", code="steps_overlap"
            )
        together = union(together, step.mask)


def _measure(steps: Sequence[Step], pixels: NDArray[np.uint16], acquisition: Acquisition) -> list[float]:
    signal, spacing_mm = read_signal(pixels, acquisition), pixel_size_of(acquisition).spacing_mm
    if signal.mode != "physical":
        raise CalibrationRefusedError(
            "The image does not hold a linear signal without loss, so nothing can be weighed on it. Use the "
            "image For Processing.",
            code="not_raw",
        )
    if spacing_mm is None:
        raise CalibrationRefusedError(
            "The size of a pixel is not known for this image. Give the pixel spacing in millimetres.",
            code="pixel_spacing_missing",
        )
    is_tissue = tissue_of(find_regions(pixels, acquisition))
    together = reduce(union, (step.mask for step in steps))
    excess = []
    for step in steps:
        if area_px(step.mask) == 0:
            raise _not_measurable(step, "empty")
        measured = measure_excess(
            step.mask, pixels, signal, is_tissue, pixel_spacing_mm=spacing_mm, others=together
        )
        if isinstance(measured, str):
            raise _not_measurable(step, measured)
        excess.append(measured.excess_neper_mm2)
    return excess


def _not_measurable(step: Step, reason: str) -> CalibrationRefusedError:
    return CalibrationRefusedError(
        f"The insert of {step.calcium_mg:g} mg cannot be measured ({reason}). Outline it again, or expose "
        "the phantom so that nothing of it is saturated.",
        code="step_not_measurable",
    )


def _check_monotone(known: NDArray[np.float64], excess: NDArray[np.float64]) -> None:
    is_more = np.diff(known) > 0
    if excess[0] <= 0 or (np.diff(excess)[is_more] <= 0).any():
        pairs = ", ".join(f"{mass:g} mg: {value:.4g}" for mass, value in zip(known, excess, strict=True))
        raise CalibrationRefusedError(
            f"More calcium must attenuate more, but the steps measure (neper mm2) {pairs}. Check which "
            "insert is which.",
            code="steps_not_monotone",
        )
