"""What labels say about limits without an expert: how long and how thick their components are."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from skimage.filters import threshold_otsu

from ml.correction.calibration import CONTRASTS_Z, LENGTHS_MM, THICKNESSES_UM
from ml.correction.measured_label import MeasuredLabel, MeasuredPiece, mode_of, strength_name
from ml.correction.parameters import DEFAULT_PARAMETERS, CorrectionParameters
from ml.errors import ThresholdCalibrationError
from ml.physics import Mode

LEAST_LENGTH_MM, LEAST_PIECES = 3.0, 20


@dataclass(frozen=True, kw_only=True)
class Hint:
    """Two histograms and the valley between two populations: a hint for a person, never a choice.

    Attributes
    ----------
    mode : str
        "physical" or "relative".
    strength_name : str
        What is counted beside length: a field of `Measures`.
    lengths_mm, length_counts : tuple
        Edges and counts; the last count is of all above the last edge.
    strengths, strength_counts : tuple
        The same; the first count is of all below the first edge.
    valley : float or None
        Otsu's limit on the logarithm of the strength of components of 3 mm and more; None with fewer than 20
        of a strength above 0, or all of one strength.
    pieces, long_pieces, unmeasured_pieces : int
        All components, those of 3 mm and more, and those without a strength, which are in neither count of
        strengths.
    """

    mode: Mode
    strength_name: str
    lengths_mm: tuple[float, ...]
    length_counts: tuple[int, ...]
    strengths: tuple[float, ...]
    strength_counts: tuple[int, ...]
    valley: float | None
    pieces: int
    long_pieces: int
    unmeasured_pieces: int

    def to_json(self) -> dict[str, Any]:
        """Return all fields as JSON values.

        Returns
        -------
        content : dict
            Numbers, strings, None and lists.
        """
        return asdict(self)


def suggest(
    labels: Sequence[MeasuredLabel], *, parameters: CorrectionParameters = DEFAULT_PARAMETERS
) -> Hint:
    """Count lengths and strengths of the components of labels.

    Parameters
    ----------
    labels : sequence of MeasuredLabel
        With or without an expert's label, all raw or all for presentation.
    parameters : CorrectionParameters
        Says whether excess or mean thickness counts.

    Returns
    -------
    hint : Hint
        All counts 0 where the labels are empty.

    Raises
    ------
    ThresholdCalibrationError
        With code `too_few_images` without any label, `mixed_modes` or `not_finite` as in `mode_of`.

    References
    ----------
    .. [1] Otsu N. A threshold selection method from gray-level histograms. IEEE Trans Syst Man Cybern 1979;
       9: 62-66. doi:10.1109/TSMC.1979.4310076
    """
    if not labels:
        raise ThresholdCalibrationError(
            "There are no labels to look at; give one or more.", code="too_few_images"
        )
    mode = mode_of(labels, parameters)
    name = strength_name(parameters, mode)
    pieces = [piece for label in labels for piece in label.pieces]
    lengths = np.array([piece.measures.length_mm for piece in pieces], dtype=np.float64)
    strengths = np.array([_strength(piece, name) for piece in pieces], dtype=np.float64)
    is_measured, is_long = np.isfinite(strengths), lengths >= LEAST_LENGTH_MM
    grid = CONTRASTS_Z if mode == "relative" else THICKNESSES_UM
    return Hint(
        mode=mode,
        strength_name=name,
        lengths_mm=LENGTHS_MM,
        length_counts=_counts(lengths, LENGTHS_MM)[1:],
        strengths=grid,
        strength_counts=_counts(strengths[is_measured], grid),
        valley=_valley(strengths[is_measured & is_long & (strengths > 0)]),
        pieces=len(pieces),
        long_pieces=int(is_long.sum()),
        unmeasured_pieces=int((~is_measured).sum()),
    )


def _strength(piece: MeasuredPiece, name: str) -> float:
    measures = piece.measures
    value = getattr(measures, name)
    is_compared = measures.has_surroundings or name == "thickness_um"
    return np.nan if value is None or not is_compared else value


def _counts(values: np.ndarray, edges: Sequence[float]) -> tuple[int, ...]:
    """Count what lies below the first edge, between edges, and from the last on."""
    places = np.searchsorted(edges, values, side="right")
    return tuple(np.bincount(places, minlength=len(edges) + 1).tolist())


def _valley(strengths: np.ndarray) -> float | None:
    if len(strengths) < LEAST_PIECES or strengths.min() == strengths.max():
        return None
    return float(np.exp(threshold_otsu(np.log(strengths))))
