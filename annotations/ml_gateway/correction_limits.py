"""How near a stored piece of a correction lies to the limit that decides on it."""

from annotations.models import CorrectionComponent, CorrectionRun
from ml.correction.limit_distance import limit_distance

PHYSICAL = "physical"


def distance_from_limit(component: CorrectionComponent, run: CorrectionRun) -> float:
    """Say how far in widths of the borderline band; 0 is the limit itself."""
    return limit_distance(
        component.reason, component.measures, run.parameters, is_physical=run.mode == PHYSICAL
    )
