"""Keep, remove, or ask: the rule for one component, with the reason in words."""

from dataclasses import dataclass
from typing import Literal

from ml.correction.measure import Measures
from ml.correction.parameters import CorrectionParameters

Decision = Literal["keep", "remove", "borderline"]
Reason = Literal[
    "", "too_small", "outside_breast", "too_short", "insufficient_thickness", "insufficient_contrast"
]
MARKED_SHARE = 0.1  # of the pixels of a component, from which on a flag is raised


@dataclass(frozen=True)
class Verdict:
    """What to do with a component.

    Attributes
    ----------
    decision : str
        "keep", "remove", or "borderline": kept unless a human says otherwise.
    reason : str
        Code of the rule that removes it, or that it nearly breaks; "" for a clear keep.
    reason_text : str
        The same in plain words with numbers.
    """

    decision: Decision
    reason: Reason
    reason_text: str


def decide(measures: Measures, parameters: CorrectionParameters, *, is_physical: bool) -> Verdict:
    """Judge a component by its measures.

    Parameters
    ----------
    measures : Measures
        From `measure_component`.
    parameters : CorrectionParameters
        The limits.
    is_physical : bool
        Whether thickness (True) or contrast (False) counts.

    Returns
    -------
    verdict : Verdict
        The first rule that clearly removes decides; then the first that is near its limit. A component
        without surroundings to compare with is borderline.
    """
    whereabouts = _judge_whereabouts(measures, parameters)
    if whereabouts is not None:
        return whereabouts
    judged = [
        _judge_length(measures, parameters),
        _judge_strength(measures, parameters, is_physical=is_physical),
    ]
    for decision in ("remove", "borderline"):
        for verdict in judged:
            if verdict.decision == decision:
                return verdict
    return Verdict("keep", "", ", ".join(verdict.reason_text for verdict in judged))


def is_background_steep(measures: Measures, parameters: CorrectionParameters) -> bool:
    """Tell whether the background may hide as much mineral as a component must show.

    Parameters
    ----------
    measures : Measures
        From `measure_component`.
    parameters : CorrectionParameters
        The limits.

    Returns
    -------
    is_steep : bool
        False where it was not measured.
    """
    return measures.hidden_um is not None and measures.hidden_um >= parameters.minimum_excess_um


def flags_of(measures: Measures, parameters: CorrectionParameters) -> list[str]:
    """Name what makes the measures of a component doubtful.

    Parameters
    ----------
    measures : Measures
        From `measure_component`.
    parameters : CorrectionParameters
        The limits.

    Returns
    -------
    flags : list of str
        Of `near_skin`, `periphery`, `steep_background`, `saturated`, `no_surroundings`; they never remove by
        themselves.
    """
    flags = []
    if measures.near_skin_share >= MARKED_SHARE:
        flags.append("near_skin")
    if (measures.periphery_share or 0) >= MARKED_SHARE:
        flags.append("periphery")
    if is_background_steep(measures, parameters):
        flags.append("steep_background")
    if measures.saturated_share >= MARKED_SHARE:
        flags.append("saturated")
    if not measures.has_surroundings:
        flags.append("no_surroundings")
    return flags


def _judge_whereabouts(measures: Measures, parameters: CorrectionParameters) -> Verdict | None:
    area_px, outside_share = measures.area_px, measures.outside_breast_share
    if area_px < parameters.minimum_area_px:
        text = f"{area_px} px in area, smaller than {parameters.minimum_area_px} px"
        return Verdict("remove", "too_small", text)
    if outside_share >= parameters.maximum_outside_share:
        text = f"{outside_share:.0%} of it lies outside the breast"
        return Verdict("remove", "outside_breast", text)
    return None


def _judge_length(measures: Measures, parameters: CorrectionParameters) -> Verdict:
    return _judge_limit(
        measures.length_mm,
        parameters.minimum_length_mm,
        parameters.borderline_length_mm,
        reason="too_short",
        words=("{:.1f} mm long", "shorter than {:g} mm", "{:g} mm"),
    )


def _judge_strength(measures: Measures, parameters: CorrectionParameters, *, is_physical: bool) -> Verdict:
    reason: Reason = "insufficient_thickness" if is_physical else "insufficient_contrast"
    if not is_physical:
        value, limit = measures.contrast_z, parameters.minimum_contrast_z
        words = ("contrast {:z.1f} x the spread of its surroundings", "less than {:g} x", "{:g} x")
    elif parameters.thickness_rule == "mean":
        value, limit = measures.thickness_um, parameters.minimum_mean_um
        words = ("{:z.0f} µm of mineral on average", "less than {:g} µm", "{:g} µm")
    else:
        value, limit = measures.excess_um, parameters.minimum_excess_um
        words = ("{:z.0f} µm of mineral more than its surroundings", "less than {:g} µm", "{:g} µm")
    if not measures.is_measured:
        return Verdict("borderline", reason, "all of it is at the end of the scale: please decide")
    needs_surroundings = not is_physical or parameters.thickness_rule == "excess"
    if value is None or (needs_surroundings and not measures.has_surroundings):
        return Verdict(
            "borderline", reason, "nothing in the breast around it to compare it with: please decide"
        )
    verdict = _judge_limit(value, limit, limit * parameters.borderline_share, reason=reason, words=words)
    if verdict.decision == "remove" and needs_surroundings and is_background_steep(measures, parameters):
        text = f"{words[0].format(value)}, but the background is steep and may hide some: please decide"
        return Verdict("borderline", reason, text)
    return verdict


def _judge_limit(
    value: float, limit: float, band: float, *, reason: Reason, words: tuple[str, str, str]
) -> Verdict:
    """Compare a value with its least; `words` are for the value, for falling short, and for the limit."""
    measured, short, bound = words
    text = measured.format(value)
    if value < limit - band:
        return Verdict("remove", reason, f"{text}, {short.format(limit)}")
    if value < limit + band:
        return Verdict(
            "borderline", reason, f"{text}, close to the limit of {bound.format(limit)}: please decide"
        )
    return Verdict("keep", "", text)
