"""Limits of the correction that suit a site's own labels: the pairs of a third party and an expert choose."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.correction.kept_overlaps import KeptOverlaps, measure_overlaps
from ml.correction.measured_label import MeasuredLabel, mode_of, strength_name
from ml.correction.parameters import (
    ALGORITHM_VERSION,
    DEFAULT_PARAMETERS,
    CorrectionParameters,
    parameters_sha256,
)
from ml.errors import ThresholdCalibrationError
from ml.physics import Mode

LEAST_IMAGES, LEAST_PIECES, FOLDS = 30, 20, 5
LENGTHS_MM = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
THICKNESSES_UM = tuple(float(limit) for limit in range(0, 101, 5))
CONTRASTS_Z = tuple(step / 4 for step in range(21))
LIMIT_NAMES = {
    "excess_um": "minimum_excess_um",
    "thickness_um": "minimum_mean_um",
    "contrast_z": "minimum_contrast_z",
}


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Chosen limits, and all that speaks for and against them.

    Attributes
    ----------
    parameters : CorrectionParameters
        Those that were given, with the chosen limits in place.
    parameters_sha256, algorithm_version : str
        The name of this set, which every label that is corrected with it carries.
    mode : str
        "physical" or "relative".
    limit_name : str
        The field of the parameters that was chosen beside `minimum_length_mm`.
    lengths_mm, limits : tuple of float
        The grid: least lengths, and least thicknesses (um) or contrasts.
    dice, recall : tuple of tuple of float
        Pooled over all pixels of all images, corrected label against the expert's; a row per length, a column
        per limit.
    length_mm, limit : float
        The chosen point.
    start_length_mm, start_limit : float
        The limits of the parameters that were given; they need not lie on the grid.
    dice_uncorrected, dice_start, dice_chosen, recall_uncorrected, recall_chosen : float
        Of the labels as they are, with the limits that were given, and with the chosen ones, on the images
        that chose them.
    fold_dice : tuple of float or None
        Of each fold of patients, with the limits that the other folds choose; None for a fold in which
        neither label has a pixel.
    cross_validated_dice : float
        The same pooled over all folds: what to expect on other images of this kind.
    fold_limits : tuple of tuple of float
        The (length, limit) that the other folds chose.
    seed : int
        Of the draw of the folds.
    images, patients, pieces_true, pieces_false : int
        What it rests on.
    """

    parameters: CorrectionParameters
    parameters_sha256: str
    algorithm_version: str
    mode: Mode
    limit_name: str
    lengths_mm: tuple[float, ...]
    limits: tuple[float, ...]
    dice: tuple[tuple[float, ...], ...]
    recall: tuple[tuple[float, ...], ...]
    length_mm: float
    limit: float
    start_length_mm: float
    start_limit: float
    dice_uncorrected: float
    dice_start: float
    dice_chosen: float
    recall_uncorrected: float
    recall_chosen: float
    fold_dice: tuple[float | None, ...]
    cross_validated_dice: float
    fold_limits: tuple[tuple[float, float], ...]
    seed: int
    images: int
    patients: int
    pieces_true: int
    pieces_false: int

    def to_json(self) -> dict[str, Any]:
        """Return all fields as JSON values.

        Returns
        -------
        content : dict
            Numbers, strings and lists.
        """
        return asdict(self)


def calibrate(
    labels: Sequence[MeasuredLabel], *, parameters: CorrectionParameters = DEFAULT_PARAMETERS, seed: int = 0
) -> Calibration:
    """Choose the least length and the least thickness, or contrast, that bring labels nearest to an expert's.

    Parameters
    ----------
    labels : sequence of MeasuredLabel
        From `measure_label` with the same parameters. Those without an expert's label are left out.
    parameters : CorrectionParameters
        Everything but the two limits; where the search is compared with.
    seed : int
        Of the draw of the folds.

    Returns
    -------
    calibration : Calibration
        The same for the same labels in the same order.

    Raises
    ------
    ThresholdCalibrationError
        With code `too_few_images` below 30 images with both labels, `one_patient` if all are of one,
        `mixed_modes` if raw and displayed images come together, `not_finite` if a measure is not a number,
        `too_few_components` below 20 components that the expert bears out or below 20 that the expert does
        not.

    Notes
    -----
    A component counts as true if half of its centre line lies within 1.05 mm of the expert's. The choice is
    the largest Dice of the corrected labels with the expert's, pooled over the pixels of all images; of equal
    ones that with more recall, then the lower limits. The corrected label is what `propose_removals` leaves:
    borderline components stay. The Dice of the chosen point is of the images that chose it; expect the
    cross-validated one, for which whole patients are held out. Grid and objective are our own.
    """
    judged = [label for label in labels if label.expert_px is not None]
    patients = _check_images(judged)
    mode = mode_of(judged, parameters)
    pieces_true, pieces_false = _check_pieces(judged)
    limit_name = LIMIT_NAMES[strength_name(parameters, mode)]
    limits = CONTRASTS_Z if mode == "relative" else THICKNESSES_UM
    points = list(product(LENGTHS_MM, limits))
    tried = [_with_limits(parameters, limit_name, point) for point in points]
    overlaps = measure_overlaps(judged, tried, mode)
    before = measure_overlaps(judged, [None, parameters], mode)
    best = overlaps.best()
    fold_of_label = _folds(patients, seed)
    held_out = [_hold_out(overlaps, fold_of_label == fold) for fold in range(fold_of_label.max() + 1)]
    shape = len(LENGTHS_MM), len(limits)
    return Calibration(
        parameters=tried[best],
        parameters_sha256=parameters_sha256(tried[best]),
        algorithm_version=ALGORITHM_VERSION,
        mode=mode,
        limit_name=limit_name,
        lengths_mm=LENGTHS_MM,
        limits=limits,
        dice=_rows(overlaps.dice().reshape(shape)),
        recall=_rows(overlaps.recall().reshape(shape)),
        length_mm=points[best][0],
        limit=points[best][1],
        start_length_mm=parameters.minimum_length_mm,
        start_limit=getattr(parameters, limit_name),
        dice_uncorrected=float(before.dice()[0]),
        dice_start=float(before.dice()[1]),
        dice_chosen=float(overlaps.dice()[best]),
        recall_uncorrected=float(before.recall()[0]),
        recall_chosen=float(overlaps.recall()[best]),
        fold_limits=tuple(points[chosen] for chosen, _ in held_out),
        seed=seed,
        images=len(judged),
        patients=len(set(patients)),
        pieces_true=pieces_true,
        pieces_false=pieces_false,
        **_cross_validated([part for _, part in held_out]),
    )


def _check_images(judged: Sequence[MeasuredLabel]) -> list[str]:
    if len(judged) < LEAST_IMAGES:
        raise ThresholdCalibrationError(
            f"{len(judged)} images have both a third party's and an expert's label; calibration needs at "
            f"least {LEAST_IMAGES}. Let an expert mark more images, or go on with the default limits.",
            code="too_few_images",
        )
    patients = [label.patient for label in judged]
    if len(set(patients)) < 2:
        raise ThresholdCalibrationError(
            f"All {len(judged)} images are of one patient; nothing could be said of others. Give images of "
            "several patients.",
            code="one_patient",
        )
    return patients


def _check_pieces(judged: Sequence[MeasuredLabel]) -> tuple[int, int]:
    is_true = [piece.is_true for label in judged for piece in label.pieces]
    pieces_true, pieces_false = sum(is_true), len(is_true) - sum(is_true)
    if min(pieces_true, pieces_false) < LEAST_PIECES:
        raise ThresholdCalibrationError(
            f"The expert bears out {pieces_true} components of the third party's labels and not "
            f"{pieces_false} others; calibration needs at least {LEAST_PIECES} of either. Give more images, "
            "or go on with the default limits.",
            code="too_few_components",
        )
    return pieces_true, pieces_false


def _with_limits(
    parameters: CorrectionParameters, limit_name: str, point: tuple[float, float]
) -> CorrectionParameters:
    changes: dict[str, Any] = {"minimum_length_mm": point[0], limit_name: point[1]}
    return replace(parameters, **changes)


def _folds(patients: Sequence[str], seed: int) -> NDArray[np.intp]:
    """Return the fold of each image: whole patients, five folds or as many as there are patients."""
    names = sorted(set(patients))
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {names[place]: rank % min(FOLDS, len(names)) for rank, place in enumerate(order)}
    return np.array([fold_of[patient] for patient in patients], dtype=np.intp)


def _hold_out(overlaps: KeptOverlaps, is_held: NDArray[np.bool_]) -> tuple[int, tuple[int, int]]:
    """Return the point that other images choose, and what it gives here: shared pixels, and both areas."""
    chosen = overlaps.of(~is_held).best()
    here = overlaps.of(is_held)
    shared, area = int(here.shared_px[:, chosen].sum()), int(here.area_px[:, chosen].sum())
    return chosen, (shared, area + int(here.expert_px.sum()))


def _cross_validated(parts: Sequence[tuple[int, int]]) -> dict[str, Any]:
    shared, whole = (sum(numbers) for numbers in zip(*parts, strict=True))
    return {
        "fold_dice": tuple(2 * fold_shared / both if both else None for fold_shared, both in parts),
        "cross_validated_dice": 2 * shared / whole,
    }


def _rows(surface: NDArray[np.float64]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in surface.tolist())
