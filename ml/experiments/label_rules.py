"""The rules that are compared: what a component must show to be kept."""

from dataclasses import dataclass

from ml.correction import DEFAULT_PARAMETERS, CorrectionParameters


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One way to correct a label.

    Attributes
    ----------
    name : str
        As in the tables.
    parameters : CorrectionParameters or None
        None leaves the label as it is, or leaves the choice to the expert.
    is_displayed : bool
        Whether it reads the For Presentation twin of the image, which tells no thickness.
    is_ceiling : bool
        Whether the expert's label decides: the best that removing branches can do.
    """

    name: str
    parameters: CorrectionParameters | None
    is_displayed: bool = False
    is_ceiling: bool = False


def _sharp(**limits: object) -> CorrectionParameters:
    """Return a rule that decides by itself up to its very limits, so that rules can be told apart."""
    return CorrectionParameters(borderline_length_mm=0.0, borderline_share=0.0, **limits)  # type: ignore[arg-type]


UNCORRECTED = "uncorrected"
WHOLE = "excess >= 20 um, whole"
DEFAULT_RULE = "excess >= 20 um, branches (default)"
BORDERLINE_KEPT = "default, borderline kept"
DISPLAYED = "contrast z >= 1.5, displayed image"
CEILING = "ceiling: the expert decides, branches"
RULES = (
    Rule(name=UNCORRECTED, parameters=None),
    Rule(
        name="mean >= 40 um, whole (published rule)",
        parameters=_sharp(thickness_rule="mean", split_branches=False),
    ),
    Rule(name=WHOLE, parameters=_sharp(split_branches=False)),
    Rule(name="mean >= 40 um, branches", parameters=_sharp(thickness_rule="mean")),
    Rule(name=DEFAULT_RULE, parameters=_sharp()),
    Rule(name="excess >= 25 um, branches", parameters=_sharp(minimum_excess_um=25.0)),
    Rule(name=BORDERLINE_KEPT, parameters=DEFAULT_PARAMETERS),
    Rule(name=DISPLAYED, parameters=_sharp(), is_displayed=True),
    Rule(name=CEILING, parameters=None, is_ceiling=True),
)
