"""How near a judged piece of a label lies to the limit that decides on it."""

from collections.abc import Mapping

STRENGTHS = ("insufficient_thickness", "insufficient_contrast")


def limit_distance(
    reason: str, measures: Mapping[str, object], parameters: Mapping[str, object], *, is_physical: bool
) -> float:
    """Measure how far a piece is from the limit of the rule that spoke of it.

    Parameters
    ----------
    reason : str
        The rule, as a `Verdict` names it.
    measures : mapping
        Of the piece, as a `ComponentProposal` holds them.
    parameters : mapping
        The limits, as a report holds them.
    is_physical : bool
        Whether thickness (True) or contrast (False) counts.

    Returns
    -------
    distance : float
        0 at the limit, 1 at the edge of the band in which a person is asked. 0 where the rule had nothing to
        measure, for nobody can be less sure; infinity for rules without a band.

    Examples
    --------
    >>> limits = {"minimum_length_mm": 3.0, "borderline_length_mm": 0.5}
    >>> limit_distance("too_short", {"length_mm": 3.25}, limits, is_physical=True)
    0.5
    """
    if reason == "too_short":
        value, limit = measures.get("length_mm"), _number(parameters["minimum_length_mm"])
        band = _number(parameters["borderline_length_mm"])
    elif reason in STRENGTHS:
        value, limit = _strength(measures, parameters, is_physical=is_physical)
        band = limit * _number(parameters["borderline_share"])
    else:
        return float("inf")
    if value is None:
        return 0.0
    off = abs(_number(value) - limit)
    if band == 0:
        return 0.0 if off == 0 else float("inf")
    return off / band


def _strength(
    measures: Mapping[str, object], parameters: Mapping[str, object], *, is_physical: bool
) -> tuple[object, float]:
    if not is_physical:
        return measures.get("contrast_z"), _number(parameters["minimum_contrast_z"])
    if parameters["thickness_rule"] == "mean":
        return measures.get("thickness_um"), _number(parameters["minimum_mean_um"])
    return measures.get("excess_um"), _number(parameters["minimum_excess_um"])


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]  # JSON holds numbers here
