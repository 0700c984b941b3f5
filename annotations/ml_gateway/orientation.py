"""How the breast lies in the pixels of a stored image."""

from dataclasses import dataclass

from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml.breast import find_regions
from ml.errors import MlError
from ml.images import read_clean_png

# Raised whenever the same pixels may give another answer.
METHOD = "regions 1"


@dataclass(frozen=True)
class FoundOrientation:
    """Edge that the breast lies against, "" where none is found, and whether its muscle lies low."""

    chest_wall: str
    is_upside_down: bool | None


def find_orientation(clean_png: bytes, mammogram: Mammogram) -> FoundOrientation:
    """Find the breast, and in oblique views the chest muscle, of a stored image."""
    try:
        regions = find_regions(read_clean_png(clean_png), acquisition_of(mammogram))
    except MlError:
        # An image that the algorithm refuses can still hang; its header then has to do.
        return FoundOrientation("", None)
    is_muscle_found = regions.polygon is not None
    return FoundOrientation(
        chest_wall=regions.chest_wall_side or "",
        is_upside_down="upside_down" in regions.flags if is_muscle_found else None,
    )
