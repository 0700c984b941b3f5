"""A third party's label, measured once for all limits that a calibration tries."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.correction.branches import centre_line
from ml.correction.decide import decide
from ml.correction.measure import Measures
from ml.correction.parameters import DEFAULT_PARAMETERS, CorrectionParameters
from ml.correction.propose import propose_removals
from ml.errors import ThresholdCalibrationError
from ml.masks import Box, Runs, area_px, count_within, intersection_area_px, skeleton
from ml.physics import Mode
from ml.types import Acquisition

NEAR_MM = 1.05  # half the width of a drawn artery
TRUE_SHARE = 0.5


@dataclass(frozen=True, kw_only=True)
class MeasuredPiece:
    """A component of a label, or a branch of one.

    Attributes
    ----------
    measures : Measures
        What it measures on the image.
    box : tuple of int
        (first row, first column, row past the last, column past the last).
    expert_px : int or None
        How many of its pixels the expert marked as well; None without an expert's label.
    near_expert_share : float or None
        Share of its centre line within 1.05 mm of the expert's; None without an expert's label.
    """

    measures: Measures
    box: Box
    expert_px: int | None
    near_expert_share: float | None

    @property
    def is_true(self) -> bool:
        """Whether the expert bears it out: at least half of its centre line lies near the expert's."""
        return self.near_expert_share is not None and self.near_expert_share >= TRUE_SHARE

    def is_kept(self, parameters: CorrectionParameters, mode: Mode) -> bool:
        """Tell whether a correction keeps it.

        Parameters
        ----------
        parameters : CorrectionParameters
            The limits.
        mode : str
            "physical" or "relative".

        Returns
        -------
        is_kept : bool
            True for borderline pieces too: they stay unless a person removes them.
        """
        return decide(self.measures, parameters, is_physical=mode == "physical").decision != "remove"


@dataclass(frozen=True, kw_only=True)
class MeasuredLabel:
    """The label of one image.

    Attributes
    ----------
    image, patient : str
        Names; images of one patient stay in one fold.
    mode : str
        "physical" or "relative": what was measured on this image.
    expert_px : int or None
        Area of the expert's label; None without one.
    pieces : tuple of MeasuredPiece
        Together the label.
    """

    image: str
    patient: str
    mode: Mode
    expert_px: int | None
    pieces: tuple[MeasuredPiece, ...]


def measure_label(
    label: Runs,
    pixels: NDArray[np.uint16],
    acquisition: Acquisition,
    *,
    image: str,
    patient: str,
    expert: Runs | None = None,
    parameters: CorrectionParameters = DEFAULT_PARAMETERS,
) -> MeasuredLabel:
    """Measure every component of a label, and what an expert has to say to it.

    Parameters
    ----------
    label : Runs
        The label that would be corrected.
    pixels : ndarray of uint16, shape (rows, columns)
        Stored values of the image.
    acquisition : Acquisition
        What the header says; the pixel spacing is required.
    image, patient : str
        Names.
    expert : Runs, optional
        An expert's label of the same image; it may be empty.
    parameters : CorrectionParameters
        How to measure; the limits themselves do not matter here.

    Returns
    -------
    measured : MeasuredLabel
        Without pieces for an empty label.

    Raises
    ------
    MaskShapeMismatchError
        If label, expert's label and image are not of one size.
    PixelSpacingMissingError
        If the image has no pixel spacing, or pixels that are not square.
    """
    report = propose_removals(label, pixels, acquisition, parameters=parameters)
    height_mm, width_mm = report.processing["pixel_spacing_mm"]
    expert_line = None if expert is None else skeleton(expert)
    pieces = []
    for component in report.components:
        overlap_px, share = None, None
        if expert is not None and expert_line is not None:
            overlap_px = intersection_area_px(component.runs, expert)
            line = centre_line(component.runs)
            near = count_within(line, expert_line, reach_mm=NEAR_MM, pixel_spacing_mm=(height_mm, width_mm))
            share = near / len(line)
        pieces.append(
            MeasuredPiece(
                measures=Measures(**component.measures),  # type: ignore[arg-type]
                box=component.box,
                expert_px=overlap_px,
                near_expert_share=share,
            )
        )
    return MeasuredLabel(
        image=image,
        patient=patient,
        mode=report.mode,
        expert_px=None if expert is None else area_px(expert),
        pieces=tuple(pieces),
    )


def strength_name(parameters: CorrectionParameters, mode: Mode) -> str:
    """Name the measure that a rule compares with its limit.

    Parameters
    ----------
    parameters : CorrectionParameters
        The rule.
    mode : str
        "physical" or "relative".

    Returns
    -------
    name : str
        A field of `Measures`.
    """
    if mode == "relative":
        return "contrast_z"
    return {"excess": "excess_um", "mean": "thickness_um"}[parameters.thickness_rule]


def mode_of(labels: Sequence[MeasuredLabel], parameters: CorrectionParameters) -> Mode:
    """Return the mode that all labels were measured in.

    Parameters
    ----------
    labels : sequence of MeasuredLabel
        At least one.
    parameters : CorrectionParameters
        The rule, which says which measures must be numbers.

    Returns
    -------
    mode : str
        "physical" or "relative".

    Raises
    ------
    ThresholdCalibrationError
        With code `mixed_modes` if images of both kinds were given, `not_finite` if a measure is not a number.
    """
    modes = {label.mode for label in labels}
    if len(modes) > 1:
        raise ThresholdCalibrationError(
            "Some of these images are raw (thickness counts) and some for presentation (contrast counts); "
            "one set of limits cannot serve both. Calibrate each kind by itself.",
            code="mixed_modes",
        )
    mode = modes.pop()
    for label in labels:
        for piece in label.pieces:
            strength = getattr(piece.measures, strength_name(parameters, mode))
            if not (math.isfinite(piece.measures.length_mm) and math.isfinite(strength or 0.0)):
                raise ThresholdCalibrationError(
                    f"A piece of the label of {label.image} has a length of {piece.measures.length_mm} mm "
                    f"and a strength of {strength}; both must be finite numbers.",
                    code="not_finite",
                )
    return mode
