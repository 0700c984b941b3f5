"""What a correction proposes, component by component, and what it would change."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml.correction.decide import Decision, Reason
from ml.masks import Box, Runs, area_px
from ml.physics import Mode


@dataclass(frozen=True, kw_only=True)
class ComponentProposal:
    """One component of a mask and what to do with it.

    Attributes
    ----------
    component_id : int
        From 1, in the order of the report.
    parent_component_id : int or None
        Number of the connected component, from 1 in raster order, that this is a branch of; None where the
        component is whole.
    decision, reason, reason_text : str
        As in `Verdict`.
    runs : Runs
        Its pixels.
    box : tuple of int
        (first row, first column, row past the last, column past the last).
    centroid : tuple of float
        (row, column) coordinates.
    measures : dict
        The fields of `Measures`: JSON numbers or None.
    flags : list of str
        Doubts about the measures; for people, never for the decision.
    """

    component_id: int
    parent_component_id: int | None
    decision: Decision
    reason: Reason
    reason_text: str
    runs: Runs
    box: Box
    centroid: tuple[float, float]
    measures: Mapping[str, float | None]
    flags: list[str]


@dataclass(frozen=True, kw_only=True)
class CorrectionReport:
    """The proposals for one mask on one image.

    Attributes
    ----------
    components : tuple of ComponentProposal
        Together they are the mask, no pixel twice.
    corrected : Runs
        The mask without the components to remove. Borderline components stay.
    mode : str
        "physical" or "relative".
    flags : list of str
        What had to be assumed about the image.
    processing : dict
        How the pixels were read: beam numbers, direction, offset, spacing.
    parameters : dict
        The choices, and `parameters_sha256` their name.
    algorithm_version : str
        Changes when equal input could give another result.
    summary : dict
        Counts by decision and reason, removed length and area, Dice of the mask before and after.
    """

    components: tuple[ComponentProposal, ...]
    corrected: Runs
    mode: Mode
    flags: list[str]
    processing: Mapping[str, Any]
    parameters: Mapping[str, Any]
    parameters_sha256: str
    algorithm_version: str
    summary: Mapping[str, object]


def summarise(mask: Runs, corrected: Runs, components: Sequence[ComponentProposal]) -> dict[str, object]:
    """Count what a correction would change.

    Parameters
    ----------
    mask, corrected : Runs
        Before and after.
    components : sequence of ComponentProposal
        What was decided.

    Returns
    -------
    summary : dict
        JSON values; `dice_before_after` is None where the mask was empty.
    """
    removed = [component.measures for component in components if component.decision == "remove"]
    decisions = Counter(component.decision for component in components)
    reasons = Counter(component.reason for component in components if component.decision == "remove")
    before_px, after_px = area_px(mask), area_px(corrected)
    return {
        "components": len(components),
        "decisions": {name: decisions[name] for name in ("keep", "remove", "borderline")},
        "removed_by_reason": dict(sorted(reasons.items())),
        "removed_length_mm": sum(measures["length_mm"] or 0 for measures in removed),
        "removed_area_mm2": sum(measures["area_mm2"] or 0 for measures in removed),
        "removed_area_px": sum(measures["area_px"] or 0 for measures in removed),
        "dice_before_after": 2 * after_px / (before_px + after_px) if before_px else None,
    }
