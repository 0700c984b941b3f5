"""How long and how large a label is, in the measure that all of Tramline uses."""

from dataclasses import dataclass

from annotations.ml_gateway.acquisition import pixel_size
from annotations.models import Mammogram
from ml import masks

LENGTH_MEASURE = "kulpa"


@dataclass(frozen=True, kw_only=True)
class LabelLength:
    """Length along the centre line and area; None where pixels have no size."""

    length_mm: float | None
    area_mm2: float | None
    definition: dict[str, str]


def measure_length(mask: bytes, *, mammogram: Mammogram) -> LabelLength:
    """Measure a label in either form of docs/mask_format.md."""
    runs, size = masks.decode(mask, versions=(1, 2)), pixel_size(mammogram)
    definition = {"length_measure": LENGTH_MEASURE, "length_plane": size.plane}
    if size.spacing_mm is None:
        return LabelLength(length_mm=None, area_mm2=None, definition=definition)
    row_mm, column_mm = size.spacing_mm
    return LabelLength(
        length_mm=masks.kulpa_length_mm(masks.skeleton(runs), size.spacing_mm),
        area_mm2=masks.area_px(runs) * row_mm * column_mm,
        definition=definition,
    )
