"""Maps of a stored image: what the label engine measures everywhere, as a picture of 255 levels."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from annotations.enums import MapKind
from annotations.errors import MapUndefinedError
from annotations.ml_gateway.acquisition import acquisition_of
from annotations.models import Mammogram
from ml.breast import BACKGROUND, find_regions
from ml.errors import MlError
from ml.images import read_clean_png
from ml.normalise import cell_means, checked_beam, density_map_mm, mineral_map_mm
from ml.types import Acquisition

LEVELS = 255  # level 0 says that a place has no value
DENSITY_STEP_PX = 4  # density varies slowly
THICKEST_MINERAL_MM = 1.0  # clips and markers are thicker; the scale ends with "or more"
PARTS = 3  # pixels read, breast found, map measured


@dataclass(frozen=True, kw_only=True)
class MeasuredMap:
    """A map as 8-bit grey PNG: level n, from 1 on, means lowest + (n - 1) * step."""

    png: bytes
    step_px: int
    unit: str
    lowest: float
    step: float
    visible_from: float
    provenance: dict[str, object]


@dataclass(frozen=True, kw_only=True)
class _Field:
    """Values in mm on cells of `step_px` pixels; `inside` says where there are any."""

    values: NDArray[np.float32]
    inside: NDArray[np.bool_]
    step_px: int
    highest: float
    visible_from: float
    record: dict[str, object]
    flags: tuple[str, ...]


def check_map_possible(mammogram: Mammogram) -> None:
    """Raise MapUndefinedError where the header alone rules a thickness out."""
    acquisition = acquisition_of(mammogram)
    try:
        checked_beam(acquisition)
    except MlError as error:
        raise MapUndefinedError(error.message, code=error.code) from error
    if acquisition.pixel_spacing_mm is None:
        raise MapUndefinedError(
            "The file gives no pixel spacing, and a thickness needs it.", code="pixel_spacing_missing"
        )


def measure_map(
    content: bytes,
    mammogram: Mammogram,
    kind: MapKind,
    *,
    report_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> MeasuredMap | None:
    """Measure density or mineral behind each place; None where `should_stop` said so."""
    acquisition = acquisition_of(mammogram)
    report_progress(0, PARTS)
    pixels = read_clean_png(content)
    if should_stop():
        return None
    report_progress(1, PARTS)
    try:
        measured = (_density if kind == MapKind.DENSITY else _mineral)(pixels, acquisition)
    except MlError as error:
        raise MapUndefinedError(error.message, code=error.code) from error
    if should_stop():
        return None
    report_progress(2, PARTS)
    return _packed(measured, mammogram)


def _density(pixels: NDArray[np.uint16], acquisition: Acquisition) -> _Field:
    regions = find_regions(pixels, acquisition)
    density = density_map_mm(pixels, acquisition, regions=regions)
    inside = (regions.labels != BACKGROUND).astype(np.float32)
    share = cell_means(inside, DENSITY_STEP_PX)
    means = cell_means(density.values_mm * inside, DENSITY_STEP_PX) / np.maximum(share, np.float32(1e-6))
    return _Field(
        values=means.astype(np.float32),
        inside=share >= 0.5,
        step_px=DENSITY_STEP_PX,
        highest=float(acquisition.body_part_thickness_mm or 0),
        visible_from=0.0,
        record=density.record,
        flags=density.flags,
    )


def _mineral(pixels: NDArray[np.uint16], acquisition: Acquisition) -> _Field:
    mineral = mineral_map_mm(pixels, acquisition)
    return _Field(
        values=mineral.values_mm,
        inside=mineral.inside,
        step_px=mineral.step_px,
        highest=min(float(mineral.values_mm.max()), THICKEST_MINERAL_MM),
        visible_from=mineral.visible_from_mm,
        record=mineral.record,
        flags=mineral.flags,
    )


def _packed(measured: _Field, mammogram: Mammogram) -> MeasuredMap:
    # A map without any height still needs a scale.
    step = max(measured.highest, 0.01) / (LEVELS - 1)
    levels = np.clip(np.rint(measured.values / step), 0, LEVELS - 1) + 1
    levels[~measured.inside] = 0
    file = io.BytesIO()
    Image.fromarray(levels.astype(np.uint8)).save(file, "PNG")
    return MeasuredMap(
        png=file.getvalue(),
        step_px=measured.step_px,
        unit="mm",
        lowest=0.0,
        step=step,
        visible_from=measured.visible_from,
        provenance={
            "pixels_sha256": mammogram.pixels_sha256,
            "record": measured.record,
            "flags": list(measured.flags),
        },
    )
