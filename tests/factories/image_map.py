import io

import numpy as np
from PIL import Image

from annotations.domain.image_map import store_map
from annotations.enums import MapKind
from annotations.ml_gateway.maps import MeasuredMap
from annotations.models import ImageMap, Mammogram


def make_image_map(mammogram: Mammogram, kind: MapKind = MapKind.HEATMAP, *, step_px: int = 4) -> ImageMap:
    """Store a map with a bright square in its middle, as a classifier's program would."""
    levels = np.ones((-(-mammogram.rows // step_px), -(-mammogram.columns // step_px)), dtype=np.uint8)
    rows, columns = levels.shape
    levels[rows // 3 : 2 * rows // 3, columns // 3 : 2 * columns // 3] = 200
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    measured = MeasuredMap(
        png=file.getvalue(),
        step_px=step_px,
        unit="",
        lowest=0.0,
        step=1 / 254,
        visible_from=0.1,
        provenance={"flags": []},
    )
    return store_map(mammogram=mammogram, kind=kind, measured=measured, source="drawn by a test")
